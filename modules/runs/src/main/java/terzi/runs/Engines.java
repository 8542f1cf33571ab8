package terzi.runs;

import java.io.IOException;
import java.util.List;
import terzi.data.PackedImages;
import terzi.export.ClassifierFile;
import terzi.export.ClassifierSpec;
import terzi.images.Image;
import terzi.images.Preprocessing;
import terzi.inference.ClassifierDigest;
import terzi.inference.ClassifierOptions;
import terzi.inference.Device;
import terzi.inference.DeviceUnavailableException;
import terzi.inference.ImageClassifier;
import terzi.onnx.Model;
import terzi.onnx.build.InputShape;
import terzi.onnx.build.Layer;
import terzi.onnx.build.Sequential;
import terzi.onnx.codec.ModelFile;
import terzi.training.run.TrainingEngine;

/** What {@code terzi doctor} finds out about the engines, by running a tiny network on them. */
final class Engines {
    private static final int SIZE = 4;
    private static final Preprocessing PREPROCESSING = Preprocessing.plain(SIZE, SIZE, Preprocessing.Channels.GRAY);
    private static final List<String> LABELS = List.of("dark", "light");

    private Engines() {}

    static Finding onnxRuntime() throws IOException {
        try (ImageClassifier classifier = classifier(Device.cpu())) {
            classifier.classify(image());
            return Finding.ok("onnx runtime", Versions.onnxRuntime() + ", runs on " + classifier.device());
        }
    }

    /** What a classifier runs on when nobody chooses: the device is asked after a session was made, not guessed. */
    static Finding gpu() throws IOException {
        try (ImageClassifier classifier = classifier(Device.cuda(0))) {
            classifier.classify(image());
            return Finding.ok("gpu", "classifies on " + classifier.device());
        } catch (DeviceUnavailableException e) {
            return Finding.ok("gpu", "none in use, classifies on the cpu (" + firstSentence(e) + ")");
        }
    }

    private static String firstSentence(DeviceUnavailableException e) {
        String message = String.valueOf(e.getMessage());
        int end = message.indexOf(". ");
        String first = end < 0 ? message : message.substring(0, end);
        // the check asked for the device, the user did not
        return first.replaceFirst("^\\S+ was asked for and (?:cannot be used: )?", "");
    }

    static Finding libtorch() throws IOException {
        PackedImages images =
                PackedImages.of(LABELS, new PackedImages.Shape(SIZE, SIZE, 1), image().pixels(), new int[] {0});
        float[] trained = TrainingEngine.logits(network(), PREPROCESSING, images)[0];
        String version = Versions.libtorch().map(text -> text + ", ").orElse("");
        try (ImageClassifier classifier = classifier(Device.cpu())) {
            float[] exported = classifier.run(List.of(image())).logits()[0];
            double difference = Math.max(Math.abs(trained[0] - exported[0]), Math.abs(trained[1] - exported[1]));
            return difference <= ClassifierFile.TOLERANCE
                    ? Finding.ok("libtorch", version + "computes the same as ONNX Runtime")
                    : Finding.fail(
                            "libtorch",
                            version + "differs from ONNX Runtime by " + difference,
                            "one of the two is broken on this processor: report it with this output");
        }
    }

    private static Model network() {
        return Sequential.build(
                new InputShape(1, SIZE, SIZE), List.of(new Layer.Flatten(), new Layer.Dense(LABELS.size())), 1);
    }

    private static ImageClassifier classifier(Device device) throws IOException {
        byte[] file = ModelFile.toBytes(ClassifierFile.assemble(network(), new ClassifierSpec(PREPROCESSING, LABELS))
                .withMetadata(ClassifierDigest.KEY, ClassifierDigest.PLACEHOLDER));
        ClassifierDigest.seal(file);
        return ImageClassifier.load(
                file, ClassifierOptions.defaults().withDevice(device).withThreads(1));
    }

    private static Image image() {
        byte[] pixels = new byte[SIZE * SIZE];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (i * 16);
        }
        return new Image(SIZE, SIZE, 1, pixels);
    }
}
