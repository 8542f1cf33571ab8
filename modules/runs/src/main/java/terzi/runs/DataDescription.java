package terzi.runs;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import terzi.data.Dataset;
import terzi.data.DatasetOptions;
import terzi.data.DatasetSplits;
import terzi.data.Datasets;
import terzi.export.MetadataKeys;
import tools.jackson.core.JacksonException;

/**
 * What a classifier file says about the data it was trained on, so that an evaluation holds out the same images as the
 * training did. The file is handed around, so it only knows what the folder is called; where it lies, the run folder knows.
 *
 * @param source the dataset's name, or the last part of its path; older files have all of it
 * @param folder where a dataset opened by name lay, in older files; else empty
 * @param digest of everything in it
 * @param classes number of labels
 * @param train number of training images; likewise those of the other parts, 0 for none
 */
record DataDescription(
        String source,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) String folder,
        String name,
        String digest,
        int classes,
        int train,
        int validation,
        int test,
        double validationFraction,
        double testFraction,
        long seed) {
    DataDescription { // files by other programs lack some
        source = Objects.requireNonNullElse(source, "");
        folder = Objects.requireNonNullElse(folder, "");
        name = Objects.requireNonNullElse(name, "");
        digest = Objects.requireNonNullElse(digest, "");
    }

    /**
     * Of a path only the last part is written down.
     *
     * @param source the dataset's name, or the last part of its path; older files have all of it
     */
    static DataDescription of(String source, DatasetOptions options, DatasetSplits splits) throws IOException {
        return new DataDescription(
                PortableRecipe.lastName(source),
                "",
                splits.name(),
                splits.digest(),
                splits.labels().size(),
                splits.train().size(),
                splits.validation().map(Dataset::size).orElse(0),
                splits.test().map(Dataset::size).orElse(0),
                options.validationFraction(),
                options.testFraction(),
                options.seed());
    }

    /** Reads {@link MetadataKeys#DATA}; empty where a file has none, or one by another program. */
    static Optional<DataDescription> in(Map<String, String> metadata) {
        try {
            return Optional.ofNullable(metadata.get(MetadataKeys.DATA))
                    .map(json -> RunJson.lenient(RunJson.tree(json), DataDescription.class))
                    .filter(data -> !data.source.isEmpty());
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    /** The options that hold out the same images. */
    DatasetOptions heldOutAsIn(DatasetOptions options) {
        return options.withHeldOut(validationFraction, testFraction).withSeed(seed);
    }

    /** Opens the same data, divided as a description says. */
    interface Opening {
        DatasetSplits open(DataDescription division) throws IOException;
    }

    /**
     * Whether a network that learned from this has seen images that are tested now: the same ones, divided so that others
     * were tested. Only a folder without a test part is divided.
     *
     * @param otherwise opens the data divided as for that network
     */
    boolean knowsTestImages(DatasetSplits data, Opening otherwise) throws IOException {
        if (!digest.equals(data.digest()) || data.test().isEmpty()) {
            return false;
        }
        Optional<Dataset> tested = otherwise.open(this).test();
        return tested.isEmpty()
                || !tested.get().digest().equals(data.test().get().digest());
    }

    /**
     * Finds the data again: where an old file says, where the arguments of its run say, beside the file, or in the current
     * folder.
     *
     * @param classifier the file that this description is in
     */
    Place place(Path classifier) throws IOException {
        Path run = classifier.toAbsolutePath().normalize().resolveSibling("");
        Optional<RunArguments> arguments = Files.exists(run.resolve(RunArguments.FILE_NAME))
                ? Optional.of(RunArguments.read(run))
                        .filter(known -> PortableRecipe.lastName(known.data()).equals(PortableRecipe.lastName(source)))
                : Optional.empty();
        if (Datasets.names().contains(source)) {
            String lay = Files.isDirectory(Path.of(folder))
                    ? folder
                    : arguments.map(RunArguments::dataFolder).orElse("");
            return new Place(source, lay.isEmpty() ? Optional.empty() : Optional.of(Path.of(lay)));
        }
        List<Path> candidates = new ArrayList<>();
        try {
            Path path = Path.of(source);
            if (path.isAbsolute()) {
                candidates.add(path);
            }
            arguments.ifPresent(known -> candidates.add(Path.of(known.data())));
            candidates.add(run.resolve(PortableRecipe.lastName(source)));
            candidates.add(path.toAbsolutePath());
        } catch (InvalidPathException e) {
            // it was written on another system, whose paths are not paths here
        }
        for (Path candidate : candidates) {
            if (Files.exists(candidate)) {
                return new Place(candidate.toString(), Optional.empty());
            }
        }
        throw new IOException(classifier + ": was trained on '" + source + "', which is not here any more (looked for "
                + candidates.stream().distinct().map(Path::toString).collect(Collectors.joining(", "))
                + "); name the images with withData(...)");
    }

    /**
     * Where the data is now.
     *
     * @param source as {@link Datasets#open} takes it
     * @param folder of a dataset that is opened by name, if it is not where such datasets usually are
     */
    record Place(String source, Optional<Path> folder) {}
}
