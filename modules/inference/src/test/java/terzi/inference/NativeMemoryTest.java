package terzi.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import terzi.onnx.Attribute;
import terzi.onnx.DataType;
import terzi.onnx.Dim;
import terzi.onnx.Tensor;
import terzi.onnx.TensorType;
import terzi.onnx.build.GraphBuilder;
import terzi.onnx.codec.ModelFile;

/** What ONNX Runtime and the kernel say of native memory. */
class NativeMemoryTest {

    private static final int MIB = 1 << 20;
    private static final Batch.Pixels NOTHING = (from, to, target) -> target.position(target.limit());

    private static OrtNetwork network(byte[] model) throws Exception {
        OrtEnvironment environment = OrtLibrary.environment();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setMemoryPatternOptimization(false);
            OrtSession session = environment.createSession(model, options);
            return new OrtNetwork("test", environment, session, Device.cpu(), Signature.ofClassifier("test", session));
        }
    }

    private static void classify(OrtNetwork network, long n, long edge) {
        network.answers(Batch.of(new long[] {n, edge, edge, 3}, NOTHING), Cancellation.NEVER);
    }

    @Test
    void tensorsOfAFormerShapeAreClosedAndThoseOfTheSameShapeStay() throws Exception {
        List<OnnxTensor> all = new ArrayList<>();
        try (OrtNetwork network = network(FormatOne.bytes())) {
            for (long edge : new long[] {8, 9, 8, 20}) {
                classify(network, 1, edge);
                List<OnnxTensor> kept = network.kept();
                assertEquals(2, kept.size(), "input and output");
                for (OnnxTensor former : all) {
                    assertTrue(former.isClosed(), "a tensor of a former shape is open");
                }
                assertEquals(edge, kept.get(0).getInfo().getShape()[1]);
                classify(network, 1, edge);
                assertSame(kept.get(0), network.kept().get(0));
                assertSame(kept.get(1), network.kept().get(1));
                kept.forEach(tensor -> assertFalse(tensor.isClosed()));
                all.addAll(kept);
            }
            classify(network, 2, 20); // only the number of images differs
            assertTrue(all.get(all.size() - 1).isClosed());
            all.addAll(network.kept());
        }
        all.forEach(tensor -> assertTrue(tensor.isClosed(), "open after the network was closed"));
    }

    @Test
    void memoryOfLargeInputsIsNotKept() throws Exception {
        try (OrtNetwork network = network(FormatOne.bytes())) {
            long most = OrtNetwork.LARGE_INPUT_BYTES;
            // rows of 1024 pixels of 3 bytes, just up to the limit and one more
            long rows = most / (1024 * 3);
            network.answers(Batch.of(new long[] {1, rows, 1024, 3}, NOTHING), Cancellation.NEVER);
            List<OnnxTensor> kept = network.kept();
            assertEquals(2, kept.size());
            network.answers(Batch.of(new long[] {1, rows + 1, 1024, 3}, NOTHING), Cancellation.NEVER);
            assertEquals(List.of(), network.kept());
            kept.forEach(tensor -> assertTrue(tensor.isClosed()));
        }
    }

    /** The sum of the image's pixels over three labels, by way of float32 copies of all pixels, four times as large. */
    private static byte[] greedy() {
        GraphBuilder graph = new GraphBuilder("greedy", 18);
        String image =
                graph.input("image", TensorType.of(DataType.UINT8, Dim.of("N"), Dim.of("H"), Dim.of("W"), Dim.of(3)));
        String real = graph.node("Cast", List.of(image), Map.of("to", Attribute.of(DataType.FLOAT.onnxCode())));
        String axes = graph.initializer(Tensor.ofLongs("axes", 1, 2));
        String mean = graph.node("ReduceMean", List.of(real, axes), Map.of("keepdims", Attribute.of(0)));
        TensorType type = TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(3));
        String softmax = graph.node("Softmax", List.of(mean), Map.of());
        graph.output(mean, "logits", type);
        graph.output(softmax, "probabilities", type);
        return ModelFile.toBytes(graph.build());
    }

    /** A large image leaves nothing behind in ONNX Runtime's arena, whichever way it comes in. */
    @Test
    void theArenaGivesTheMemoryOfALargeImageBack() throws Exception {
        Path statistics = Path.of("/proc/self/statm");
        Assumptions.assumeTrue(Files.exists(statistics), "Linux only");
        int edge = 4000; // 46 MiB of pixels, 183 MiB as float32
        ByteBuffer pixels = ByteBuffer.allocateDirect(edge * edge * 3);
        long[] shape = {1, edge, edge, 3};
        try (OrtNetwork network = network(greedy())) {
            classify(network, 1, 8);
            long before = residentBytes(statistics);
            network.answers(shape, pixels);
            assertGivenBack(before, residentBytes(statistics), "probabilities of a direct buffer");
            network.outputs(shape, pixels);
            assertGivenBack(before, residentBytes(statistics), "outputs of a direct buffer");
            network.answers(Batch.of(shape, pixels), Cancellation.NEVER);
            System.gc(); // the copy of the pixels
            assertGivenBack(before, residentBytes(statistics), "probabilities of a batch");
        }
    }

    private static void assertGivenBack(long before, long after, String call) {
        long grown = (after - before) / MIB;
        // the image itself may be mapped now, its copy may wait for the collector
        assertTrue(grown < 46 + 46 + 40, grown + " MiB more after " + call);
    }

    private static long residentBytes(Path statistics) throws Exception {
        return Long.parseLong(
                        List.of(Files.readString(statistics).split(" ", -1)).get(1))
                * 4096;
    }
}
