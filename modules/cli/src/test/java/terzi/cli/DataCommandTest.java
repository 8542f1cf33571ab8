package terzi.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import terzi.cli.terminal.ExitCode;
import tools.jackson.databind.JsonNode;

class DataCommandTest {
    @TempDir
    private Path folder;

    private void images(String place, int count) throws IOException {
        Path target = Files.createDirectories(folder.resolve(place));
        for (int i = 0; i < count; i++) {
            Random random = new Random((place + i).hashCode() * 31L);
            BufferedImage image = new BufferedImage(40 + i, 50, BufferedImage.TYPE_3BYTE_BGR);
            Graphics2D graphics = image.createGraphics();
            for (int k = 0; k < 30; k++) {
                graphics.setColor(new Color(random.nextInt(0x1000000)));
                graphics.fillRect(
                        random.nextInt(40), random.nextInt(50), 5 + random.nextInt(20), 5 + random.nextInt(20));
            }
            graphics.dispose();
            ImageIO.write(image, "png", target.resolve(i + ".png").toFile());
        }
    }

    @Test
    void fewImagesOfEqualClassesAreEvenToo() throws IOException {
        images("cat", 6);
        images("dog", 6);
        Cli cli = Cli.run("data", "check", folder.toString());
        assertTrue(cli.out().contains("balance: even (6 each); 2 classes have fewer than 10 images"), cli.out());
    }

    @Test
    void checkNamesTheFamiliesThatItRecognises() throws IOException {
        images("cat", 12);
        images("dog", 12);
        for (String label : new String[] {"cat", "dog"}) {
            for (int i = 0; i < 12; i++) { // 6 shops of 4 images
                Path file = folder.resolve(label).resolve(i + ".png");
                Files.move(file, file.resolveSibling("shop" + i % 6 + "__" + i + ".png"));
            }
        }
        String words = "families: the part of the file name before '__' (6 groups, the largest of 4 images)";
        assertTrue(Cli.run("data", "check", folder.toString()).out().contains(words));
        JsonNode families = Cli.run("data", "check", folder.toString(), "--no-duplicates", "--json")
                .json()
                .path("families");
        assertEquals(6, families.path("groups").asInt(), families.toString());
        assertEquals(4, families.path("largest").asInt());
        assertEquals(
                "the part of the file name before '__'", families.path("mark").asString());
    }

    @Test
    void checkCountsClassesAndNamesWhatIsWrong() throws IOException {
        images("train/cat", 24);
        images("train/dog", 4);
        images("test/dog", 2);
        images("train/bird", 0);
        Files.copy(folder.resolve("train/cat/3.png"), folder.resolve("test/dog/copy.png"));
        Files.copy(folder.resolve("train/cat/5.png"), folder.resolve("train/cat/again.png"));
        Files.writeString(folder.resolve("train/cat/notes.txt"), "notes");
        Cli cli = Cli.run("data", "check", folder.toString());
        assertEquals(ExitCode.OK, cli.exitCode(), cli.err());
        String out = cli.out();
        assertTrue(out.contains("32 images of 2 classes"), out);
        assertTrue(out.matches("(?s).*cat +25 +0\\R.*dog +4 +3\\R.*"), out);
        assertTrue(out.contains("balance: uneven: 'dog' has 7, 'cat' 25, 3.6 times as many"), out);
        assertTrue(out.contains("1 class has fewer than 10 images"), out);
        assertTrue(out.contains("width 40 to 63"), out);
        assertTrue(out.contains("unreadable: 1 unknown format"), out);
        assertTrue(out.contains("class folders without images, left out: train/bird"), out);
        assertTrue(out.contains("exact duplicates: 2 pairs with the same pixels"), out);
        assertFalse(out.contains("near duplicates"), out);
        assertTrue(out.contains("train/cat/5.png = train/cat/again.png"), out);
        assertTrue(out.contains("1 of 3 images in test has the same pixels as a training image"), out);
        assertTrue(out.contains("contradictory labels: 1 pair with the same pixels under two labels"), out);
    }

    @Test
    void checkAnswersInJson() throws IOException {
        images("cat", 3);
        images("dog", 3);
        Files.copy(folder.resolve("cat/1.png"), folder.resolve("dog/x.png"));
        JsonNode json = Cli.run("data", "check", folder.toString(), "--json").json();
        assertEquals(7, json.path("images").asInt());
        assertEquals(4, json.path("classes").path("dog").path("all").asInt());
        assertEquals(1, json.path("duplicates").path("contradictions").asInt());
        assertEquals(1, json.path("duplicates").path("exact_pairs").asInt());
        assertEquals(0, json.path("duplicates").path("near_pairs").asInt());
        JsonNode pair = json.path("duplicates").path("pairs").path(0);
        assertEquals("cat/1.png", pair.path("first").asString());
        assertTrue(pair.path("exact").asBoolean());
        JsonNode quick = Cli.run("data", "check", folder.toString(), "--json", "--no-duplicates")
                .json();
        assertTrue(quick.path("duplicates").isMissingNode());
        assertEquals(7, quick.path("images").asInt());
    }

    @Test
    void amazonBuildsFromAFolderOfMetadataAndReportsWhatItLeftOut() throws IOException {
        Path metadata = Files.createDirectories(folder.resolve("metadata"));
        Files.writeString(
                metadata.resolve("meta_All_Beauty.jsonl"),
                """
                {"parent_asin":"B1","images":[{"large":"https://example.org/x.jpg","variant":"MAIN"}]}
                not json
                """);
        Path target = folder.resolve("set");
        Cli cli = Cli.run(
                "data",
                "amazon",
                "--categories",
                "All_Beauty",
                "--per-class",
                "2",
                "-o",
                target.toString(),
                "--metadata",
                metadata.toString());
        assertEquals(ExitCode.FAILURE, cli.exitCode());
        assertTrue(cli.err().contains("found none in 2 lines"), cli.err());
        assertTrue(cli.err().contains("image on another server=1"), cli.err());
        assertTrue(cli.err().contains("broken JSON=1"), cli.err());
    }

    @ParameterizedTest
    @ValueSource(strings = {"amazon", "check"})
    void everyCommandHasHelpThatFitsATerminal(String command) {
        Cli cli = Cli.run("data", command, "--help");
        assertEquals(ExitCode.OK, cli.exitCode());
        assertTrue(cli.out().startsWith("Usage: terzi data " + command), cli.out());
        assertTrue(cli.out().contains("Examples:\n  terzi data " + command), cli.out());
        assertTrue(cli.out().contains("--json"), cli.out());
        assertFalse(cli.out().contains("%n"), cli.out());
        assertTrue(cli.out().lines().allMatch(line -> line.length() <= 100), cli.out());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "data                                              | no command given: one of amazon, check",
                "data check                                        | DATA",
                "data check x --list -1                            | --list must be 0 or more",
                "data amazon --categories A --per-class 0 -o x                        | --per-class must be 1 or more",
                "data amazon --categories ../a --per-class 1 -o x                     | expected names such as All_Beauty",
                "data amazon --categories A --per-class 1 -o x --size huge            | --size",
                "data amazon --per-class 1 -o x                             | --categories"
            })
    void wrongUsageIsExplained(String line, String expected) {
        Cli cli = Cli.run(line.split(" "));
        assertEquals(ExitCode.USAGE, cli.exitCode(), cli.err());
        assertTrue(cli.err().contains(expected), cli.err());
    }
}
