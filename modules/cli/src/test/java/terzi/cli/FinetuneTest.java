package terzi.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import terzi.cli.terminal.ExitCode;
import terzi.images.Image;
import terzi.onnx.build.InputShape;
import terzi.onnx.build.Layer;
import terzi.onnx.build.Sequential;
import terzi.onnx.codec.ModelFile;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** From a folder of images to a classifier, with a small network of random weights in place of a pretrained one. */
class FinetuneTest {
    private static final int SIZE = 24;

    @TempDir
    static Path folder;

    private static Path images;
    private static Path backbone;

    /** One colour for each class, with noise: even random features tell them apart. */
    private static void image(Path file, int kind, long seed) throws IOException {
        Random random = new Random(seed);
        byte[] pixels = new byte[SIZE * SIZE * 3];
        for (int i = 0; i < pixels.length; i++) {
            int base = i % 3 == kind ? 170 : 60;
            int block = (i / 3 % SIZE / 6 * 7 + i / 3 / SIZE / 6 * 13 + (int) (seed % 97) * 31) % 60;
            pixels[i] = (byte) (base + block + random.nextInt(20));
        }
        Files.createDirectories(file.getParent());
        ImageIO.write(new Image(SIZE, SIZE, 3, pixels).toBufferedImage(), "png", file.toFile());
    }

    /** A folder with 90 images of three classes and a network to start from. */
    static void write(Path images, Path backbone) throws IOException {
        String[] names = {"Rot", "grün", "blue"};
        for (int i = 0; i < 90; i++) {
            image(images.resolve(names[i % 3]).resolve("p " + i + ".png"), i % 3, i);
        }
        ModelFile.write(
                Sequential.build(
                        new InputShape(3, SIZE, SIZE),
                        List.of(
                                new Layer.Conv2d(8, 3).withActivation(new Layer.Relu()),
                                new Layer.MaxPool(2),
                                new Layer.Conv2d(16, 3).withActivation(new Layer.Relu()),
                                new Layer.GlobalAveragePool(),
                                new Layer.Dense(5)),
                        3),
                backbone);
    }

    @BeforeAll
    static void prepare() throws IOException {
        images = folder.resolve("my photos");
        backbone = folder.resolve("backbone.onnx");
        write(images, backbone);
        Files.copy(images.resolve("Rot/p 0.png"), images.resolve("Rot/copy.png"));
        Files.writeString(images.resolve("blue/broken.png"), "no image");
    }

    private static Cli finetune(String... more) {
        String[] line = {
            "finetune",
            "--data",
            images.toString(),
            "--backbone",
            backbone.toString(),
            "--runs-dir",
            folder.resolve("runs").toString(),
            "--threads",
            "1",
            "--seed",
            "1"
        };
        String[] all = Arrays.copyOf(line, line.length + more.length);
        System.arraycopy(more, 0, all, line.length, more.length);
        return Cli.run(all);
    }

    @Test
    void aFolderOfImagesBecomesAClassifierAndAnHonestReport() throws IOException {
        Cli cli = finetune(
                "--recipe",
                "fast",
                "--folds",
                "3",
                "--test",
                "0.15",
                "--json",
                "--name",
                "whole",
                "--gate",
                "accuracy>=0.5");
        assertEquals(ExitCode.OK, cli.exitCode(), cli.err() + cli.out());
        JsonNode answer = cli.json();
        Path run = Path.of(answer.path("run").asString());
        for (String file : new String[] {
            "args.yaml",
            "recipe.yaml",
            "training_history.csv",
            "report.html",
            "run.json",
            "split.csv",
            "classifier.onnx",
            "metrics.json",
            "classification_report.txt",
            "report.md",
            "label_errors.csv"
        }) {
            assertTrue(Files.exists(run.resolve(file)), file);
        }
        assertTrue(answer.path("test").path("accuracy").asDouble() > 0.8, cli.out());
        // what was asked for is the headline everywhere
        assertEquals("out-of-fold", answer.path("measured_on").asString());
        JsonNode metrics = JsonMapper.shared().readTree(Files.readString(run.resolve("metrics.json")));
        assertEquals(answer.path("out_of_fold").path("accuracy"), metrics.path("accuracy"));
        assertEquals(
                answer.path("gates").get(0).path("value").asDouble(),
                metrics.path("accuracy").asDouble());
        assertEquals(1, answer.path("skipped").asInt());
        assertTrue(answer.path("near_copies").asInt() >= 1, cli.out());
        String report = Files.readString(run.resolve("report.md"));
        assertTrue(report.contains("Cross-validation in 3 folds"), report);
        assertTrue(report.contains("interval"), report);
        assertTrue(report.contains("1 unknown format"), report);
        assertTrue(cli.err().contains("1 pair of images with the same pixels"), cli.err());
        assertTrue(report.contains("1 pair of images has the same pixels"), report);

        String page = Files.readString(run.resolve("report.html"));
        assertTrue(page.contains("Head only: "), "the page does not say that only the head was fitted");
        assertTrue(page.contains(" values fitted; the backbone's "), "the frozen parameters are missing");
        assertFalse(report.contains("dropout") || report.contains("weight decay"), report);

        String bytes = Files.readString(run.resolve("classifier.onnx"), StandardCharsets.ISO_8859_1);
        assertFalse(bytes.contains(folder.toString()), "the file tells a path of this machine");

        // what the file says about its data leads to the very same test images
        Cli again = Cli.run("evaluate", run.toString(), "--json");
        assertEquals(ExitCode.OK, again.exitCode(), again.err() + again.out());
        assertEquals(
                answer.path("test").path("count").asInt(),
                again.json().path("metrics").path("count").asInt());
        assertEquals(
                answer.path("test").path("log_loss").asDouble(),
                again.json().path("metrics").path("log_loss").asDouble(),
                1e-6);

        // a near copy lies on the same side as its original
        List<String> split = Files.readAllLines(run.resolve("split.csv"));
        String original = split.stream()
                .filter(line -> line.contains("p 0.png"))
                .findFirst()
                .orElseThrow();
        String copy = split.stream()
                .filter(line -> line.contains("copy.png"))
                .findFirst()
                .orElseThrow();
        assertEquals(original.substring(original.lastIndexOf(',')), copy.substring(copy.lastIndexOf(',')));
    }

    @Test
    void theReportIsWordsAndAGateThatIsNotMetIsStatus3() {
        Cli cli = finetune("--recipe", "fast", "--name", "words", "--gate", "accuracy>1");
        assertEquals(ExitCode.GATE_FAILED, cli.exitCode(), cli.err() + cli.out());
        assertTrue(cli.out().contains("gate not met: accuracy>1"), cli.out());
        for (String words : new String[] {"how good", "how sure", "weakest class", "overfitting", "try next"}) {
            assertTrue(cli.out().contains("\n" + words), cli.out());
        }
    }

    @Test
    void wrongInputIsExplainedBeforeAnythingRuns() throws IOException {
        Cli unknown = finetune("--recipe", "fastest");
        assertEquals(ExitCode.FAILURE, unknown.exitCode());
        assertTrue(unknown.err().contains("the presets are fast, balanced, best"), unknown.err());
        Path full = Files.createDirectories(folder.resolve("full"));
        Files.writeString(full.resolve("mine.txt"), "keep");
        // neither the images nor the network are looked at before
        Cli taken = finetune("--recipe", "fast", "--backbone", "none.onnx", "--output", full.toString());
        assertTrue(taken.err().contains("is not empty; name a new folder"), taken.err());
        assertEquals(1, full.toFile().list().length);
        Cli folds = finetune("--folds", "1");
        assertEquals(ExitCode.USAGE, folds.exitCode());
        assertTrue(folds.err().contains("--folds: expected 2 or more"), folds.err());
        Cli pattern = finetune("--groups", "(shop");
        assertEquals(ExitCode.USAGE, pattern.exitCode());
        assertTrue(
                pattern.err()
                        .contains("--groups: expected none, auto, folders, column:NAME or a regular expression over"),
                pattern.err());
        Cli column = finetune("--groups", "column:shop", "--backbone", "none.onnx");
        assertEquals(ExitCode.FAILURE, column.exitCode());
        assertTrue(column.err().contains("expected a CSV list with the column 'shop'"), column.err());
        Cli nothing = Cli.run("finetune");
        assertEquals(ExitCode.USAGE, nothing.exitCode());
        assertTrue(nothing.err().contains("name the images with --data: a folder"), nothing.err());
        assertFalse(Files.exists(folder.resolve("runs/finetune/full")));
    }
}
