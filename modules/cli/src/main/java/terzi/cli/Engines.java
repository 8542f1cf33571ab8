package terzi.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.jar.Manifest;
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
import terzi.training.TrainingEngine;

/** What {@code terzi doctor} finds out about the engines, by running a tiny network on them. */
final class Engines {
    private static final int SIZE = 4;
    private static final Preprocessing PREPROCESSING = Preprocessing.plain(SIZE, SIZE, Preprocessing.Channels.GRAY);
    private static final List<String> LABELS = List.of("dark", "light");

    private Engines() {}

    static Finding onnxRuntime() throws IOException {
        try (ImageClassifier classifier = classifier(Device.cpu())) {
            classifier.classify(image());
            return Finding.ok(
                    "onnx runtime", version("com.microsoft.onnxruntime") + ", runs on " + classifier.device());
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
        String version = libtorchVersion().map(text -> text + ", ").orElse("");
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
        byte[] file = ClassifierFile.assemble(network(), new ClassifierSpec(PREPROCESSING, LABELS))
                .withMetadata(ClassifierDigest.KEY, ClassifierDigest.PLACEHOLDER)
                .toBytes();
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

    /** The engines' versions by name, without starting them. */
    static Map<String, String> versions() throws IOException {
        Map<String, String> versions = new LinkedHashMap<>();
        versions.put("ONNX Runtime", version("com.microsoft.onnxruntime"));
        libtorchVersion().ifPresent(version -> versions.put("libtorch", version));
        return versions;
    }

    /** The version in the manifest of the jar with this module name. */
    private static String version(String moduleName) throws IOException {
        for (URL url : Collections.list(Engines.class.getClassLoader().getResources("META-INF/MANIFEST.MF"))) {
            try (InputStream in = url.openStream()) {
                var attributes = new Manifest(in).getMainAttributes();
                String version = attributes.getValue("Implementation-Version");
                if (moduleName.equals(attributes.getValue("Automatic-Module-Name")) && version != null) {
                    return version;
                }
            }
        }
        return "unknown version";
    }

    private static Optional<String> libtorchVersion() {
        try (InputStream in = Engines.class.getResourceAsStream("/native/lib/pytorch.properties")) {
            if (in == null) {
                return Optional.empty(); // a libtorch of the user's own
            }
            Properties properties = new Properties();
            properties.load(in);
            return Optional.of(properties.getProperty("version") + " (" + properties.getProperty("flavor") + ")");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
