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
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import terzi.data.Dataset;
import terzi.data.DatasetOptions;
import terzi.data.DatasetSplits;
import terzi.data.Datasets;
import terzi.data.Families;
import terzi.data.Grouping;
import terzi.data.NearDuplicates;
import terzi.data.Seeds;
import terzi.data.Splits;
import terzi.files.FileNames;
import terzi.files.RunFile;
import terzi.training.finetune.FineTuningJob;
import terzi.training.run.RunFolder;

/**
 * The images of a fine-tuning run, in three parts. Where the data has no such part, images are held out with the same share
 * of every class, and groups stay on one side: near duplicates always, and the images of a family under the rule of the run.
 *
 * @param splits train, validation and, if there is one, test
 * @param given whether the test part is the data's own
 * @param duplicates what is there twice
 * @param straddling images of the data's own test part that have a near duplicate in another part
 * @param groups for each image of the training part, and then of the validation part, the number of its group, which every
 *     division keeps together
 * @param duplicateGroups the same for near duplicates alone: what would stay together without families
 * @param families the groups with their description; empty where near duplicates alone stay together
 * @param testGroups for each test image the number of its group
 * @param notes what is to be said about the groups, in sentences
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record FineTuningData(
        DatasetSplits splits,
        boolean given,
        NearDuplicates.Result duplicates,
        int straddling,
        int[] groups,
        int[] duplicateGroups,
        Optional<Families> families,
        int[] testGroups,
        List<String> notes) {
    static final String LIST = RunFile.SPLIT.fileName();

    /**
     * How it is divided.
     *
     * @param test share held out for the test, where the data has no test part; 0 for none
     * @param validation share of the rest held out for validation, where the data has no validation part
     * @param grouping the rule for what stays together
     */
    record Shares(double test, double validation, Grouping grouping) {}

    /** Some of all images, by their positions among all. */
    private record Part(Dataset images, int[] positions) {
        Part at(int[] indices) {
            return new Part(images.subset(indices), picked(positions, indices));
        }

        static Part of(Dataset images, int from) {
            return new Part(images, IntStream.range(from, from + images.size()).toArray());
        }
    }

    /** Checks that there are images, and that the rule fits them, before anything is downloaded or decoded. */
    static void check(String source, Grouping grouping) throws IOException {
        Dataset all = Dataset.concatenated(parts(open(source, DatasetOptions.defaults())));
        if (!(grouping instanceof Grouping.Auto)) {
            grouping.families(all, IntStream.range(0, all.size()).toArray());
        }
    }

    private static DatasetSplits open(String source, DatasetOptions options) throws IOException {
        return Datasets.open(source, options.withHeldOut(0, 0));
    }

    private static List<Dataset> parts(DatasetSplits all) {
        return Stream.of(Optional.of(all.train()), all.validation(), all.test())
                .flatMap(Optional::stream)
                .toList();
    }

    static FineTuningData open(String source, DatasetOptions options, Shares shares) throws IOException {
        DatasetSplits all = open(source, options);
        List<Dataset> parts = parts(all);
        NearDuplicates.Result duplicates = NearDuplicates.find(parts);
        int[] copies = duplicates.allGroups();
        Optional<Families> families = shares.grouping().families(Dataset.concatenated(parts), copies);
        Division division = new Division(all, duplicates, copies, shares, options.seed());
        FineTuningData data = division.by(families, List.of());
        Optional<String> lone = data.classInOneGroup();
        return shares.grouping() instanceof Grouping.Auto && lone.isPresent()
                ? division.by(
                        Optional.empty(),
                        List.of("images are divided by near duplicates alone, although "
                                + families.orElseThrow().description()
                                + " joins them: beside the test set the class '" + lone.get()
                                + "' would have images of one group only"))
                : data;
    }

    /** All images, and how they are divided. */
    private record Division(
            DatasetSplits all, NearDuplicates.Result duplicates, int[] copies, Shares shares, long seed) {
        FineTuningData by(Optional<Families> families, List<String> notes) {
            int[] groups = families.map(Families::groups).orElse(copies);
            Part train = Part.of(all.train(), 0);
            Optional<Part> validation =
                    all.validation().map(part -> Part.of(part, all.train().size()));
            Optional<Part> test = all.test().map(part -> Part.of(part, copies.length - part.size()));
            List<String> told = new ArrayList<>(notes);
            if (test.isPresent() && families.isPresent()) {
                straddlers(groups, test.get()).ifPresent(told::add);
            }
            if (test.isEmpty() && shares.test() > 0) {
                Splits.Split split = split(train, groups, shares.test(), 1);
                test = Optional.of(train.at(split.held()));
                train = train.at(split.kept());
            }
            if (validation.isEmpty() && shares.validation() > 0) {
                Splits.Split split = split(train, groups, shares.validation(), 2);
                if (split.held().length > 0) {
                    validation = Optional.of(train.at(split.held()));
                    train = train.at(split.kept());
                }
            }
            int[] taught = IntStream.concat(
                            Arrays.stream(train.positions()),
                            validation
                                    .map(part -> Arrays.stream(part.positions()))
                                    .orElse(IntStream.empty()))
                    .toArray();
            return new FineTuningData(
                    new DatasetSplits(
                            all.name(),
                            train.images(),
                            validation.map(Part::images),
                            test.map(Part::images),
                            all.digest(),
                            all.report()),
                    all.test().isPresent(),
                    duplicates,
                    straddling(),
                    picked(groups, taught),
                    picked(copies, taught),
                    families.map(found -> found.subset(taught)),
                    picked(groups, test.map(Part::positions).orElse(new int[0])),
                    told);
        }

        private Splits.Split split(Part part, int[] groups, double share, int number) {
            return Splits.stratified(
                    part.images().labelIndices(), picked(groups, part.positions()), share, Seeds.mix(seed, 0, number));
        }

        private int straddling() {
            int testPart = duplicates.groups().size() - 1;
            return all.test().isEmpty()
                    ? 0
                    : (int) IntStream.range(0, testPart)
                            .flatMap(part -> Arrays.stream(duplicates.shared(testPart, part)))
                            .distinct()
                            .count();
        }

        private static Optional<String> straddlers(int[] groups, Part test) {
            Set<Integer> others = Arrays.stream(groups, 0, groups.length - test.positions().length)
                    .boxed()
                    .collect(Collectors.toSet());
            long known = Arrays.stream(test.positions())
                    .filter(i -> others.contains(groups[i]))
                    .count();
            return known == 0
                    ? Optional.empty()
                    : Optional.of(Sizes.count(known) + " of the " + Sizes.count(test.positions().length)
                            + " images of the data's own test part are of groups that are trained on, too: figures for"
                            + " new groups would be lower");
        }
    }

    /** The groups of training and validation images, and near duplicates alone beside where there are families. */
    FineTuningJob.Groups jobGroups() {
        return new FineTuningJob.Groups(
                Arrays.stream(groups).boxed().toList(),
                families.isPresent() ? Arrays.stream(duplicateGroups).boxed().toList() : List.of());
    }

    /** Names the groups and how many there are among all images, and what is to be said about them. */
    void tellGroups(RunLog log) {
        int[] all = IntStream.concat(Arrays.stream(groups), Arrays.stream(testGroups))
                .toArray();
        families.ifPresent(found -> log.step("groups: " + new Families(found.description(), all).text()));
        notes.forEach(log::note);
    }

    /** The name of a class whose training and validation images are all in one family. */
    private Optional<String> classInOneGroup() {
        int[] labels = taughtLabels();
        return families.flatMap(found -> IntStream.range(0, splits.labels().size())
                .filter(c -> IntStream.range(0, labels.length)
                                .filter(i -> labels[i] == c)
                                .map(i -> groups[i])
                                .distinct()
                                .count()
                        == 1)
                .mapToObj(splits.labels()::get)
                .findFirst());
    }

    private int[] taughtLabels() {
        return IntStream.concat(
                        Arrays.stream(splits.train().labelIndices()),
                        Arrays.stream(
                                splits.validation().map(Dataset::labelIndices).orElse(new int[0])))
                .toArray();
    }

    /**
     * The parts of a cross-validation over training and validation part, none of which divides a group; fewer than asked for
     * where there are fewer groups.
     *
     * @throws IOException if a class has images of one family only: in one fold there would be none of it to train on
     */
    List<Splits.Split> folds(int count, long seed) throws IOException {
        Optional<String> lone = classInOneGroup();
        if (lone.isPresent()) {
            throw new IOException("withFolds(...): all images of the class '" + lone.get() + "' beside the test set are"
                    + " in one group, so one fold would have none of them to train on; expected two groups of each"
                    + " class: use withGroups(...) none, or withTestShare(...) 0");
        }
        int most = (int) Arrays.stream(groups).distinct().count();
        return Splits.folds(taughtLabels(), groups, Math.max(2, Math.min(count, most)), Seeds.mix(seed, 0, 3));
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
            List<String> header = new ArrayList<>(List.of("path", "label", "split"));
            families.ifPresent(found -> header.add("group"));
            csv.writeRecord(header);
            boolean files = append(csv, root, Optional.of(splits.train()), "train", groups)
                    && append(
                            csv,
                            root,
                            splits.validation(),
                            "val",
                            Arrays.copyOfRange(groups, splits.train().size(), groups.length))
                    && append(csv, root, splits.test(), "test", testGroups);
            if (!files) {
                return Optional.empty();
            }
        }
        folder.write(RunFile.SPLIT, list.toString());
        return Optional.of(folder.path().resolve(LIST).toAbsolutePath().normalize());
    }

    /** @return false if an image is not a file of its own */
    private boolean append(CsvWriter csv, Path root, Optional<Dataset> some, String name, int[] numbers) {
        Dataset part = some.orElseGet(() -> splits.train().subset(new int[0]));
        for (int i = 0; i < part.size(); i++) {
            Path image = FileNames.resolve(root, part.id(i)).normalize();
            if (!Files.isRegularFile(image)) {
                return false;
            }
            List<String> row =
                    new ArrayList<>(List.of(FileNames.text(image), part.labels().get(part.label(i)), name));
            if (families.isPresent()) {
                row.add(Integer.toString(numbers[i]));
            }
            csv.writeRecord(row);
        }
        return true;
    }
}
