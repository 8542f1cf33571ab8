package terzi.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import terzi.cli.terminal.ExitCode;
import terzi.export.ClassifierFile;
import terzi.export.ClassifierSpec;
import terzi.images.Preprocessing;
import terzi.inference.ClassifierDigest;
import terzi.onnx.Attribute;
import terzi.onnx.DataType;
import terzi.onnx.Dim;
import terzi.onnx.Tensor;
import terzi.onnx.TensorType;
import terzi.onnx.build.GraphBuilder;
import terzi.onnx.codec.ModelFile;

/** Commands name the image whose answer is not a number, and count it as failed. */
class NotANumberTest {
    @TempDir
    static Path folder;

    private static Path classifier;
    private static Path black;
    private static Path white;

    /** Logits are the square roots of the mean of each channel minus 0.1: black images have none. */
    @BeforeAll
    static void prepare() throws IOException {
        GraphBuilder graph = new GraphBuilder("roots", 18);
        String x = graph.input("input", TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(3), Dim.of(4), Dim.of(4)));
        String same = graph.initializer(
                Tensor.ofFloats("same", new long[] {3, 3, 1, 1}, new float[] {1, 0, 0, 0, 1, 0, 0, 0, 1}));
        String mean = graph.node("GlobalAveragePool", List.of(graph.node("Conv", List.of(x, same))));
        String flat = graph.node("Flatten", List.of(mean), Map.of("axis", Attribute.of(1)));
        String less = graph.node("Sub", List.of(flat, graph.initializer(Tensor.scalar("tenth", 0.1f))));
        graph.output(
                graph.node("Sqrt", List.of(less)), "logits", TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(3)));
        byte[] bytes = ModelFile.toBytes(ClassifierFile.assemble(
                        graph.build(),
                        new ClassifierSpec(
                                Preprocessing.plain(4, 4, Preprocessing.Channels.RGB), List.of("a", "b", "c")))
                .withMetadata(ClassifierDigest.KEY, ClassifierDigest.PLACEHOLDER));
        ClassifierDigest.seal(bytes);
        classifier = Files.write(folder.resolve("classifier.onnx"), bytes);
        for (String label : List.of("a", "b", "c")) {
            Files.createDirectories(folder.resolve("images").resolve(label));
        }
        white = image("images/a/white.png", 0xffffff);
        image("images/b/gray.png", 0x808080);
        image("images/c/light.png", 0xc0c0c0);
        black = image("images/b/black.png", 0);
    }

    private static Path image(String name, int colour) throws IOException {
        BufferedImage image = new BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 16; i++) {
            image.setRGB(i % 4, i / 4, colour);
        }
        Path file = folder.resolve(name);
        ImageIO.write(image, "png", file.toFile());
        return file;
    }

    @Test
    void classifyAnswersTheOthersAndNamesIt() {
        Cli cli = Cli.run("classify", classifier.toString(), white.toString(), black.toString(), "--json");
        assertEquals(ExitCode.FAILURE, cli.exitCode());
        assertEquals(1, cli.json().path("classified").asInt(), cli.out());
        String error = cli.json().path("images").path(1).path("error").asString();
        assertTrue(error.contains("black.png must be finite numbers, found NaN"), cli.out());
    }

    @Test
    void explainAnswersTheOthersAndNamesIt() throws IOException {
        Cli cli = Cli.run(
                "explain",
                classifier.toString(),
                white.toString(),
                black.toString(),
                "--output",
                folder.resolve("maps") + "",
                "--json");
        assertEquals(ExitCode.FAILURE, cli.exitCode(), cli.err());
        assertEquals(1, cli.json().path("failed").asInt(), cli.out());
        assertTrue(cli.json().path("images").path(1).path("error").asString().contains("black.png"), cli.out());
        Path written = Path.of(cli.json().path("images").path(0).path("png").asString());
        if (written.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            // the umask's, as every other file
            assertEquals(Files.getPosixFilePermissions(white), Files.getPosixFilePermissions(written));
        }
    }

    @Test
    void evaluateNamesItInsteadOfCountingAWrongLabel() {
        Cli cli = Cli.run(
                "evaluate",
                classifier.toString(),
                "--data",
                folder.resolve("images").toString(),
                "--split",
                "all",
                "--json");
        assertEquals(ExitCode.FAILURE, cli.exitCode(), cli.err() + cli.out());
        assertTrue(cli.jsonError().contains("b/black.png: "), cli.out());
        assertTrue(cli.jsonError().contains("must be finite numbers"), cli.out());
    }
}
