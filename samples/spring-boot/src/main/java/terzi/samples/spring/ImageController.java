package terzi.samples.spring;

import java.io.IOException;
import java.io.InputStream;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;
import terzi.images.ImageException;
import terzi.inference.ImageClassifier;
import terzi.inference.Prediction;

/** {@code POST /classify} with an image as the form field {@code image}. */
@RestController
class ImageController {

    private final ImageClassifier classifier;

    ImageController(ImageClassifier classifier) {
        this.classifier = classifier;
    }

    /** The answer as JSON: a {@link Prediction} is a record. */
    @PostMapping("/classify")
    Prediction classify(@RequestParam("image") MultipartFile image) throws IOException {
        try (InputStream bytes = image.getInputStream()) {
            return classifier.classify(bytes);
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
