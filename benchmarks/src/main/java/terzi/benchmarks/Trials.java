package terzi.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import terzi.data.Grouping;
import terzi.runs.FineTuned;
import terzi.runs.FineTuning;
import terzi.runs.FineTuningSettings;

/** Fine-tunes on lists of images, in a temporary folder that is deleted at the end. */
final class Trials implements AutoCloseable {
    private final FineTuningSettings settings;
    private final Path folder;
    private int count;

    Trials(FineTuningSettings settings) throws IOException {
        this.settings = settings;
        folder = Files.createTempDirectory("elsewhere");
    }

    MeasuredRun run(ImageList images, Grouping groups, long seed) throws IOException {
        String name = "run-" + count++;
        Path list = folder.resolve(name + ".csv");
        images.write(list);
        FineTuned run = FineTuning.ofSettings(settings.withSeed(seed))
                .withData(list.toString())
                .withGroups(groups)
                .withFolder(folder.resolve(name))
                .run();
        MeasuredRun measured = MeasuredRun.of(run);
        System.err.printf("%s, seed %d, %.0f s: %s%n", name, seed, run.seconds(), run.summary());
        return measured;
    }

    /** {@return the number of runs so far} */
    int count() {
        return count;
    }

    @Override
    public void close() throws IOException {
        StartUp.deleteTree(folder);
    }
}
