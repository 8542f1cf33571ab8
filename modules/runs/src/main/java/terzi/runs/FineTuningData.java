package terzi.runs;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import terzi.data.Dataset;
import terzi.data.DatasetOptions;
import terzi.data.DatasetSplits;
import terzi.data.Datasets;
import terzi.data.NearDuplicates;
import terzi.data.Seeds;
import terzi.data.Splits;
import terzi.files.FileNames;
import terzi.files.RunFile;
import terzi.training.run.RunFolder;

/**
 * The images of a fine-tuning run, in three parts. Where the data has no such part, images are held out with the same share
 * of every class, and near duplicates stay on one side: a near duplicate of a training image must not be in the test set.
 *
 * @param splits train, validation and, if there is one, test
 * @param given whether the test part is the data's own
 * @param duplicates what is there twice
 * @param straddling images of the data's own test part that have a near duplicate in another part
 * @param groups for each image of the training part, and then of the validation part, the number of its group; near
 *     duplicates have the same
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record FineTuningData(
        DatasetSplits splits, boolean given, NearDuplicates.Result duplicates, int straddling, int[] groups) {
    static final String LIST = RunFile.SPLIT.fileName();

    /**
     * How it is divided.
     *
     * @param test share held out for the test, where the data has no test part; 0 for none
     * @param validation share of the rest held out for validation, where the data has no validation part
     */
    record Shares(double test, double validation) {}

    static FineTuningData open(String source, DatasetOptions options, Shares shares) throws IOException {
        DatasetSplits all = Datasets.open(source, options.withHeldOut(0, 0));
        boolean given = all.test().isPresent();
        List<Dataset> parts = new ArrayList<>(List.of(all.train()));
        all.validation().ifPresent(parts::add);
        all.test().ifPresent(parts::add);
        NearDuplicates.Result duplicates = NearDuplicates.find(parts);
        int[] groups = duplicates.groups(0);
        int[] judging = all.validation().isPresent() ? duplicates.groups(1) : new int[0];

        Dataset train = all.train();
        Optional<Dataset> test = all.test();
        if (test.isEmpty() && shares.test() > 0) {
            Splits.Split split =
                    Splits.stratified(train.labelIndices(), groups, shares.test(), Seeds.mix(options.seed(), 0, 1));
            test = Optional.of(train.subset(split.held()));
            groups = picked(groups, split.kept());
            train = train.subset(split.kept());
        }
        Optional<Dataset> validation = all.validation();
        if (validation.isEmpty() && shares.validation() > 0) {
            Splits.Split split = Splits.stratified(
                    train.labelIndices(), groups, shares.validation(), Seeds.mix(options.seed(), 0, 2));
            if (split.held().length > 0) {
                validation = Optional.of(train.subset(split.held()));
                judging = picked(groups, split.held());
                groups = picked(groups, split.kept());
                train = train.subset(split.kept());
            }
        }
        int testPart = parts.size() - 1;
        int straddling = given
                ? (int) IntStream.range(0, testPart)
                        .flatMap(part -> Arrays.stream(duplicates.shared(testPart, part)))
                        .distinct()
                        .count()
                : 0;
        DatasetSplits divided = new DatasetSplits(all.name(), train, validation, test, all.digest(), all.report());
        return new FineTuningData(
                divided,
                given,
                duplicates,
                straddling,
                IntStream.concat(Arrays.stream(groups), Arrays.stream(judging)).toArray());
    }

    /** The parts of a cross-validation over training and validation part; near duplicates are in the same one. */
    List<Splits.Split> folds(int count, long seed) {
        IntStream labels = Arrays.stream(splits.train().labelIndices());
        if (splits.validation().isPresent()) {
            labels = IntStream.concat(
                    labels, Arrays.stream(splits.validation().get().labelIndices()));
        }
        return Splits.folds(labels.toArray(), groups, count, Seeds.mix(seed, 0, 3));
    }

    private static int[] picked(int[] values, int[] indices) {
        int[] picked = new int[indices.length];
        for (int i = 0; i < picked.length; i++) {
            picked[i] = values[indices[i]];
        }
        return picked;
    }

    /**
     * Writes the division as a list that every command takes for data, so that a later evaluation tests on the same images.
     *
     * @return the list, or empty where the images are not files of their own
     */
    Optional<Path> write(String source, RunFolder folder) throws IOException {
        Path root;
        try {
            Path path = FileNames.resolve(source).toAbsolutePath().normalize();
            root = Files.isDirectory(path) ? path : path.resolveSibling("");
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
        StringWriter list = new StringWriter();
        try (CsvWriter csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(list)) {
            csv.writeRecord("path", "label", "split");
            boolean files = append(csv, root, splits.train(), "train");
            if (splits.validation().isPresent()) {
                files &= append(csv, root, splits.validation().get(), "val");
            }
            if (splits.test().isPresent()) {
                files &= append(csv, root, splits.test().get(), "test");
            }
            if (!files) {
                return Optional.empty();
            }
        }
        folder.write(RunFile.SPLIT, list.toString());
        return Optional.of(folder.path().resolve(LIST).toAbsolutePath().normalize());
    }

    private static boolean append(CsvWriter csv, Path root, Dataset part, String name) {
        for (int i = 0; i < part.size(); i++) {
            Path image = FileNames.resolve(root, part.id(i)).normalize();
            if (!Files.isRegularFile(image)) {
                return false;
            }
            csv.writeRecord(FileNames.text(image), part.labels().get(part.label(i)), name);
        }
        return true;
    }
}
