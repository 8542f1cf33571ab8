package terzi.training.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import terzi.data.PackedImages;
import terzi.files.RunFile;
import terzi.images.Preprocessing;
import terzi.onnx.Model;
import terzi.onnx.build.InputShape;
import terzi.onnx.build.Layer;
import terzi.onnx.build.Sequential;
import terzi.onnx.codec.ModelFile;
import terzi.training.torchscript.Precision;

/** Checkpoints without libtorch; what a killed run leaves is made by hand, move by move. */
class CheckpointTest {
    private static final Model NETWORK =
            Sequential.build(new InputShape(1, 1, 1), List.of(new Layer.Flatten(), new Layer.Dense(2)), 1);

    @TempDir
    Path run;

    private static Checkpoint checkpoint(int epoch) {
        Checkpoint.Progress progress = new Checkpoint.Progress(
                "settings",
                null,
                epoch,
                3,
                17,
                1.5,
                List.of(1.0, 2.0, 3.0, 0.0),
                List.of(new Epoch(1, 1, 2, 3, 4, 5, 6)));
        return new Checkpoint(
                NETWORK, progress, Map.of("value/w", new TensorFile.Values(List.of(2L), new float[] {1, 2})));
    }

    private int epoch() throws IOException {
        return Checkpoint.read(run, Checkpoint.LAST).progress().epoch();
    }

    @Test
    void whatIsWrittenIsReadAndReplacesWhatWasThere() throws IOException {
        checkpoint(1).write(run, Checkpoint.LAST);
        checkpoint(2).write(run, Checkpoint.LAST);
        Checkpoint read = Checkpoint.read(run, Checkpoint.LAST);
        assertEquals(checkpoint(2).progress(), read.progress());
        assertArrayEquals(ModelFile.toBytes(NETWORK), ModelFile.toBytes(read.network()));
        assertArrayEquals(new float[] {1, 2}, read.state().get("value/w").values());
        try (Stream<Path> files = Files.list(run)) {
            assertEquals(
                    List.of("last"),
                    files.map(file -> file.getFileName().toString()).toList());
        }
        new Checkpoint(NETWORK, checkpoint(3).progress(), null).write(run, Checkpoint.KEPT);
        assertNull(Checkpoint.read(run, Checkpoint.KEPT).state());
        assertEquals(2, epoch());
    }

    /** Checkpoint 1 where it belongs or set aside, checkpoint 2 beside it, whole or not. */
    private void killed(boolean inPlace, boolean aside, boolean fresh, boolean whole) throws IOException {
        if (aside) {
            checkpoint(1).write(run, Checkpoint.LAST);
            Files.move(run.resolve("last"), run.resolve(".last.old"));
        }
        if (fresh) {
            Path elsewhere = Files.createDirectory(run.resolve("elsewhere"));
            checkpoint(2).write(elsewhere, Checkpoint.LAST);
            if (!whole) {
                Files.delete(elsewhere.resolve("last/progress.json"));
            }
            Files.move(elsewhere.resolve("last"), run.resolve(inPlace ? "last" : ".last.new"));
            Files.delete(elsewhere);
        }
    }

    @ParameterizedTest(name = "in place {0}, old one aside {1}, new one {2}, whole {3}: {4}")
    @CsvSource({
        // killed before the old one was moved: nothing was there
        "false, false, true, true, 0",
        // between the two moves
        "false, true, true, true, 2",
        // the new one is not whole, which a disk that was full leaves
        "false, true, true, false, 1",
        "false, true, false, false, 1",
        // after both moves, before the old one was removed
        "true, true, true, true, 2"
    })
    void whateverAKillLeavesOneCheckpointIsWhole(
            boolean inPlace, boolean aside, boolean fresh, boolean whole, int epoch) throws IOException {
        killed(inPlace, aside, fresh, whole);
        assertEquals(epoch > 0, Checkpoint.exists(run));
        if (epoch > 0) {
            assertEquals(epoch, epoch());
            assertFalse(Files.exists(run.resolve(".last.old")));
        }
        Checkpoint.removeLeftovers(run);
        assertFalse(Files.exists(run.resolve(".last.new")));
        assertEquals(epoch > 0, Checkpoint.exists(run));
    }

    @Test
    void aRunThatWritesAfterAKillKeepsOneCheckpoint() throws IOException {
        killed(false, true, true, false);
        checkpoint(5).write(run, Checkpoint.LAST);
        assertEquals(5, epoch());
        try (Stream<Path> files = Files.list(run)) {
            assertEquals(1, files.count());
        }
    }

    @Test
    void aMissingAnOlderAndADamagedCheckpointAreNamed() throws IOException {
        NoSuchFileException missing =
                assertThrows(NoSuchFileException.class, () -> Checkpoint.read(run, Checkpoint.LAST));
        assertTrue(missing.getMessage().contains("there is no checkpoint to go on from"), missing.getMessage());
        checkpoint(1).write(run, Checkpoint.LAST);
        Path progress = run.resolve("last/progress.json");
        String good = Files.readString(progress);
        Files.writeString(progress, good.replaceFirst("\"format\" : 1", "\"format\" : 2"));
        String format = assertThrows(IOException.class, this::epoch).getMessage();
        assertEquals(progress + ": format 2, this version reads 1", format);
        Files.writeString(progress, good.replaceFirst("\"settings\" : \"settings\"", "\"settings\" : null"));
        String incomplete = assertThrows(IOException.class, this::epoch).getMessage();
        assertTrue(incomplete.startsWith(progress + ": damaged: it is incomplete; start the run over"), incomplete);
        Files.writeString(progress, good.substring(0, 20));
        String damaged = assertThrows(IOException.class, this::epoch).getMessage();
        assertTrue(damaged.startsWith(progress + ": damaged: "), damaged);
    }

    @Test
    void aFolderThatCannotBeWrittenIsExplained() {
        Path missing = run.resolve("missing");
        String message = assertThrows(IOException.class, () -> checkpoint(1).write(missing, Checkpoint.LAST))
                .getMessage();
        assertTrue(
                message.startsWith("cannot write the checkpoint " + missing.resolve("last") + ": there is no"),
                message);
    }

    private static PackedImages images(byte[] pixels, int... labels) {
        return PackedImages.of(List.of("a", "b"), new PackedImages.Shape(1, 1, 1), pixels, labels);
    }

    @Test
    void aBasisTellsWhatIsNotAsItWas() throws IOException {
        Preprocessing gray = Preprocessing.plain(1, 1, Preprocessing.Channels.GRAY);
        PackedImages train = images(new byte[] {1, 2, 3}, 0, 1, 0);
        PackedImages validation = images(new byte[] {4, 5}, 0, 1);
        Basis began = Basis.of(train, validation, gray, Precision.FP32);
        assertEquals(3, began.trainingImages());
        assertEquals(2, began.validationImages());
        assertTrue(Basis.of(train, validation, gray, Precision.FP32)
                .differenceFrom(began)
                .isEmpty());
        String content = difference(began, images(new byte[] {1, 2, 9}, 0, 1, 0), validation, gray, Precision.FP32);
        assertTrue(content.contains("they were 3 for training and 2 for validation"), content);
        assertTrue(content.contains("and at least one has another content"), content);
        String more = difference(began, images(new byte[] {1, 2, 3, 6}, 0, 1, 0, 1), validation, gray, Precision.FP32);
        assertTrue(more.contains("now they are 4 for training and 2 for validation; put them back"), more);
        for (PackedImages other :
                List.of(images(new byte[] {1, 2, 3}, 0, 1, 1), images(new byte[] {2, 1, 3}, 1, 0, 0))) {
            String order = difference(began, other, validation, gray, Precision.FP32);
            assertTrue(order.contains("labelled, divided or ordered differently"), order);
        }
        String judging = difference(began, train, images(new byte[] {5, 4}, 1, 0), gray, Precision.FP32);
        assertTrue(judging.contains("labelled, divided or ordered differently"), judging);
        String input = difference(
                began, train, validation, Preprocessing.plain(2, 1, Preprocessing.Channels.GRAY), Precision.FP32);
        assertTrue(input.contains("input is prepared differently"), input);
        String precision = difference(began, train, validation, gray, Precision.BF16);
        assertTrue(precision.contains("began in fp32 and would go on in bf16"), precision);
        PackedImages renamed = PackedImages.of(
                List.of("a", "c"), new PackedImages.Shape(1, 1, 1), new byte[] {1, 2, 3}, new int[] {0, 1, 0});
        String labels = difference(began, renamed, validation, gray, Precision.FP32);
        assertTrue(labels.contains("they were [a, b], now they are [a, c]"), labels);
    }

    private static String difference(
            Basis began, PackedImages train, PackedImages validation, Preprocessing input, Precision precision)
            throws IOException {
        return Basis.of(train, validation, input, precision)
                .differenceFrom(began)
                .orElseThrow();
    }

    @Test
    void aCancellationIsAskedForOnceAndWaitsForTheEnd() throws InterruptedException {
        Cancellation cancellation = new Cancellation();
        assertFalse(cancellation.isRequested());
        cancellation.request();
        assertTrue(cancellation.isRequested());
        assertFalse(cancellation.awaitEnd(1));
        cancellation.runEnded();
        assertTrue(cancellation.awaitEnd(1));
    }

    @Test
    void aRunFolderIsKnownByItsArgumentsAndSaysWhetherItHasACheckpoint() throws IOException {
        assertFalse(RunFolder.isOne(run));
        try (RunFolder folder = RunFolder.open(run)) {
            assertFalse(folder.hasCheckpoint());
            checkpoint(1).write(run, Checkpoint.LAST);
            assertTrue(folder.hasCheckpoint());
            folder.write(RunFile.ARGUMENTS, "command: train\n");
            assertEquals(run, folder.path());
        }
        assertTrue(RunFolder.isOne(run));
        assertThrows(NoSuchFileException.class, () -> RunFolder.open(run.resolve("none")));
        Path file = Files.writeString(run.resolve("file"), "");
        assertTrue(assertThrows(IOException.class, () -> RunFolder.open(file))
                .getMessage()
                .contains("is a file; a run folder was expected"));
    }

    @ParameterizedTest
    @CsvSource({"'', false", "' ', false", "a/b, false", "a\\b, false", ".a, false", "a.b-c_1, true"})
    void aRunsNameIsAPlainFolderName(String name, boolean allowed) throws IOException {
        if (allowed) {
            RunFolder.create(run, "train", name).close();
        } else {
            assertThrows(IllegalArgumentException.class, () -> RunFolder.create(run, "train", name));
        }
    }

    @Test
    void failuresAreExplainedWithWhatToDo() {
        assertEquals(
                "what: no space is left on the device; free some, or choose another folder. What was written before is"
                        + " still there",
                RunFolder.explained("what", new IOException("No space left on device"))
                        .getMessage());
        assertEquals(
                "what: the folder is read-only for you; choose another one or change its permissions",
                RunFolder.explained("what", new IOException("Read-only file system"))
                        .getMessage());
        assertEquals(
                "what: odd", RunFolder.explained("what", new IOException("odd")).getMessage());
        assertEquals(
                "what: odd",
                RunFolder.explained("what", new java.nio.file.FileSystemException("f", null, "odd"))
                        .getMessage());
        assertEquals(
                "what: java.io.IOException",
                RunFolder.explained("what", new IOException()).getMessage());
        assertEquals(
                "what: a file is in the way: f",
                RunFolder.explained("what", new java.nio.file.NotDirectoryException("f"))
                        .getMessage());
    }
}
