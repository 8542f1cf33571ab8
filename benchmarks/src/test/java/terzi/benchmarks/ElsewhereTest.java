package terzi.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import terzi.evaluation.Predictions;
import terzi.onnx.build.InputShape;
import terzi.onnx.build.Layer;
import terzi.onnx.build.Sequential;
import terzi.onnx.codec.ModelFile;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ElsewhereTest {
    private static final int SIZE = 32;
    private static final int SHOPS = 10;

    @TempDir
    private Path folder;

    /** Of nine pairs, 0.9 and 0.8 win three each, 0.4 wins against 0.1 and ties with 0.4: 7.5 of 9. */
    @Test
    void theAreaIsTheShareOfPairsInTheRightOrderWithTiesCountingHalf() {
        RocArea area = RocArea.of(List.of(0.9, 0.8, 0.4), List.of(0.7, 0.4, 0.1));
        assertEquals(7.5 / 9, area.value(), 1e-12);
        assertTrue(area.interval().contains(area.value()), area.toString());
        assertEquals(0, RocArea.of(List.of(0.1), List.of(0.2, 0.3)).value());
    }

    @Test
    void aChangedLabelBecomesTheClassThatTheImageIsMostConfusedWith() {
        float[][] probabilities = new float[20][];
        for (int i = 0; i < probabilities.length; i++) { // all of class b; even images look like c, odd ones like a
            probabilities[i] = i % 2 == 0 ? new float[] {0.1f, 0.6f, 0.3f} : new float[] {0.5f, 0.4f, 0.1f};
        }
        Predictions predictions = Predictions.of(
                List.of("a", "b", "c"), IntStream.range(0, 20).map(i -> 1).toArray(), probabilities);
        Map<String, String> wrong = WrongLabels.likelyConfusions(predictions, 0.1, 0);
        assertEquals(2, wrong.size());
        WrongLabels.likelyConfusions(predictions, 1, 0)
                .forEach((id, label) -> assertEquals(Integer.parseInt(id) % 2 == 0 ? "c" : "a", label));
    }

    /**
     * The wrong labels of w1 and w2 are in rows 1 and 3 of three, w3's is not listed. Against r1 (row 2) and r2, r3 (not
     * listed), w1 wins 3 pairs, w2 wins 2, w3 ties with 2: 6 of 9.
     */
    @Test
    void imagesThatAreNotListedAreTiedBehindTheListedOnes() {
        ImageList all = list("w1", "r1", "w2", "w3", "r2", "r3");
        List<String> ranked = List.of("w1", "r1", "w2");
        Set<String> wrong = Set.of("w1", "w2", "w3");
        assertEquals(6.0 / 9, WrongLabels.area(ranked, all, wrong).value(), 1e-12);
        assertEquals(0.5, WrongLabels.precision(ranked, 2, wrong).value(), 1e-12);
        assertEquals(2.0 / 3, WrongLabels.precision(ranked, 3, wrong).value(), 1e-12);
    }

    private static ImageList list(String... paths) {
        return new ImageList(List.of(paths).stream()
                .map(path -> new ImageList.Entry(path, "label", ""))
                .toList());
    }

    @Test
    void aFolderOfDrawnImagesIsMeasured() throws IOException {
        Path photos = icons(folder.resolve("icons"));
        Path noise = folder.resolve("noise");
        DrawnPhotos.draw(noise, SIZE, SIZE, 30);
        String[] arguments = {
            "--data", photos.toString(),
            "--strangers", noise.toString(),
            "--most", "20",
            "--backbone", network(folder.resolve("network.onnx")).toString(),
            "--seeds", "3,4",
            "--out", folder.toString()
        };
        assertEquals(0, new CommandLine(new Elsewhere()).execute(arguments));

        JsonNode figures = JsonMapper.shared()
                .readTree(Files.readString(folder.resolve("elsewhere-icons.json")))
                .path("figures");
        assertEquals(120, figures.path("images").intValue());
        assertEquals(2, figures.path("accuracies").size());
        assertTrue(
                figures.at("/accuracies/0/random/accuracy").isNumber(), "shops are found, and random folds compared");
        assertEquals(20, figures.at("/strangers/0/images").intValue());
        assertTrue(figures.at("/strangers/0/area/value").doubleValue() > 0.9, "coarse colours are unlike gray icons");
        assertEquals(3, figures.path("classesLeftOut").size());
        assertEquals(40, figures.at("/sets/0/covered/images").intValue());
        assertEquals(12, figures.at("/wrongLabels/1/wrong").intValue());
        assertEquals(
                figures.at("/accuracies/1/grouped/accuracy").doubleValue(),
                figures.at("/wrongLabels/1/clean").doubleValue(),
                1e-12,
                "clean accuracy is that of the labels as they are");
        // first run, three classes left out, another clean run, and of two seeds wrong labels and two corrections
        assertEquals(1 + 3 + 1 + 2 * 3, figures.path("fineTunings").intValue());
        String text = Files.readString(folder.resolve("elsewhere-icons.md"));
        assertTrue(text.contains("| left out: box | 40 |"), text);
        assertTrue(text.contains("`benchmarks/run elsewhere --data icons --strangers noise --most 20"), text);
    }

    /** 40 discs, boxes and stars of ten shops. */
    private static Path icons(Path target) throws IOException {
        LoadedSet all = DrawnSets.icons(1);
        for (int i = 0, kept = 0; kept < 120; i++) {
            String label = all.labels().get(all.label(i));
            if (!label.equals("ring")) {
                Path file = target.resolve(label).resolve("shop" + kept / 3 % SHOPS + "__" + i + ".png");
                Files.createDirectories(file.getParent());
                ImageIO.write(all.image(i).toBufferedImage(), "png", file.toFile());
                kept++;
            }
        }
        return target;
    }

    /** Random weights tell forms apart a little. */
    private static Path network(Path target) throws IOException {
        ModelFile.write(
                Sequential.build(
                        new InputShape(3, SIZE, SIZE),
                        List.of(
                                new Layer.Conv2d(16, 3).withActivation(new Layer.Relu()),
                                new Layer.MaxPool(2),
                                new Layer.Conv2d(32, 3).withActivation(new Layer.Relu()),
                                new Layer.GlobalAveragePool(),
                                new Layer.Dense(5)),
                        3),
                target);
        return target;
    }
}
