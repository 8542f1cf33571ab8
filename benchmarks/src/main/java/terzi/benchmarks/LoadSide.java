package terzi.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import terzi.images.Image;
import terzi.inference.ClassifierOptions;
import terzi.inference.Device;
import terzi.inference.ImageClassifier;

/** One start of an app: {@code CLASSIFIER [GRAPH-CACHE]}; loads the classifier and answers once. */
final class LoadSide {

    private LoadSide() {}

    public static void main(String[] arguments) throws IOException {
        ClassifierOptions options = ClassifierOptions.defaults().withDevice(Device.cpu());
        if (arguments.length > 1) {
            options = options.withGraphCache(Path.of(arguments[1]));
        }
        long start = System.nanoTime();
        try (ImageClassifier classifier = ImageClassifier.load(Path.of(arguments[0]), options)) {
            double load = (System.nanoTime() - start) / 1e6;
            classifier.classify(new Image(224, 224, 1, new byte[224 * 224]));
            System.out.println("{\"mark\": \"first_answer\"}");
            System.out.printf(Locale.ROOT, "{\"metric\": \"load_ms\", \"value\": %.2f}%n", load);
        }
    }
}
