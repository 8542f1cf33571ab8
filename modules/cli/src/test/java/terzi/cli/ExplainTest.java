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
import java.util.Optional;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import terzi.onnx.ReceptiveField;
import terzi.vision.Picture;
import terzi.vision.Preprocessing;
import tools.jackson.databind.JsonNode;

class ExplainTest {
    private static final int SIZE = 24;
    private static final int OBJECT = 8;
    private static final int FAR = SIZE - OBJECT;

    @TempDir
    static Path folder;

    private static Path classifier;

    /** Noise with one striped patch in it; enlarged by whole pixels. */
    private static Picture picture(String kind, int left, int top, int enlarged, long seed) {
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
        return new Picture(size, size, 1, pixels);
    }

    private static Path save(Picture picture, Path file) throws IOException {
        Files.createDirectories(file.getParent());
        ImageIO.write(picture.toBufferedImage(), "png", file.toFile());
        return file;
    }

    @BeforeAll
    static void train() throws IOException {
        Random places = new Random(5);
        for (int i = 0; i < 400; i++) {
            String kind = i % 2 == 0 ? "rows" : "columns";
            String part = i < 320 ? "train" : i < 360 ? "val" : "test";
            Picture one = picture(kind, places.nextInt(FAR + 1), places.nextInt(FAR + 1), 1, i);
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
                  - maxPool: 2
                  - conv2d: {filters: 12, kernel: 3, padding: same, activation: relu}
                  - globalAveragePool
                  - dense: 2
                training:
                  epochs: 25
                  batchSize: 16
                  optimizer: {adam: {learningRate: 0.01}}
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
        Path pictures = folder.resolve("corners " + map);
        for (String kind : List.of("columns", "rows")) {
            for (int corner = 0; corner < 4; corner++) {
                Picture one = picture(kind, corner % 2 * FAR, corner / 2 * FAR, 1, 900 + corner);
                save(one, pictures.resolve(kind + corner + ".png"));
            }
        }
        Path target = folder.resolve("explained " + map);
        Cli cli = Cli.run(
                "explain",
                classifier.toString(),
                pictures.toString(),
                "--to",
                target.toString(),
                "--map",
                map,
                "--json");
        assertEquals(ExitCode.OK, cli.exitCode(), cli.err() + cli.out());
        assertEquals(method, cli.json().path("method").asString());
        JsonNode answers = cli.json().path("pictures");
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
    void thePictureChangesOnlyWhereItIsHot() throws IOException {
        Path one = save(picture("rows", 0, FAR, 20, 1), folder.resolve("one/rows.png"));
        Path target = folder.resolve("one/why.png");
        Cli cli =
                Cli.run("explain", classifier.toString(), one.toString(), "--to", target.toString(), "--class", "rows");
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
        Path one = save(picture("rows", 0, 0, 1, 2), folder.resolve("two/rows.png"));
        byte[] before = Files.readAllBytes(one);
        Path target = folder.resolve("two");
        String[] line = {"explain", classifier.toString(), one.toString(), "--to", target.toString(), "--class", ""};
        line[6] = "columns";
        Cli cli = Cli.run(line);
        assertEquals(ExitCode.OK, cli.exitCode(), cli.err());
        assertTrue(cli.out().contains("columns ") && cli.out().contains("(says rows "), cli.out());
        assertArrayEquals(before, Files.readAllBytes(one));
        assertTrue(Files.exists(target.resolve("rows-explained.png")));
        line[4] = one.toString();
        assertTrue(Cli.run(line).err().contains("is the picture itself"));
        line[6] = "dots";
        Cli unknown = Cli.run(line);
        assertEquals(ExitCode.FAILURE, unknown.exitCode());
        assertTrue(unknown.err().contains("no label 'dots'; it knows columns, rows"), unknown.err());
    }

    @Test
    void aPictureThatCannotBeReadIsReportedAndTheOthersAreExplained() throws IOException {
        Path pictures = folder.resolve("mixed");
        save(picture("rows", 0, 0, 1, 2), pictures.resolve("a b/ü.png"));
        save(picture("rows", 0, 0, 1, 3), pictures.resolve("c/ü.png"));
        Files.writeString(pictures.resolve("broken.png"), "no picture");
        Path target = folder.resolve("mixed explained");
        Cli cli = Cli.run("explain", classifier.toString(), pictures.toString(), "--to", target.toString());
        assertEquals(ExitCode.FAILURE, cli.exitCode());
        assertTrue(cli.err().contains("1 of 3 pictures could not be explained"), cli.err());
        assertTrue(
                Files.exists(target.resolve("ü-explained.png")) && Files.exists(target.resolve("ü-explained-2.png")),
                cli.out());
        assertFalse(Files.exists(target.resolve("broken-explained.png")));
    }

    @Test
    void aCroppedPictureHasItsHeatWhereTheCropWas() {
        Preprocessing crop = Preprocessing.imagenet(100, 80);
        // 400 x 200 becomes 200 x 100, of which x 60..140 and y 10..90 are seen: 120..280 and 20..180 of the picture
        HeatMap.View view = HeatMap.View.of(crop, 400, 200);
        assertEquals(new HeatMap.View(120, 20, 160, 160), view);
        HeatMap heat = new HeatMap(2, 2, new float[] {0, 0, 3, 0}, crop, Optional.empty(), view);
        assertEquals(new HeatMap.Place(160, 140), heat.peak());
        assertEquals(1, heat.at(160, 140), 1e-9);
        assertTrue(heat.at(200, 140) > 0.5 && heat.at(200, 140) < 0.8, "half a cell away");
        assertTrue(heat.at(240, 140) < 0.2, "a cell away");
        assertEquals(0, heat.at(119, 140), "outside of the crop");
    }

    @Test
    void cellsLieWhereTheirReceptiveFieldsAre() {
        Preprocessing plain = Preprocessing.plain(28, 28, Preprocessing.Channels.GRAY);
        HeatMap.View view = HeatMap.View.of(plain, 56, 280);
        HeatMap heat = new HeatMap(8, 8, one(64, 0), plain, Optional.of(new ReceptiveField(6.5, 2, 6.5, 2)), view);
        // the middle of pixel 6.5 of 28 is 7 from the border: a quarter of the way
        assertEquals(new HeatMap.Place(14, 70), heat.peak());
    }

    @Test
    void nothingIsHotWhereNothingSpeaksForTheClass() {
        Preprocessing plain = Preprocessing.plain(4, 4, Preprocessing.Channels.GRAY);
        HeatMap heat = new HeatMap(1, 1, new float[] {-1}, plain, Optional.empty(), HeatMap.View.of(plain, 4, 4));
        assertTrue(heat.isEmpty());
        assertEquals(0, heat.at(2, 2));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.1, 0.25, 0.5, 0.75, 0.9})
    void coloursGetLighterWithHeat(double heat) {
        assertTrue(luma(HeatColours.opaque(heat)) < luma(HeatColours.opaque(heat + 0.1)));
        assertTrue((HeatColours.over(heat) >>> 24) <= (HeatColours.over(heat + 0.1) >>> 24));
        assertEquals(0, HeatColours.over(0) >>> 24);
    }

    private static double luma(int rgb) {
        return 0.299 * ((rgb >> 16) & 0xff) + 0.587 * ((rgb >> 8) & 0xff) + 0.114 * (rgb & 0xff);
    }

    private static float[] one(int size, int place) {
        float[] values = new float[size];
        values[place] = 1;
        return values;
    }
}
