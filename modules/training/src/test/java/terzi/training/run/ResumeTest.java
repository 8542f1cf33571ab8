package terzi.training.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import terzi.data.PackedImages;
import terzi.files.Machine;
import terzi.files.RunFile;
import terzi.images.Preprocessing;
import terzi.training.recipe.PrecisionChoice;
import terzi.training.recipe.TrainingOptions;

/** What must be the same when a run goes on, and who may go on with it. */
class ResumeTest {
    private static final PackedImages TRAIN = Stripes.images(60, 1);
    private static final PackedImages VALIDATION = Stripes.images(30, 2);
    private static final TrainingOptions ONE = Stripes.options().withEpochs(1);
    private static final TrainingOptions TWO = Stripes.options().withEpochs(2);

    @TempDir
    Path temporary;

    private TrainingJob job(PackedImages train, PackedImages validation, TrainingOptions options) throws IOException {
        Path folder = Files.createDirectories(temporary.resolve("run"));
        return TrainingJob.of(Stripes.network(), Stripes.PREPROCESSING, train, validation, options, folder);
    }

    private String refusal(TrainingJob job) {
        return String.valueOf(
                assertThrows(IllegalArgumentException.class, () -> Trainer.train(job.resumed(), TrainingListener.NONE))
                        .getMessage());
    }

    private static PackedImages changed(PackedImages from, int[] classes, int... brighter) {
        byte[] pixels = new byte[from.pixels().remaining()];
        from.pixels().get(pixels);
        for (int image : brighter) {
            pixels[image * from.shape().bytes()]++;
        }
        return PackedImages.of(from.labels(), from.shape(), pixels, classes);
    }

    @Test
    void refusesAsManyOtherImages() throws IOException {
        Trainer.train(job(TRAIN, VALIDATION, ONE), TrainingListener.NONE);
        String message = refusal(job(changed(TRAIN, TRAIN.labelIndices(), 17), VALIDATION, TWO));
        assertTrue(message.contains("the images are not those that the run began with"), message);
        assertTrue(message.contains("at least one has another content"), message);
        message = refusal(job(TRAIN, changed(VALIDATION, VALIDATION.labelIndices(), 0), TWO));
        assertTrue(message.contains("the images are not those that the run began with"), message);
    }

    @Test
    void refusesOtherLabelsForTheSameImages() throws IOException {
        Trainer.train(job(TRAIN, VALIDATION, ONE), TrainingListener.NONE);
        int[] classes = TRAIN.labelIndices();
        classes[0] = 1;
        classes[1] = 0;
        String message = refusal(job(changed(TRAIN, classes), VALIDATION, TWO));
        assertTrue(message.contains("labelled, divided or ordered differently"), message);
    }

    @Test
    void refusesAnotherDivisionOfTheSameImages() throws IOException {
        Trainer.train(job(TRAIN, VALIDATION, ONE), TrainingListener.NONE);
        String message = refusal(job(VALIDATION, TRAIN, TWO));
        assertTrue(message.contains("60 for training and 30 for validation"), message);
        assertTrue(message.contains("30 for training and 60 for validation"), message);
    }

    @Test
    void refusesOtherNamesOfClasses() throws IOException {
        Trainer.train(job(TRAIN, VALIDATION, ONE), TrainingListener.NONE);
        List<String> names = List.of("lines", "columns", "diagonal");
        byte[] pixels = new byte[TRAIN.pixels().remaining()];
        TRAIN.pixels().get(pixels);
        byte[] judging = new byte[VALIDATION.pixels().remaining()];
        VALIDATION.pixels().get(judging);
        String message = refusal(job(
                PackedImages.of(names, TRAIN.shape(), pixels, TRAIN.labelIndices()),
                PackedImages.of(names, VALIDATION.shape(), judging, VALIDATION.labelIndices()),
                TWO));
        assertTrue(message.contains("[rows, columns, diagonal]") && message.contains("[lines,"), message);
    }

    @Test
    void refusesAnotherPreparationOfTheImages() throws IOException {
        Trainer.train(job(TRAIN, VALIDATION, ONE), TrainingListener.NONE);
        Preprocessing other = Stripes.PREPROCESSING.withNormalisation(List.of(0.4f), List.of(0.25f));
        String message =
                refusal(TrainingJob.of(Stripes.network(), other, TRAIN, VALIDATION, TWO, temporary.resolve("run")));
        assertTrue(message.contains("input is prepared differently"), message);
    }

    @Test
    void goesOnInThePrecisionThatItBeganInAndRefusesAnother() throws IOException {
        Trainer.train(job(TRAIN, VALIDATION, ONE.withPrecision(PrecisionChoice.FP32)), TrainingListener.NONE);
        String message = refusal(job(TRAIN, VALIDATION, TWO.withPrecision(PrecisionChoice.BF16)));
        assertTrue(message.contains("began in fp32 and would go on in bf16"), message);
        TrainingResult resumed = Trainer.train(
                job(TRAIN, VALIDATION, TWO.withPrecision(PrecisionChoice.AUTO)).resumed(), TrainingListener.NONE);
        assertTrue(resumed.device().endsWith("fp32"), resumed.device());
    }

    @Test
    void aRunBegunInBfloat16GoesOnInItOnAnyMachine() throws IOException {
        Trainer.train(job(TRAIN, VALIDATION, ONE.withPrecision(PrecisionChoice.BF16)), TrainingListener.NONE);
        List<String> notes = new ArrayList<>();
        TrainingResult resumed = Trainer.train(
                job(TRAIN, VALIDATION, TWO.withPrecision(PrecisionChoice.AUTO)).resumed(), new TrainingListener() {
                    @Override
                    public void started(Start start) {
                        notes.addAll(start.notes());
                    }
                });
        assertTrue(resumed.device().endsWith("bf16"), resumed.device());
        assertEquals(Machine.here().computesInBfloat16() ? 0 : 1, notes.size());
    }

    @Test
    void aCheckpointFromBeforeThisWasRecordedGoesOnWithANote() throws IOException {
        Trainer.train(job(TRAIN, VALIDATION, ONE), TrainingListener.NONE);
        Path progress = temporary.resolve("run/last/progress.json");
        String text = Files.readString(progress);
        String old = text.replaceAll("(?s)\"basis\" : \\{.*?\\},\\s*", "");
        assertTrue(old.length() < text.length() - 200 && !old.contains("basis"), old);
        Files.writeString(progress, old);
        List<String> notes = new ArrayList<>();
        TrainingResult resumed = Trainer.train(job(TRAIN, VALIDATION, TWO).resumed(), new TrainingListener() {
            @Override
            public void started(Start start) {
                notes.addAll(start.notes());
            }
        });
        assertEquals(2, resumed.history().size());
        assertEquals(1, notes.size());
        assertTrue(notes.get(0).contains("older version"), notes.get(0));
        assertTrue(Files.readString(progress).contains("\"basis\""), "from now on it is recorded");
    }

    @Test
    void aDamagedCheckpointIsNamedWithARemedy() throws IOException {
        Trainer.train(job(TRAIN, VALIDATION, ONE), TrainingListener.NONE);
        Path last = temporary.resolve("run/last");
        byte[] state = Files.readAllBytes(last.resolve("state.safetensors"));
        Files.delete(last.resolve("state.safetensors"));
        TrainingJob job = job(TRAIN, VALIDATION, TWO).resumed();
        IOException e = assertThrows(IOException.class, () -> Trainer.train(job, TrainingListener.NONE));
        assertTrue(e.getMessage().contains("no state.safetensors"), e.getMessage());
        Files.write(last.resolve("state.safetensors"), state);
        Files.writeString(last.resolve("progress.json"), "{\"format\": 1}");
        e = assertThrows(IOException.class, () -> Trainer.train(job, TrainingListener.NONE));
        assertTrue(e.getMessage().contains("progress.json: damaged"), e.getMessage());
    }

    private static RunFolder run(Path runs) throws IOException {
        RunFolder folder = RunFolder.create(runs, "train", "x");
        folder.write(RunFile.ARGUMENTS, "command: train\n");
        return folder;
    }

    @Test
    void aSecondUserOfARunFolderIsToldWhoHasIt() throws IOException {
        Path path;
        try (RunFolder folder = run(temporary)) {
            path = folder.path();
            IOException e = assertThrows(IOException.class, () -> RunFolder.open(path));
            assertTrue(e.getMessage().startsWith(path + ": another run works in this folder"), e.getMessage());
            assertTrue(
                    e.getMessage()
                            .contains(String.valueOf(ProcessHandle.current().pid())),
                    e.getMessage());
            Path link = Files.createSymbolicLink(temporary.resolve("link"), path.toAbsolutePath());
            assertThrows(IOException.class, () -> RunFolder.open(link), "the same folder under another name");
        }
        RunFolder.open(path).close();
    }

    @Test
    void whatAKilledWriterLeftIsRemovedByTheNextAndOtherFilesStay() throws IOException {
        Path path;
        try (RunFolder folder = run(temporary)) {
            path = folder.path();
        }
        Files.createDirectories(path.resolve("folds"));
        for (String left : List.of(".run.json.part", ".classifier.onnx.4711.part", "folds/.report.html.part")) {
            Files.writeString(path.resolve(left), "half");
        }
        Files.createDirectory(path.resolve(".kept.new"));
        Files.writeString(path.resolve(".kept.new/network.onnx.0.part"), "half");
        Files.writeString(path.resolve("movie.part"), "somebody's own");
        RunFolder.open(path).close();
        try (Stream<Path> files = Files.walk(path)) {
            assertEquals(
                    List.of(".lock", "args.yaml", "folds", "movie.part"),
                    files.skip(1)
                            .map(file -> path.relativize(file).toString())
                            .sorted()
                            .toList());
        }
    }

    @Test
    void aFolderThatIsNotARunKeepsItsFiles() throws IOException {
        Path folder = Files.createDirectories(temporary.resolve("downloads"));
        Files.writeString(folder.resolve(".film.part"), "somebody's own");
        RunFolder.open(folder).close();
        assertTrue(Files.exists(folder.resolve(".film.part")));
    }

    /** Trains in a run folder until it is killed. */
    static final class Child {
        private Child() {}

        public static void main(String... arguments) throws IOException {
            Path folder = Path.of(arguments[0]);
            try (RunFolder run = RunFolder.open(folder)) {
                TrainingJob job = TrainingJob.of(
                        Stripes.network(),
                        Stripes.PREPROCESSING,
                        TRAIN,
                        VALIDATION,
                        Stripes.options().withEpochs(100_000),
                        folder);
                System.out.println("begun");
                Trainer.train(run.hasCheckpoint() ? job.resumed() : job, TrainingListener.NONE);
            }
        }
    }

    @Test
    @Tag("slow")
    void aRunThatIsKilledAgainAndAgainGoesOnAndLeavesNothingHalfWritten() throws Exception {
        Path path;
        try (RunFolder folder = run(temporary)) {
            path = folder.path();
        }
        long seed = 11;
        Random random = new Random(seed);
        int before = 0;
        for (int round = 0; round < 3; round++) {
            Process child = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            "-Dai.djl.offline=true",
                            "-DOPT_OUT_TRACKING=true",
                            Child.class.getName(),
                            path.toString())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try {
                Path history = path.resolve("training_history.csv");
                long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
                while (epochs(history) < before + 2 && System.nanoTime() < deadline) {
                    Thread.sleep(5);
                }
                assertTrue(epochs(history) >= before + 2, "seed " + seed + ", round " + round + ": it does not train");
                IOException busy = assertThrows(IOException.class, () -> RunFolder.open(path));
                assertTrue(busy.getMessage().contains("process " + child.pid()), busy.getMessage());
                Thread.sleep(random.nextInt(40));
            } finally {
                child.destroyForcibly(); // SIGKILL
                child.waitFor();
            }
            try (RunFolder free = RunFolder.open(path);
                    Stream<Path> files = Files.walk(path)) {
                assertTrue(free.hasCheckpoint());
                List<String> halves = files.map(file -> path.relativize(file).toString())
                        .filter(name -> name.contains(".part") || name.contains(".new") || name.contains(".old"))
                        .toList();
                assertEquals(List.of(), halves, "seed " + seed + ", round " + round);
            }
            before = Checkpoint.read(path, Checkpoint.LAST).progress().history().size();
        }
        List<String> numbers = Files.readAllLines(path.resolve("training_history.csv")).stream()
                .skip(1)
                .map(line -> line.substring(0, line.indexOf(',')))
                .toList();
        assertEquals(
                IntStream.rangeClosed(1, numbers.size())
                        .mapToObj(String::valueOf)
                        .toList(),
                numbers,
                "every epoch once");
    }

    private static int epochs(Path history) throws IOException {
        if (!Files.exists(history)) {
            return 0;
        }
        try (Stream<String> lines = Files.lines(history)) {
            return (int) lines.count() - 1;
        } catch (NoSuchFileException replaced) {
            return 0;
        }
    }

    @Test
    void aRunThatIsRefusedBeforeItBeginsCanBeDiscarded() throws IOException {
        RunFolder folder = run(temporary);
        folder.discard();
        assertFalse(Files.exists(folder.path()));
    }
}
