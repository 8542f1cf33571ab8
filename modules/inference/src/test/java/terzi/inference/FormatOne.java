package terzi.inference;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Random;
import terzi.images.Image;

/** The committed classifier of format version 1: 8x8 RGB, three labels, temperature 1.25, activation maps. */
final class FormatOne {

    static final Path PATH = Path.of("src/test/resources/terzi/inference/format-1.onnx");
    static final ClassifierOptions CPU =
            ClassifierOptions.defaults().withDevice(Device.cpu()).withThreads(1);

    private FormatOne() {}

    static byte[] bytes() throws IOException {
        try (InputStream stream = FormatOne.class.getResourceAsStream("format-1.onnx")) {
            return stream.readAllBytes();
        }
    }

    static ImageClassifier load() throws IOException {
        return ImageClassifier.load(bytes(), CPU);
    }

    static Image noise(int width, int height, int channels, long seed) {
        byte[] pixels = new byte[width * height * channels];
        new Random(seed).nextBytes(pixels);
        return new Image(width, height, channels, pixels);
    }
}
