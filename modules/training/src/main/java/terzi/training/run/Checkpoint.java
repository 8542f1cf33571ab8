package terzi.training.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import terzi.files.RunFile;
import terzi.files.WholeFile;
import terzi.onnx.Model;
import terzi.onnx.codec.ModelFile;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * A state of a run in a folder: {@code network.onnx} (ready for inference), {@code progress.json} and, to resume from,
 * {@code state.safetensors} (weights, buffers, optimizer, moving average).
 *
 * <p>A checkpoint is written beside its place and then moved there: {@code .last.new} becomes {@code last} after {@code
 * last} became {@code .last.old}. Whenever a run is killed, {@link #recover} finds the old checkpoint or the new one whole.
 */
record Checkpoint(Model network, Progress progress, @Nullable Map<String, TensorFile.Values> state) {
    static final String LAST = RunFile.LAST_CHECKPOINT.fileName();
    static final String KEPT = RunFile.KEPT_CHECKPOINT.fileName();
    static final String NETWORK = RunFile.CHECKPOINT_NETWORK.fileName();

    private static final String PROGRESS = RunFile.CHECKPOINT_PROGRESS.fileName();
    private static final String STATE = RunFile.CHECKPOINT_STATE.fileName();
    private static final int FORMAT = 1;
    private static final String REMEDY = "start the run over, or put a copy of the folder in its place";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /**
     * How far the run is.
     *
     * @param format of these files
     * @param settings the options that a resumed run must share
     * @param basis the data and the arithmetic that a resumed run must share; null in checkpoints of before it was recorded
     * @param epoch the epoch in progress, from 1
     * @param step steps done in it
     * @param steps steps done in the whole run
     * @param seconds spent on the epoch in progress
     * @param totals sums over the epoch in progress, as {@link StepSource} keeps them
     * @param history all finished epochs
     */
    record Progress(
            int format,
            String settings,
            @Nullable Basis basis,
            int epoch,
            int step,
            long steps,
            double seconds,
            List<Double> totals,
            List<Epoch> history) {
        Progress(
                String settings,
                @Nullable Basis basis,
                int epoch,
                int step,
                long steps,
                double seconds,
                List<Double> totals,
                List<Epoch> history) {
            this(FORMAT, settings, basis, epoch, step, steps, seconds, totals, List.copyOf(history));
        }
    }

    void write(Path run, String name) throws IOException {
        Path place = run.resolve(name);
        Path fresh = fresh(run, name);
        Path old = old(run, name);
        try {
            recover(run, name);
            deleteRecursively(fresh);
            Files.createDirectory(fresh);
            ModelFile.write(network, fresh.resolve(NETWORK));
            if (state != null) {
                TensorFile.write(fresh.resolve(STATE), state);
            }
            // written last: a folder without it is not whole
            Files.write(
                    fresh.resolve(PROGRESS),
                    JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(progress));
            if (Files.exists(place)) {
                WholeFile.move(place, old);
            }
            WholeFile.move(fresh, place);
            deleteRecursively(old);
        } catch (IOException e) {
            throw RunFolder.explained("cannot write the checkpoint " + place, e);
        }
    }

    /** Finishes what a killed run had begun: afterwards {@code name} is a whole checkpoint if there ever was one. */
    static void recover(Path run, String name) throws IOException {
        Path place = run.resolve(name);
        if (!Files.exists(place)) {
            if (Files.exists(fresh(run, name).resolve(PROGRESS)) && Files.exists(old(run, name))) {
                WholeFile.move(fresh(run, name), place);
            } else if (Files.exists(old(run, name))) {
                WholeFile.move(old(run, name), place);
            }
        }
        if (Files.exists(place)) {
            deleteRecursively(old(run, name));
        }
    }

    /** Removes what a killed run left half written; what can be used is put in its place first. */
    static void removeLeftovers(Path run) throws IOException {
        for (String name : List.of(LAST, KEPT)) {
            recover(run, name);
            deleteRecursively(fresh(run, name));
        }
    }

    /** Whether there is a checkpoint to go on from. */
    static boolean exists(Path run) throws IOException {
        recover(run, LAST);
        return Files.exists(run.resolve(LAST).resolve(PROGRESS));
    }

    static Checkpoint read(Path run, String name) throws IOException {
        recover(run, name);
        Path place = run.resolve(name);
        Path progressFile = place.resolve(PROGRESS);
        if (!Files.exists(progressFile)) {
            throw new NoSuchFileException(
                    place.toString(),
                    null,
                    "there is no checkpoint to go on from: the run ended before its first one; start it over");
        }
        try {
            Progress progress = JSON.readValue(Files.readAllBytes(progressFile), Progress.class);
            if (progress.format() != FORMAT) {
                throw new IOException(
                        progressFile + ": format " + progress.format() + ", this version reads " + FORMAT);
            }
            Objects.requireNonNull(progress.settings(), "settings");
            Path state = place.resolve(STATE);
            return new Checkpoint(
                    ModelFile.read(place.resolve(NETWORK)),
                    progress,
                    Files.exists(state) ? TensorFile.read(state) : null);
        } catch (JacksonException e) {
            throw new IOException(progressFile + ": damaged: " + e.getOriginalMessage() + "; " + REMEDY, e);
        } catch (NullPointerException incomplete) {
            throw new IOException(progressFile + ": damaged: it is incomplete; " + REMEDY, incomplete);
        }
    }

    private static Path fresh(Path run, String name) {
        return run.resolve("." + name + ".new");
    }

    private static Path old(Path run, String name) {
        return run.resolve("." + name + ".old");
    }

    static void deleteRecursively(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
