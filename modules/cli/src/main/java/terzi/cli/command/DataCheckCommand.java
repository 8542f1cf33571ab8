package terzi.cli.command;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import terzi.cli.terminal.Console;
import terzi.cli.terminal.ExitCode;
import terzi.evaluation.LabelErrors;
import terzi.evaluation.TextTable;
import terzi.evaluation.report.Counted;
import terzi.runs.CheckedData;
import terzi.runs.DataChecking;
import terzi.runs.LeftOutFolder;
import terzi.runs.Sizes;

/** {@code terzi data check}. */
@Command(
        name = "check",
        description = {
            "Check a dataset before training: class counts, image sizes, unreadable images, duplicates, class"
                    + " balance.",
            "Exact duplicates have the same pixels. Near duplicates look like the same image at another size or"
                    + " compression, mirrored or with cropped edges, or like two shots of one scene: far more"
                    + " alike than other images of the dataset. Check them by eye.",
            "With --model, every image is classified, and those whose label the classifier and similar images believe"
                    + " least are named. Labels that it was trained on it believes too easily; for those,"
                    + " label_errors.csv of the finetune run is better. Nothing is changed.",
            "A test image that is also in the training set makes the test figures too high. The same pixels"
                    + " under two labels contradict each other."
        },
        footer = {"  terzi data check photos/ --json", "  terzi data check photos/ --model runs/finetune/photos"})
final class DataCheckCommand extends TerziCommand {
    @Parameters(
            index = "0",
            paramLabel = "DATA",
            description = "A folder of class folders or IDX files, a CSV list, or the name of a dataset"
                    + " (fashion-mnist, mnist).")
    private String data;

    @Option(
            names = "--list",
            paramLabel = "N",
            defaultValue = "10",
            description =
                    "Name at most N images per finding (labels: 2N); --json names all (default: ${DEFAULT-VALUE}).")
    private int list = 10;

    @Option(
            names = "--no-duplicates",
            description = "Do not search for duplicates; images are then inspected but not decoded.")
    private boolean withoutDuplicates;

    @Option(
            names = "--model",
            paramLabel = "MODEL",
            description = "Seek wrong labels with this classifier.onnx, or run or model folder that holds one.")
    private @Nullable Path model;

    @Option(
            names = "--label-errors",
            paramLabel = "FILE",
            description = "Also write the images whose label looks wrong to this CSV file; needs --model.")
    private @Nullable Path labelErrors;

    @Override
    int run(Console console) throws Exception {
        if (list < 0) {
            throw wrongUsage("--list must be 0 or more, found " + list);
        }
        if (labelErrors != null && model == null) {
            throw wrongUsage("--label-errors needs a classifier to seek wrong labels with; name it with --model");
        }
        DataChecking request = DataChecking.on(data)
                .withDuplicates(withoutDuplicates ? DataChecking.Duplicates.IGNORED : DataChecking.Duplicates.SOUGHT);
        CheckedData result = (model == null ? request : request.withModel(model)).run(console.listener());
        if (labelErrors != null) {
            LabelErrors.write(
                    labelErrors, result.labelCheck().orElseThrow().errors().suspects());
        }
        new Answer(console, result, list).print();
        console.json(result);
        return ExitCode.OK;
    }

    /** What {@code terzi data check} prints; so many images are named for each finding. */
    private record Answer(Console console, CheckedData data, int list) {
        private void print() {
            console.print(data.name() + ": " + Sizes.count(data.images()) + " images of "
                    + data.classes().size() + " classes");
            printClasses();
            console.print("balance: " + data.balance());
            data.width()
                    .ifPresent(width -> console.print("sizes: width " + width.text() + ", height "
                            + data.height().orElseThrow().text() + " pixels; "
                            + (data.gray() == 0 ? "all in colour" : data.gray() + " gray")));
            console.print("unreadable: " + data.reasons());
            data.unreadable().stream().limit(list).forEach(image -> console.print("  " + image.message()));
            if (!data.emptyClasses().isEmpty()) {
                console.print("class folders without images, left out: " + String.join(", ", data.emptyClasses()));
            }
            LeftOutFolder.lines(data.foldersLeftOut()).forEach(line -> console.print("folders left out: " + line));
            data.notes().forEach(note -> console.print("note: " + note));
            data.families().ifPresent(found -> console.print("families: " + found.text()));
            data.duplicates().ifPresent(this::printDuplicates);
            data.labelCheck().ifPresent(found -> found.lines(2 * list).forEach(console::print));
        }

        private void printClasses() {
            List<String> headings = new ArrayList<>(List.of("class"));
            data.classes().values().stream().limit(1).forEach(counts -> headings.addAll(counts.keySet()));
            TextTable table = new TextTable(headings.toArray(new String[0]));
            data.classes()
                    .forEach((label, counts) -> table.row(Stream.concat(
                                    Stream.of(label), counts.values().stream().map(Sizes::count))
                            .toArray(String[]::new)));
            table.text(console.tableColumns() - 2).lines().forEach(line -> console.printTable("  " + line));
        }

        private void printDuplicates(CheckedData.Duplicates found) {
            if (found.pairs().isEmpty()) {
                console.print("duplicates: none");
                return;
            }
            print("exact duplicates", found, CheckedData.Pair::exact, " with the same pixels");
            print(
                    "near duplicates",
                    found,
                    pair -> !pair.exact(),
                    (found.nearPairs() == 1 ? " that looks" : " that look") + " like the same image; check by eye");
            found.alsoInTrain()
                    .forEach((part, exact) ->
                            printShared(part, exact, found.nearInTrain().getOrDefault(part, 0)));
            print(
                    "contradictory labels",
                    found,
                    pair -> pair.exact() && !pair.hasOneLabel(),
                    " with the same pixels under two labels");
            print(
                    "look alike under two labels",
                    found,
                    pair -> !pair.exact() && !pair.hasOneLabel(),
                    "; check whether a label is wrong");
            if (found.nearPairsInTwoGroups() > 0) {
                console.print("  " + Counted.of(found.nearPairsInTwoGroups(), "pair")
                        + " would join more look-alikes than one side of a split can hold (a video?) and may be divided"
                        + " between training and test; to prevent that, name the split of each image in a CSV list");
            }
        }

        private void printShared(String part, int exact, int near) {
            int images = data.classes().values().stream()
                    .mapToInt(counts -> counts.getOrDefault(part, 0))
                    .sum();
            String where = " of " + Sizes.count(images) + " images in " + part;
            if (exact > 0) {
                console.print("  " + Sizes.count(exact) + where + (exact == 1 ? " has" : " have")
                        + " the same pixels as a training image: figures measured there are too high");
            }
            if (near > 0) {
                console.print("  " + Sizes.count(near) + where + (near == 1 ? " looks" : " look")
                        + " like a training image; if it is one, figures measured there are too high");
            }
        }

        private void print(String title, CheckedData.Duplicates found, Predicate<CheckedData.Pair> which, String what) {
            List<CheckedData.Pair> pairs = found.pairs().stream().filter(which).toList();
            if (!pairs.isEmpty()) {
                console.print(title + ": " + Counted.of(pairs.size(), "pair") + what);
                pairs.stream()
                        .limit(list)
                        .forEach(pair ->
                                console.print("  " + pair.first() + (pair.exact() ? " = " : " ~ ") + pair.second()));
            }
        }
    }
}
