package terzi.evaluation.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import terzi.evaluation.Evaluation;
import terzi.evaluation.Predictions;
import terzi.images.Image;

/** Which images a report shows, in which order, how small, and how a drawing becomes a file. */
class ShownImagesTest {

    private static Predictions drawn(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int size = random.nextInt(1, 60);
        float[][] rows = new float[size][];
        int[] truth = new int[size];
        for (int i = 0; i < size; i++) {
            float sure = (float) random.nextInt(9) / 8;
            float rest = (1 - sure) / 2;
            rows[i] = new float[] {sure, rest, rest};
            truth[i] = random.nextInt(3);
        }
        return Predictions.of(List.of("a", "b", "c"), truth, rows);
    }

    @Property(tries = 200, seed = "20261130")
    void theWorstAreTheWrongOnesTheMostConfidentFirst(@ForAll long seed) {
        Predictions p = drawn(seed);
        List<Integer> expected = IntStream.range(0, p.size())
                .boxed()
                .filter(i -> p.predicted(i) != p.truth(i))
                .sorted((a, b) -> Float.compare(p.confidence(b), p.confidence(a)))
                .toList();
        assertEquals(expected, Samples.worst(p, p.size()));
        assertEquals(expected.subList(0, Math.min(3, expected.size())), Samples.worst(p, 3));
    }

    @Property(tries = 100, seed = "20261130")
    void theSampleHasDifferentRowsAndTheSameOnesAgain(@ForAll long seed) {
        Predictions p = drawn(seed);
        List<Integer> rows = Samples.random(p, 24);
        assertEquals(Math.min(24, p.size()), rows.size());
        assertEquals(rows.size(), new HashSet<>(rows).size());
        assertTrue(rows.stream().allMatch(row -> row >= 0 && row < p.size()));
        assertEquals(rows, Samples.random(p, 24));
    }

    /** Of 1,000 rows 500 are drawn: their mean is 499.5 with a standard error of 9.1, and they are not in order. */
    @Test
    void theSampleIsDrawnFromAllRows() {
        Predictions p = Synthetic.predictions(Synthetic.labels(2), 1000, Synthetic.Skill.USUAL, -1);
        List<Integer> rows = Samples.random(p, 500);
        assertEquals(499.5, rows.stream().mapToInt(i -> i).average().orElseThrow(), 45);
        long ascents = IntStream.range(1, 500)
                .filter(i -> rows.get(i) > rows.get(i - 1))
                .count();
        assertEquals(250, (double) ascents, 45);
        assertEquals(
                IntStream.range(0, 1000).boxed().toList(),
                Samples.random(p, 2000).stream().sorted().toList());
    }

    @Property(tries = 100, seed = "20261130")
    void theMostFrequentConfusionsComeFirstEachWithItsSurestMistakes(@ForAll long seed) {
        Predictions p = drawn(seed);
        Evaluation e = Evaluation.of(p);
        List<Samples.Pair> all = Samples.confused(e.confusion(), p, 6, 2);
        long counted = 0;
        for (int i = 0; i < all.size(); i++) {
            Samples.Pair pair = all.get(i);
            assertTrue(pair.truth() != pair.answer());
            assertEquals(e.confusion().count(pair.truth(), pair.answer()), pair.count());
            assertTrue(i == 0 || all.get(i - 1).count() >= pair.count(), "the most frequent first");
            List<Integer> rows = Samples.worst(p, p.size()).stream()
                    .filter(row -> p.truth(row) == pair.truth() && p.predicted(row) == pair.answer())
                    .toList();
            assertEquals(pair.count(), rows.size());
            assertEquals(rows.subList(0, Math.min(2, rows.size())), pair.rows());
            counted += pair.count();
        }
        assertEquals(p.size() - e.confusion().correct(), counted, "three classes have six pairs: all are here");
        assertEquals(
                Math.min(1, all.size()),
                Samples.confused(e.confusion(), p, 1, 2).size());
    }

    private static Image image(int width, int height) {
        byte[] pixels = new byte[width * height * 3];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (i % 3 == 0 ? 200 : 40);
        }
        return new Image(width, height, 3, pixels);
    }

    /** The longer edge becomes 160 px, the other keeps the ratio; smaller images are left as they are. */
    @ParameterizedTest
    @CsvSource({
        "320, 160, 160, 80",
        "100, 400, 40, 160",
        "161, 161, 160, 160",
        "160, 100, 160, 100",
        "64, 64, 64, 64",
        "4000, 3, 160, 1",
        "3, 4000, 1, 160",
        "333, 200, 160, 96"
    })
    void aThumbnailHasALongerEdgeOf160(int width, int height, int shownWidth, int shownHeight) {
        Image small = Thumbnail.reduced(image(width, height));
        assertEquals(shownWidth, small.width());
        assertEquals(shownHeight, small.height());
    }

    /** Up to 64 px every pixel is kept, as PNG; beyond, JPEG is smaller. */
    @ParameterizedTest
    @CsvSource({"64, 20, true", "20, 64, true", "65, 20, false", "300, 300, false"})
    void tinyImagesKeepTheirPixels(int width, int height, boolean tiny) throws IOException {
        Image image = image(width, height);
        assertEquals(tiny, Thumbnail.isTiny(image));
        assertEquals(tiny, Thumbnail.of(image).isTiny());
        String address = Thumbnail.of(image).address();
        String begin = tiny ? "data:image/png;base64," : "data:image/jpeg;base64,";
        assertTrue(address.startsWith(begin), address.substring(0, 30));
        BufferedImage thumbnail =
                ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(address.substring(begin.length()))));
        assertEquals(Math.min(160, Math.max(width, height)), Math.max(thumbnail.getWidth(), thumbnail.getHeight()));
        int rgb = thumbnail.getRGB(thumbnail.getWidth() / 2, thumbnail.getHeight() / 2);
        assertEquals(200, rgb >> 16 & 0xff, tiny ? 0 : 6);
        assertEquals(40, rgb & 0xff, tiny ? 0 : 6);
    }

    @Test
    void aTextThatHasNoRoomKeepsAsManyLettersAsFit() {
        assumeTrue(Drawing.hasFonts(), "this Java has no font");
        Graphics2D graphics = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics();
        FontMetrics metrics = graphics.getFontMetrics(Drawing.font(Font.PLAIN, 12));
        String text = "Health and 😀😀😀 care";
        for (int room = 0; room <= metrics.stringWidth(text) + 5; room++) {
            String fitted = Drawing.fitted(metrics, text, room);
            if (metrics.stringWidth(text) <= room) {
                assertEquals(text, fitted);
                continue;
            }
            assertTrue(fitted.endsWith("…") && text.startsWith(fitted.substring(0, fitted.length() - 1)), fitted);
            assertTrue(fitted.length() == 1 || metrics.stringWidth(fitted) <= room, fitted + " in " + room);
            int next = text.offsetByCodePoints(fitted.length() - 1, 1);
            assertTrue(
                    next == text.length() || metrics.stringWidth(text.substring(0, next) + "…") > room,
                    fitted + " could be longer in " + room);
        }
        graphics.dispose();
    }

    @TempDir
    Path folder;

    @Test
    void aFileHasTwoPixelsForEachOnWhitePaper() throws IOException {
        Figure figure = new SvgGraphicsTest.Drawn(graphics -> graphics.fillRect(10, 10, 5, 5));
        Drawing.writePng(figure, folder.resolve("a.png"));
        BufferedImage image = ImageIO.read(folder.resolve("a.png").toFile());
        assertEquals(200, image.getWidth());
        assertEquals(100, image.getHeight());
        assertEquals(0xffffffff, image.getRGB(19, 20));
        assertEquals(0xff123456, image.getRGB(20, 20));
        assertEquals(0xff123456, image.getRGB(29, 29));
        assertEquals(0xffffffff, image.getRGB(30, 29));
        assertEquals(0xffffffff, image.getRGB(199, 99));
        assertEquals(List.of(folder.resolve("a.png")), list());
    }

    private List<Path> list() throws IOException {
        try (var files = Files.list(folder)) {
            return files.toList();
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 255", "0.5, 128", "-1, 0", "2, 255", "0.06, 15"})
    void alphaIsAShareOf255(double alpha, int value) {
        assertEquals(value, Palette.withAlpha(Palette.LIGHT.first(), alpha).getAlpha());
        assertEquals(0x2563c9, Palette.key(Palette.withAlpha(Palette.LIGHT.first(), alpha)));
    }

    @Test
    void seriesHaveDifferentColours() {
        assertEquals(6, new HashSet<>(List.of(Palette.LIGHT.series())).size());
        assertEquals(Palette.LIGHT.first(), Palette.LIGHT.series()[0]);
        assertEquals(10, Palette.cssOfVariables().size());
    }
}
