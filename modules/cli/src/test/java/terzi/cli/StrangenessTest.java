package terzi.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import terzi.cli.terminal.ExitCode;
import terzi.inference.ImageClassifier;
import terzi.inference.Score;
import tools.jackson.databind.JsonNode;

/**
 * {@code classify --reject} and {@code --set}, with the committed file of format version 2: its strangeness is {@code d / (d
 * + 0.001)}, with d the squared distance of the mean colour to gray.
 */
class StrangenessTest {
    private static final Path RESOURCES = Path.of("../inference/src/test/resources/terzi/inference");
    private static final String MODEL = RESOURCES.resolve("format-2.onnx").toString();
    private static final String OLD = RESOURCES.resolve("format-1.onnx").toString();

    @TempDir
    static Path folder;

    private static String gray;
    private static String black;

    @BeforeAll
    static void draw() throws IOException {
        gray = image("gray.png", 0x808080);
        black = image("black.png", 0);
    }

    private static String image(String name, int colour) throws IOException {
        BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 64; i++) {
            image.setRGB(i % 8, i / 8, colour);
        }
        Path file = folder.resolve(name);
        ImageIO.write(image, "png", file.toFile());
        return file.toString();
    }

    private static List<String> lines(String... arguments) {
        Cli cli = Cli.run(arguments);
        assertEquals(ExitCode.OK, cli.exitCode(), cli.err());
        return cli.out().lines().toList();
    }

    @Test
    void aStrangeImageIsCalledSoBehindItsLabels() {
        List<String> lines = lines("classify", MODEL, gray, black);
        assertTrue(lines.get(0).matches(".*gray.png: bag [^;]*"), lines.get(0));
        assertTrue(
                lines.get(1)
                        .matches(".*black.png: \\w+ [^;]*; unlike anything it was trained on \\(strangeness 99.9 %\\)"),
                lines.get(1));
        JsonNode images =
                Cli.run("classify", MODEL, gray, black, "--json").json().path("images");
        assertEquals(0.75 / 0.751, images.path(1).path("strangeness").asDouble(), 1e-6);
        assertFalse(images.path(1).path("rejected").asBoolean());
        double distance = 3 * Math.pow(128 / 255.0 - 0.5, 2);
        assertEquals(
                distance / (distance + 0.001),
                images.path(0).path("strangeness").asDouble(),
                1e-5);
        assertFalse(images.path(0).has("set"));
    }

    /** The share may follow, and so may an image. */
    @Test
    void aRejectedImageHasNoLabel() {
        List<List<String>> commands = List.of(
                List.of("classify", MODEL, black, gray, "--reject"),
                List.of("classify", MODEL, "--reject", black, gray),
                List.of("classify", MODEL, "--reject", "0.01", black, gray),
                List.of("classify", MODEL, black, gray, "--reject=0.01", "--top-k", "2"));
        for (List<String> command : commands) {
            List<String> lines = lines(command.toArray(String[]::new));
            assertEquals(black + ": unlike anything it was trained on (strangeness 99.9 %)", lines.get(0));
            assertTrue(lines.get(1).startsWith(gray + ": bag "), lines.get(1));
            List<String> json = new ArrayList<>(command);
            json.add("--json");
            JsonNode images = Cli.run(json.toArray(String[]::new)).json().path("images");
            assertTrue(images.path(0).path("rejected").asBoolean());
            assertTrue(images.path(0).path("top").path(0).has("label"), "the labels are listed all the same");
            assertFalse(images.path(1).path("rejected").asBoolean());
        }
        // 0.9987 is not above 1 - 0.001
        assertTrue(lines("classify", MODEL, black, "--reject", "0.001").get(0).matches(".*: \\w+ [0-9.]+ %, .*"));
    }

    @Test
    void aSetListsItsLabels() throws Exception {
        List<String> expected;
        try (ImageClassifier classifier = ImageClassifier.load(Path.of(MODEL))) {
            expected = classifier.classify(Path.of(gray)).set(0.7).stream()
                    .map(Score::label)
                    .toList();
        }
        String line = lines("classify", MODEL, gray, "--set", "0.7").get(0);
        assertTrue(line.endsWith(" %; 70 % set: " + String.join(", ", expected)), line);
        JsonNode set = Cli.run("classify", MODEL, gray, "--set", "0.7", "--json")
                .json()
                .path("images")
                .path(0)
                .path("set");
        assertEquals(0.7, set.path("coverage").asDouble());
        assertEquals(expected.size(), set.path("labels").size());
        assertEquals(expected.get(0), set.path("labels").path(0).path("label").asString());
        assertEquals(
                black + ": unlike anything it was trained on (strangeness 99.9 %)",
                lines("classify", MODEL, black, "--set", "0.995", "--reject", "0.05")
                        .get(0));
    }

    @Test
    void impossibleSharesAreWrongUsage() {
        for (String[] wrong : new String[][] {{"--reject", "1"}, {"--reject", "0"}, {"--set", "1.5"}}) {
            Cli cli = Cli.run("classify", MODEL, gray, wrong[0], wrong[1]);
            assertEquals(ExitCode.USAGE, cli.exitCode());
            assertTrue(cli.err().contains(wrong[0] + " must be above 0 and below 1, found " + wrong[1]), cli.err());
        }
    }

    @Test
    void aFileWithoutStrangenessOrSetsIsRefusedWithTheRemedy() {
        assertTrue(lines("classify", OLD, gray).get(0).matches(".*gray.png: \\w+ [^;]*"));
        assertFalse(Cli.run("classify", OLD, gray, "--json")
                .json()
                .path("images")
                .path(0)
                .has("strangeness"));
        for (String option : List.of("--reject", "--set")) {
            Cli cli = Cli.run("classify", OLD, gray, option, "0.1");
            assertEquals(ExitCode.FAILURE, cli.exitCode());
            assertTrue(cli.err().contains("format-1.onnx: " + option + " needs a file with"), cli.err());
            assertTrue(cli.err().contains("fine-tune again with this version"), cli.err());
        }
    }

    @Test
    void inspectTellsWhatAFileAnswers() {
        assertTrue(lines("inspect", MODEL).contains("answers   strangeness: yes, prediction sets: yes"));
        assertTrue(lines("inspect", OLD).contains("answers   strangeness: no, prediction sets: no"));
        JsonNode json = Cli.run("inspect", MODEL, "--json").json();
        assertTrue(json.path("strangeness").asBoolean());
        assertTrue(json.path("prediction_sets").asBoolean());
        assertFalse(Cli.run("inspect", OLD, "--json").json().path("strangeness").asBoolean());
    }
}
