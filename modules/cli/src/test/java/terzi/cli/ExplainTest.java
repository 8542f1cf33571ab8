package terzi.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import terzi.cli.terminal.ExitCode;
import terzi.images.Image;
import tools.jackson.databind.JsonNode;

class ExplainTest {
    private static final int SIZE = 24;
    private static final int OBJECT = 8;
    private static final int FAR = SIZE - OBJECT;

    @TempDir
    static Path folder;

    private static Path classifier;

    /** Noise with one striped patch in it; enlarged by whole pixels. */
    private static Image image(String kind, int left, int top, int enlarged, long seed) {
        Random random = new Random(seed);
        byte[] small = new byte[SIZE * SIZE];
        for (int i = 0; i < small.length; i++) {
            int x = i % SIZE;
            int y = i / SIZE;
            boolean inside = x >= left && x < left + OBJECT && y >= top && y < top + OBJECT;
            int value = inside ? ((kind.equals("rows") ? y : x) % 4 < 2 ? 230 : 30) : 100 + random.nextInt(40);
            small[i] = (byte) value;
        }
        int size = SIZE * enlarged;
        byte[] pixels = new byte[size * size];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = small[i / size / enlarged * SIZE + i % size / enlarged];
        }
        return new Image(size, size, 1, pixels);
    }

    private static Path save(Image image, Path file) throws IOException {
        Files.createDirectories(file.getParent());
        ImageIO.write(image.toBufferedImage(), "png", file.toFile());
        return file;
    }

    @BeforeAll
    static void train() throws IOException {
        Random places = new Random(5);
        for (int i = 0; i < 400; i++) {
            String kind = i % 2 == 0 ? "rows" : "columns";
            String part = i < 320 ? "train" : i < 360 ? "val" : "test";
            Image one = image(kind, places.nextInt(FAR + 1), places.nextInt(FAR + 1), 1, i);
            save(one, folder.resolve("data").resolve(part).resolve(kind).resolve(i + ".png"));
        }
        Path recipe = Files.writeString(
                folder.resolve("recipe.yaml"),
                """
                name: patches
                data: data
                input: {width: 24, height: 24, channels: gray, scale: 1/255, mean: [0.5], std: [0.25]}
                network:
                  - conv2d: {filters: 8, kernel: 3, padding: same, activation: relu}
                  - max_pool: 2
                  - conv2d: {filters: 12, kernel: 3, padding: same, activation: relu}
                  - global_average_pool
                  - dense: 2
                training:
                  epochs: 25
                  batch_size: 16
                  optimizer: {adam: {learning_rate: 0.01}}
                  precision: fp32
                  threads: 1
                  seed: 3
                """);
        Cli cli = Cli.run(
                "train", recipe.toString(), "--runs-dir", folder.resolve("runs").toString(), "--json");
        assertEquals(ExitCode.OK, cli.exitCode(), cli.err() + cli.out());
        assertTrue(cli.json().path("metrics").path("accuracy").asDouble() > 0.95, cli.out());
        classifier = Path.of(cli.json().path("classifier").asString());
    }

    @ParameterizedTest
    @CsvSource({"cam, class activation map", "gradcam, Grad-CAM"})
    void heatPeaksAtTheObjectWhateverCornerItIsIn(String map, String method) throws IOException {
        Path images = folder.resolve("corners " + map);
        for (String kind : List.of("columns", "rows")) {
            for (int corner = 0; corner < 4; corner++) {
                Image one = image(kind, corner % 2 * FAR, corner / 2 * FAR, 1, 900 + corner);
                save(one, images.resolve(kind + corner + ".png"));
            }
        }
        Path target = folder.resolve("explained " + map);
        Cli cli = Cli.run(
                "explain",
                classifier.toString(),
                images.toString(),
                "--output",
                target.toString(),
                "--map",
                map,
                "--json");
        assertEquals(ExitCode.OK, cli.exitCode(), cli.err() + cli.out());
        assertEquals(method, cli.json().path("method").asString());
        JsonNode answers = cli.json().path("images");
        assertEquals(8, answers.size());
        for (int i = 0; i < 8; i++) {
            JsonNode answer = answers.path(i);
            assertEquals(i < 4 ? "columns" : "rows", answer.path("label").asString(), answer.toString());
            int left = i % 4 % 2 * FAR;
            int top = i % 4 / 2 * FAR;
            double x = answer.path("peak_x").asDouble();
            double y = answer.path("peak_y").asDouble();
            // a cell more: its window also sees an edge from outside
            assertTrue(x >= left - 2 && x < left + OBJECT + 2, answer.toString());
            assertTrue(y >= top - 2 && y < top + OBJECT + 2, answer.toString());
            assertTrue(Files.exists(Path.of(answer.path("png").asString())), answer.toString());
        }
        assertEquals(1, cli.json().path("contact_sheets").size());
        assertTrue(Files.exists(target.resolve("contact-sheet.png")));
    }

    @Test
    void theImageChangesOnlyWhereItIsHot() throws IOException {
        Path one = save(image("rows", 0, FAR, 20, 1), folder.resolve("one/rows.png"));
        Path target = folder.resolve("one/why.png");
        Cli cli = Cli.run(
                "explain", classifier.toString(), one.toString(), "--output", target.toString(), "--class", "rows");
        assertEquals(ExitCode.OK, cli.exitCode(), cli.err());
        assertTrue(cli.out().startsWith(one + ": rows "), cli.out());
        assertTrue(cli.out().endsWith("-> " + target + "\n"), cli.out());
        BufferedImage before = ImageIO.read(one.toFile());
        BufferedImage after = ImageIO.read(target.toFile());
        assertEquals(before.getWidth(), after.getWidth());
        assertTrue(after.getHeight() >= before.getHeight());
        int gray = before.getRaster().getSample(460, 20, 0);
        assertEquals(0xff000000 | (gray * 0x10101), after.getRGB(460, 20));
        int red = (after.getRGB(80, 400) >> 16) & 0xff;
        int blue = after.getRGB(80, 400) & 0xff;
        assertTrue(red > blue + 40, "red " + red + ", blue " + blue);
    }

    @Test
    void anotherClassCanBeAskedForAndAnUnknownOneIsExplained() throws IOException {
        Path one = save(image("rows", 0, 0, 1, 2), folder.resolve("two/rows.png"));
        byte[] before = Files.readAllBytes(one);
        Path target = folder.resolve("two");
        String[] line = {"explain", classifier.toString(), one.toString(), "--output", target.toString(), "--class", ""
        };
        line[6] = "columns";
        Cli cli = Cli.run(line);
        assertEquals(ExitCode.OK, cli.exitCode(), cli.err());
        assertTrue(cli.out().contains("columns ") && cli.out().contains("(says rows "), cli.out());
        assertArrayEquals(before, Files.readAllBytes(one));
        assertTrue(Files.exists(target.resolve("rows-explained.png")));
        line[4] = one.toString();
        assertTrue(Cli.run(line).err().contains("is the image itself"));
        line[6] = "dots";
        Cli unknown = Cli.run(line);
        assertEquals(ExitCode.FAILURE, unknown.exitCode());
        assertTrue(unknown.err().contains("no label 'dots'; it knows columns, rows"), unknown.err());
    }

    @Test
    void anImageThatCannotBeReadIsReportedAndTheOthersAreExplained() throws IOException {
        Path images = folder.resolve("mixed");
        save(image("rows", 0, 0, 1, 2), images.resolve("a b/ü.png"));
        save(image("rows", 0, 0, 1, 3), images.resolve("c/ü.png"));
        Files.writeString(images.resolve("broken.png"), "no image");
        Path target = folder.resolve("mixed explained");
        Cli cli = Cli.run("explain", classifier.toString(), images.toString(), "--output", target.toString());
        assertEquals(ExitCode.FAILURE, cli.exitCode());
        assertTrue(cli.err().contains("1 of 3 images could not be explained"), cli.err());
        assertTrue(
                Files.exists(target.resolve("ü-explained.png")) && Files.exists(target.resolve("ü-explained-2.png")),
                cli.out());
        assertFalse(Files.exists(target.resolve("broken-explained.png")));
    }
}
