package terzi.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import terzi.runs.Comparing;

/** {@code terzi compare}. */
@Command(
        name = "compare",
        description = {
            "Sets runs side by side and says whether they really differ: McNemar's exact test and bootstrap intervals of the"
                    + " differences in accuracy, macro-F1 and log-loss, on the images that all were measured on.",
            "Runs that were measured on different images are shown, but not tested. Model folders without predictions are"
                    + " compared by the figures in their files, with the commands that make the test possible."
        },
        footer = {
            "  terzi compare runs/train/first-try runs/train/second-try",
            "  terzi compare models/mnist models/mnist-best",
            "  terzi compare models/fashion-mnist-deep runs/train/* --output comparison.html"
        })
final class CompareCommand extends TerziCommand {
    @Parameters(
            arity = "2..*",
            paramLabel = "RUN",
            description =
                    "Run folders, or folders that evaluate --output wrote. The first is what the others are compared"
                            + " with.")
    private List<Path> runs = new ArrayList<>();

    @ArgGroup(validate = false, heading = "%nComparing:%n", order = 1)
    private Options options = new Options();

    private static final class Options {
        @Option(
                names = {"-o", "--output"},
                paramLabel = "PAGE",
                description = "Also write the comparison as a page.")
        @Nullable Path page;
    }

    @Override
    int run(Console console) throws Exception {
        return CompareAnswer.run(console, new Comparing(runs, Optional.ofNullable(options.page)));
    }
}
