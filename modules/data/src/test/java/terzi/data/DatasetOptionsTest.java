package terzi.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import terzi.data.DatasetOptions.Downloads;
import terzi.data.DatasetReport.LeftOut;
import terzi.data.DatasetReport.Skipped;
import terzi.images.ImageDecoder;
import terzi.images.ImageException;
import terzi.images.ImageException.Kind;

class DatasetOptionsTest {
    private static final DatasetOptions DEFAULTS = DatasetOptions.defaults();

    @Test
    void sharesReachFromNothingToAlmostAll() {
        assertEquals(0, DEFAULTS.withHeldOut(0, 0).testFraction());
        double most = Math.nextDown(1.0);
        assertEquals(most, DEFAULTS.withHeldOut(most, 0).validationFraction());
        assertEquals(most, DEFAULTS.withHeldOut(0, most).testFraction());
        assertEquals(0.5, DEFAULTS.withHeldOut(0.49, 0.5).testFraction());
        for (double[] wrong : new double[][] {
            {1, 0}, {0, 1}, {-Double.MIN_VALUE, 0}, {0, -Double.MIN_VALUE}, {Double.NaN, 0}, {0, Double.NaN}, {0.5, 0.5}
        }) {
            assertThrows(IllegalArgumentException.class, () -> DEFAULTS.withHeldOut(wrong[0], wrong[1]));
        }
    }

    @Test
    void aChangeChangesWhatItNamesAndNothingElse() {
        assertEquals(0.1, DEFAULTS.validationFraction());
        assertEquals(0.1, DEFAULTS.testFraction());
        assertEquals(Downloads.NEVER, DEFAULTS.downloads());
        DatasetOptions all = DEFAULTS.withFolder(Path.of("f"))
                .withSeed(5)
                .withCache(Path.of("c"))
                .withDownloads(Downloads.WHEN_MISSING)
                .withLimits(new ImageDecoder.Limits(3, 4))
                .withLabels(List.of("x"))
                .withHeldOut(0.2, 0.3);
        assertEquals(
                new DatasetOptions(
                        Optional.of(Path.of("f")),
                        0.2,
                        0.3,
                        5,
                        Path.of("c"),
                        Downloads.WHEN_MISSING,
                        new ImageDecoder.Limits(3, 4),
                        List.of("x")),
                all);
        assertEquals(all, all.withSeed(5).withHeldOut(0.2, 0.3).withCache(Path.of("c")));
    }

    private static Skipped skipped(String id, Kind kind) throws ImageException {
        return Skipped.of(id, new ImageException(kind, id + ": what is wrong"));
    }

    @Test
    void aReportCountsAndNamesWhatWasLeftOut() throws ImageException {
        assertEquals("", DatasetReport.EMPTY.text());
        assertEquals(List.of(), DatasetReport.EMPTY.lines());
        DatasetReport one = new DatasetReport(List.of(skipped("a", Kind.EMPTY)));
        assertEquals("1 image left out: 1 EMPTY (first: a: what is wrong)", one.text());
        DatasetReport many = new DatasetReport(
                List.of(skipped("a", Kind.TRUNCATED), skipped("b", Kind.EMPTY), skipped("c", Kind.TRUNCATED)),
                List.of("cat", "dog"),
                List.of(
                        new LeftOut("x/.git", "hidden"),
                        new LeftOut(".git", "hidden"),
                        new LeftOut("tmp", "kept by a tool")),
                List.of("a note"));
        assertEquals(Map.of(Kind.TRUNCATED, 2, Kind.EMPTY, 1), many.counts());
        assertEquals(
                List.of(
                        "3 images left out: 1 EMPTY, 2 TRUNCATED (first: a: what is wrong)",
                        "class folders without a file left out: cat, dog",
                        "folders left out: .git, x/.git (hidden)",
                        "folders left out: tmp (kept by a tool)"),
                many.lines());
        assertEquals(String.join("; ", many.lines()), many.text());
        assertEquals(many.lines().subList(1, 4), many.withSkipped(List.of()).lines());
        assertEquals(
                new LeftOut("train/x/.git", "hidden"), many.leftOut().get(0).below("train/"));
        List<LeftOut> deep = IntStream.range(0, 9)
                .mapToObj(i -> new LeftOut("d/" + i, "hidden"))
                .toList();
        assertEquals(
                List.of("d/0, d/1, d/2, d/3, d/4, d/5, d/6, d/7 and 1 more (hidden)"),
                new DatasetReport(List.of(), List.of(), deep, List.of()).leftOutLines());
        assertEquals(
                List.of("d/0, d/1, d/2, d/3, d/4, d/5, d/6, d/7 (hidden)"),
                new DatasetReport(List.of(), List.of(), deep.subList(0, 8), List.of()).leftOutLines());
        for (Kind kind : List.of(Kind.OUT_OF_MEMORY, Kind.INTERRUPTED)) {
            assertThrows(ImageException.class, () -> skipped("a", kind));
        }
    }

    /** What fits into one array: 2^31 - 17 values and not one more, in one dimension or in several. */
    @Test
    void anIdxFileAnnouncesNoMoreThanOneArrayHolds(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("x");
        int[][] fits = {{Integer.MAX_VALUE - 16}, {1, 1, Integer.MAX_VALUE - 16}, {46_340, 46_341, 1}};
        int[][] tooMany = {
            {Integer.MAX_VALUE - 15},
            {1, Integer.MAX_VALUE, 1},
            {46_341, 46_341, 1},
            {65_536, 65_536, 1},
            {Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE},
            {0},
            {1, -1, 1}
        };
        for (int[] shape : fits) {
            write(file, shape);
            String message = assertThrows(DatasetException.class, () -> IdxFile.read(file, shape.length))
                    .getMessage();
            assertTrue(message.contains("found only 2"), message);
        }
        for (int[] shape : tooMany) {
            write(file, shape);
            String message = assertThrows(DatasetException.class, () -> IdxFile.read(file, shape.length))
                    .getMessage();
            assertTrue(message.contains("at most 2047 MiB"), message);
        }
    }

    private static void write(Path file, int[] shape) throws Exception {
        ByteBuffer bytes = ByteBuffer.allocate(4 + 4 * shape.length + 2).putInt(0x800 + shape.length);
        for (int edge : shape) {
            bytes.putInt(edge);
        }
        Files.write(file, bytes.array());
    }

    @Test
    void labelsAreComparedWithoutWhatCannotBeSeen() {
        assertEquals("a b", Labels.normalized("\ufeff \u00a0a b\u200b\t\n"));
        assertEquals("", Labels.normalized(" \u3000"));
        assertEquals("", Labels.normalized(""));
        assertEquals("\u00e9", Labels.normalized("e\u0301"));
        assertEquals("a\\x1Bb\\x0Ac", Labels.normalized("a\u001bb\nc"));
        List<String> labels = List.of("e\u0301", " x", "\u00e9", "x");
        assertEquals(2, Labels.indexOf(labels, "\u00e9"), "one that is equal comes first");
        assertEquals(0, Labels.indexOf(labels, "\u00e9 "));
        assertEquals(1, Labels.indexOf(labels, "x "));
        assertEquals(3, Labels.indexOf(labels, "x"));
        assertEquals(-1, Labels.indexOf(labels, "X"));
        assertEquals(
                List.of(
                        "the classes 'Cat' and 'cat' differ only in upper and lower case; if they are one class, rename one"),
                Labels.alike(List.of("Cat", "dog", "cat")));
        assertEquals(List.of(), Labels.alike(List.of("cat", "dog")));
    }
}
