package terzi.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import terzi.cli.terminal.ExitCode;
import terzi.onnx.Attribute;
import terzi.onnx.DataType;
import terzi.onnx.Dim;
import terzi.onnx.Model;
import terzi.onnx.Tensor;
import terzi.onnx.TensorType;
import terzi.onnx.build.GraphBuilder;
import terzi.onnx.codec.ModelFile;

/** What fine-tuning cannot use is refused before an image is decoded; what exporters of old wrote is used. */
class NetworkCheckTest {
    private static final int SIZE = 24;
    private static final int WIDTH = 8;

    @TempDir
    static Path folder;

    private static Path images;

    @BeforeAll
    static void prepare() throws IOException {
        images = folder.resolve("images");
        FinetuneTest.write(images, folder.resolve("unused.onnx"));
    }

    /** What differs from a network that can be used. */
    private record Kind(long opset, int batch, float weight, boolean minusMeanOfBatch, int classes) {
        Kind(long opset, int batch, float weight, boolean minusMeanOfBatch) {
            this(opset, batch, weight, minusMeanOfBatch, 5);
        }
    }

    /** Convolution, pooling, a Reshape with the batch in it, and a dense layer. */
    private static Path network(String name, Kind kind) throws IOException {
        Random random = new Random(5);
        GraphBuilder graph = new GraphBuilder(name, Math.max(9, kind.opset()));
        Dim batch = kind.batch() == 0 ? Dim.of("N") : Dim.of(kind.batch());
        String x = graph.input("images", TensorType.of(DataType.FLOAT, batch, Dim.of(3), Dim.of(SIZE), Dim.of(SIZE)));
        float[] kernel = new float[WIDTH * 3 * 9];
        for (int i = 0; i < kernel.length; i++) {
            kernel[i] = (float) random.nextGaussian() * 0.3f;
        }
        kernel[0] = kind.weight();
        String weight = graph.initializer(Tensor.ofFloats("kernel", new long[] {WIDTH, 3, 3, 3}, kernel));
        String maps = graph.node("conv", "Conv", List.of(x, weight), Map.of("kernel_shape", Attribute.ints(3, 3)));
        String active = graph.node("relu", "Relu", List.of(maps), Map.of());
        String pooled = graph.node("pool", "GlobalAveragePool", List.of(active), Map.of());
        String shape = graph.initializer(Tensor.ofLongs("shape", kind.batch(), -1));
        String flat = graph.node("flat", "Reshape", List.of(pooled, shape), Map.of());
        if (kind.minusMeanOfBatch()) {
            String mean = graph.node(
                    "mean",
                    "ReduceMean",
                    List.of(flat),
                    Map.of("axes", Attribute.ints(0), "keepdims", Attribute.of(1)));
            flat = graph.node("centred", "Sub", List.of(flat, mean), Map.of());
        }
        String dense = graph.initializer(
                Tensor.ofFloats("dense", new long[] {WIDTH, kind.classes()}, new float[WIDTH * kind.classes()]));
        String out = graph.node("out", "MatMul", List.of(flat, dense), Map.of());
        graph.output(out, TensorType.of(DataType.FLOAT, batch, Dim.of(kind.classes())));
        Model network = graph.build();
        return Files.write(
                folder.resolve(name + ".onnx"), ModelFile.toBytes(network.withOpsets(Map.of("", kind.opset()))));
    }

    private static Cli finetune(String name, Path network, String... more) {
        List<String> line = new java.util.ArrayList<>(List.of(
                "finetune",
                "--data",
                images.toString(),
                "--backbone",
                network.toString(),
                "--runs-dir",
                folder.resolve("runs").toString(),
                "--name",
                name,
                "--recipe",
                "fast",
                "--threads",
                "1",
                "--json"));
        line.addAll(List.of(more));
        return Cli.run(line.toArray(new String[0]));
    }

    private static void assertRefused(Cli cli, String name, String... parts) {
        assertEquals(ExitCode.FAILURE, cli.exitCode(), cli.err());
        for (String part : parts) {
            assertTrue(cli.jsonError().contains(part), cli.out());
        }
        assertFalse(cli.err().contains("images for training"), "images were decoded: " + cli.err());
        assertFalse(Files.exists(folder.resolve("runs/finetune").resolve(name)), "a run was begun");
    }

    @Test
    void aNetworkOfOpset9WithABatchOfOneIsFineTuned() throws IOException {
        Path network = network("old", new Kind(9, 1, 0.1f, false));
        Cli cli = finetune("old", network, "--size", Integer.toString(SIZE));
        assertEquals(ExitCode.OK, cli.exitCode(), cli.err() + cli.out());
        assertTrue(cli.json().path("out_of_fold").path("accuracy").asDouble() > 0.8, cli.out());
    }

    @Test
    void aNetworkWithAFixedBatchOfSeveralIsFineTuned() throws IOException {
        Path network = network("four", new Kind(17, 4, 0.1f, false));
        Cli cli = finetune("four", network);
        assertEquals(ExitCode.OK, cli.exitCode(), cli.err() + cli.out());
        assertTrue(cli.json().path("out_of_fold").path("accuracy").asDouble() > 0.8, cli.out());
    }

    @Test
    void whatCannotBeUsedIsRefusedBeforeAnImageIsDecoded() throws IOException {
        Path ancient = network("ancient", new Kind(6, 0, 0.1f, false));
        assertRefused(
                finetune("ancient", ancient), "ancient", "ancient.onnx: cannot be fine-tuned", "opset 6", "opset 18");
        for (float damaged : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
            Path broken = network("broken", new Kind(17, 0, damaged, false));
            assertRefused(
                    finetune("broken", broken),
                    "broken",
                    "broken.onnx: cannot be fine-tuned",
                    "must be finite numbers");
        }
        Path small = network("small", new Kind(17, 0, 0.1f, false));
        assertRefused(finetune("small", small, "--size", "48"), "small", "small.onnx: cannot be fine-tuned", "48");
        Path dependent = network("dependent", new Kind(17, 0, 0.1f, true));
        assertRefused(finetune("dependent", dependent), "dependent", "dependent.onnx: cannot be fine-tuned", "batch");
        Cli nothing = finetune("none", folder.resolve("unused.onnx"), "--head", "no_such_value");
        assertRefused(nothing, "none", "no_such_value");
    }

    @Test
    void aFolderThatIsMissingIsToldBeforeTheNetworkIsOpened() throws IOException {
        Path ancient = network("ancient", new Kind(6, 0, 0.1f, false));
        Cli cli = Cli.run("finetune", "--data", folder.resolve("nowhere").toString(), "--backbone", ancient.toString());
        assertEquals(ExitCode.FAILURE, cli.exitCode());
        assertTrue(cli.err().contains("nowhere"), cli.err());
        assertFalse(cli.err().contains("opset"), cli.err());
    }

    private static Cli train(String name, Path network) throws IOException {
        Path recipe = Files.writeString(
                folder.resolve(name + ".yaml"),
                """
                name: %s
                data: images
                input: {width: %d, height: %d, channels: rgb, mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25]}
                network: {base: %s}
                validation: 0.25
                training: {precision: fp32, threads: 1, batch_size: 8, epochs: 1}
                """
                        .formatted(name, SIZE, SIZE, network.getFileName()));
        return Cli.run(
                "train", recipe.toString(), "--runs-dir", folder.resolve("runs").toString(), "--json");
    }

    @Test
    void aRecipeGoesOnWithANetworkOfOpset9WithABatchOfOne() throws IOException {
        Cli cli = train("old-base", network("old-base", new Kind(9, 1, 0.1f, false, 3)));
        assertEquals(ExitCode.OK, cli.exitCode(), cli.err() + cli.out());
    }

    /** The head is all zeros, so that the untrained logits are the same whatever the network computes before. */
    @Test
    void aRecipesNetworkThatCannotBeExportedIsRefusedBeforeTheFirstStep() throws IOException {
        Cli cli = train("dependent-base", network("dependent-base", new Kind(17, 0, 0.1f, true, 3)));
        assertEquals(ExitCode.FAILURE, cli.exitCode(), cli.err());
        assertTrue(cli.jsonError().contains("recipe dependent-base: the network cannot be trained"), cli.out());
        assertTrue(cli.jsonError().contains("batch"), cli.out());
        assertFalse(Files.exists(folder.resolve("runs/train/dependent-base")), "a run was begun");
    }
}
