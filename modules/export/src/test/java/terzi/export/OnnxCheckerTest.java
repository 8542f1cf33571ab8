package terzi.export;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.onnx.global.onnx;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import terzi.images.Preprocessing;
import terzi.images.Preprocessing.Channels;
import terzi.onnx.Model;
import terzi.onnx.build.InputShape;
import terzi.onnx.build.Layer;
import terzi.onnx.build.Sequential;
import terzi.onnx.codec.ModelFile;

/** ONNX's own checker, with its shape inference, accepts the files. */
class OnnxCheckerTest {

    @TempDir
    Path folder;

    @Test
    void aStretchingGrayClassifierIsValid() throws Exception {
        Preprocessing gray = Preprocessing.plain(12, 10, Channels.GRAY);
        Model network = Fixtures.linear(gray, 3, 1);
        Path file = folder.resolve("gray.onnx");
        ClassifierFile.write(
                network,
                new ClassifierSpec(gray, Fixtures.labels(3)).withTemperature(1.5f),
                Fixtures.linearGoldens(network, gray, 1),
                file);
        assertDoesNotThrow(() -> check(file));
    }

    @Test
    void aCroppingColourClassifierWithActivationMapsIsValid() throws Exception {
        Model network = Sequential.build(
                new InputShape(3, 32, 32),
                List.of(
                        new Layer.Conv2d(4, 3),
                        new Layer.BatchNorm(),
                        new Layer.Relu(),
                        new Layer.GlobalAveragePool(),
                        new Layer.Dense(5)),
                1);
        ClassifierSpec spec = new ClassifierSpec(Preprocessing.imagenet(40, 32), Fixtures.labels(5));
        Path file = Files.write(
                folder.resolve("colour.onnx"), ClassifierFileTest.sealed(ClassifierFile.assemble(network, spec)));
        assertDoesNotThrow(() -> check(file));
    }

    @Test
    void theCheckerWouldNoticeABrokenGraph() throws Exception {
        Model network = Fixtures.linear(Preprocessing.plain(4, 4, Channels.GRAY), 3, 1);
        Model broken = network.withGraph(network.graph()
                .withNodes(network.graph()
                        .nodes()
                        .subList(1, network.graph().nodes().size())));
        Path file = Files.write(folder.resolve("broken.onnx"), ModelFile.toBytes(broken));
        assertThrows(RuntimeException.class, () -> check(file));
    }

    private static void check(Path file) {
        boolean available = true;
        try {
            org.bytedeco.javacpp.Loader.load(onnx.class);
        } catch (UnsatisfiedLinkError e) {
            available = false;
        }
        Assumptions.assumeTrue(available, "ONNX's checker has no native library for this platform");
        // full check: shapes are inferred strictly
        onnx.check_model(new org.bytedeco.javacpp.BytePointer(file.toString()), true, false, false);
    }
}
