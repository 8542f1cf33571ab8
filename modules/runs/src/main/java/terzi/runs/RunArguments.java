package terzi.runs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import terzi.data.Datasets;
import terzi.files.FileNames;
import terzi.training.run.RunFolder;

/**
 * The content of a training's {@code args.yaml}: what it takes to go on with it besides the recipe. Of the other runs only
 * {@code data} is read, which theirs have too.
 *
 * @param typed the command line that began the run; empty where there was none
 * @param data name or path of the dataset
 * @param dataFolder where a dataset opened by name lies, or empty
 * @param dataDigest of the whole dataset when the run began; empty in a run from before this was written down
 * @param overrides changed values of the recipe by dotted key
 */
record RunArguments(
        String command,
        String typed,
        String version,
        String java,
        String started,
        String model,
        String data,
        String dataFolder,
        String dataDigest,
        Map<String, String> overrides) {
    static final String FILE_NAME = RunFolder.ARGUMENTS;

    RunArguments { // older files, and those of other runs, lack some
        typed = Objects.requireNonNullElse(typed, "");
        data = Objects.requireNonNullElse(data, "");
        dataFolder = Objects.requireNonNullElse(dataFolder, "");
        dataDigest = Objects.requireNonNullElse(dataDigest, "");
    }

    static RunArguments of(Training request, DataDescription.Place data, String dataDigest) {
        return new RunArguments(
                "train",
                request.execution().command(),
                Versions.terzi(),
                Runtime.version().toString(),
                now(),
                request.model().toString(),
                data.source(),
                data.folder().map(Path::toString).orElse(""),
                dataDigest,
                request.overrides());
    }

    static String now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** Where the data is. */
    DataDescription.Place place() {
        return new DataDescription.Place(
                data, dataFolder.isEmpty() ? Optional.empty() : Optional.of(Path.of(dataFolder)));
    }

    /**
     * Where the data of a new run is.
     *
     * @param ofRecipe the recipe's dataset; a path starts from the recipe's folder, or else from the current one
     * @param recipeFolder where the recipe lies
     * @param given what the request names instead; a folder of plain files is where the recipe's named dataset lies, any other
     *     folder is a dataset of its own
     */
    static DataDescription.Place place(String ofRecipe, Path recipeFolder, Optional<String> given) throws IOException {
        if (isNamed(given.orElse(ofRecipe))) {
            return new DataDescription.Place(given.orElse(ofRecipe), Optional.empty());
        }
        if (given.isEmpty()) {
            Path beside = recipeFolder.resolve(ofRecipe);
            Path path = Files.exists(beside) ? beside : Path.of(ofRecipe);
            return new DataDescription.Place(path.toAbsolutePath().normalize().toString(), Optional.empty());
        }
        Path path = FileNames.resolve(given.get()).toAbsolutePath().normalize();
        return isNamed(ofRecipe) && holdsIdxFiles(path)
                ? new DataDescription.Place(ofRecipe, Optional.of(path))
                : new DataDescription.Place(FileNames.text(path), Optional.empty());
    }

    private static boolean isNamed(String data) {
        return Datasets.names().contains(data);
    }

    private static boolean holdsIdxFiles(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return false;
        }
        try (var files = Files.list(folder)) {
            return files.anyMatch(file -> file.getFileName().toString().matches(".*[-.]idx[13]-ubyte(\\.gz)?"));
        }
    }

    static RunArguments read(Path runFolder) throws IOException {
        Path file = require(runFolder);
        RunArguments read = RunJson.readYaml(file, RunArguments.class);
        if (read.data.isEmpty()) {
            throw new IOException(file + ": the key 'data' is missing, so this run cannot be resumed");
        }
        return read;
    }

    /** The file, which must be there. */
    static Path require(Path runFolder) throws IOException {
        Path file = runFolder.resolve(FILE_NAME);
        if (!Files.exists(file)) {
            throw new IOException(file + ": there is no such file, so the run ended before it had written down what it"
                    + " runs on; delete the folder and begin the run again");
        }
        return file;
    }
}
