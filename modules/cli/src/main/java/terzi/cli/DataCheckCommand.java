package terzi.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import terzi.runs.DataChecking;

/** {@code terzi data check}. */
@Command(
        name = "check",
        description = {
            "Looks at every image of a dataset before anything is trained on it: how many of each class, in what"
                    + " sizes, which cannot be read and why, which are there twice, and whether the classes are balanced.",
            "Exact duplicates have the same pixels. Near duplicates look like the same image in another size,"
                    + " compression or with its edges cut, or like two shots of one scene: far more alike than other"
                    + " images of the dataset. Check them. A test image that is also in the training set makes the test"
                    + " figures too high; the same pixels under two labels contradict each other."
        },
        footer = {"  terzi data check photos/", "  terzi data check list.csv --list 100 --json"})
final class DataCheckCommand extends TerziCommand {
    @Parameters(
            index = "0",
            paramLabel = "DATA",
            description = "A folder of class folders or IDX files, a CSV list, or a dataset's name.")
    @SuppressWarnings("NullAway.Init")
    private String data;

    @Option(
            names = "--list",
            paramLabel = "N",
            defaultValue = "10",
            description = "Name at most N images of each finding; --json names all (default: ${DEFAULT-VALUE}).")
    private int list = 10;

    @Option(
            names = "--no-duplicates",
            description = "Do not look for duplicates; images are then not decoded, only inspected.")
    private boolean withoutDuplicates;

    @Override
    int run(Console console) throws Exception {
        int named = checked(() -> {
            if (list < 0) {
                throw new IllegalArgumentException("--list must be 0 or more, found " + list);
            }
            return list;
        });
        DataChecking request = new DataChecking(
                data, withoutDuplicates ? DataChecking.Duplicates.IGNORED : DataChecking.Duplicates.SOUGHT);
        return DataCheckAnswer.run(console, request, named);
    }
}
