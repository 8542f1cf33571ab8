package terzi.samples.plain;

import java.io.IOException;
import java.nio.file.Path;
import terzi.inference.ImageClassifier;
import terzi.inference.Prediction;

/** Classifies one image: {@code ClassifyImage classifier.onnx image.jpg}. */
public final class ClassifyImage {

    private ClassifyImage() {}

    public static void main(String[] arguments) throws IOException {
        try (ImageClassifier classifier = ImageClassifier.load(Path.of(arguments[0]))) {
            Prediction prediction = classifier.classify(Path.of(arguments[1]));
            System.out.println(prediction.label()); // ankle boot
            System.out.println(prediction); // ankle boot 98.1 %, sneaker 1.5 %, ...
        }
    }
}
