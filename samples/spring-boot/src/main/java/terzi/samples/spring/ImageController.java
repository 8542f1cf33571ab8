package terzi.samples.spring;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;
import terzi.images.ImageException;
import terzi.inference.ImageClassifier;
import terzi.inference.Score;

/** {@code POST /classify} with an image as the form field {@code image}. */
@RestController
class ImageController {

    /** The answer as JSON. */
    record Answer(String label, float probability, List<Score> top, String device) {}

    private final ImageClassifier classifier;

    ImageController(ImageClassifier classifier) {
        this.classifier = classifier;
    }

    @PostMapping("/classify")
    Answer classify(@RequestParam("image") MultipartFile image) throws IOException {
        try (InputStream bytes = image.getInputStream()) {
            List<Score> top = classifier.classify(bytes).top();
            return new Answer(
                    top.get(0).label(),
                    top.get(0).probability(),
                    top,
                    classifier.device().toString());
        }
    }

    /** A bad upload is the sender's fault, and the message says what is wrong with it. */
    @ExceptionHandler
    ProblemDetail unreadable(ImageException e) {
        boolean large = e.kind() == ImageException.Kind.TOO_LARGE;
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(
                large ? HttpStatus.PAYLOAD_TOO_LARGE : HttpStatus.UNPROCESSABLE_ENTITY, String.valueOf(e.getMessage()));
        problem.setTitle("The image cannot be read");
        problem.setProperty("kind", e.kind());
        return problem;
    }
}
