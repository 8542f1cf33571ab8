package terzi.cli.command;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import terzi.cli.terminal.Console;
import terzi.cli.terminal.ExitCode;
import terzi.cli.terminal.Shell;
import terzi.evaluation.TextTable;
import terzi.runs.Compared;
import terzi.runs.Comparing;
import terzi.runs.MetricsSummary;
import terzi.runs.Sizes;

/** {@code terzi compare}. */
@Command(
        name = "compare",
        description = {
            "Compare runs side by side and test whether they really differ.",
            "Computes McNemar's exact test, and bootstrap intervals of the differences in accuracy, macro-F1 and"
                    + " log-loss, on the images that all runs were measured on.",
            "Runs that were measured on different images are listed but not tested. Model folders without"
                    + " predictions are compared by the figures in their files; the commands for a test are"
                    + " printed."
        },
        footer = {
            "  terzi compare runs/train/first-try runs/train/second-try",
            "  terzi compare models/mnist models/mnist-best",
            "  terzi compare runs/finetune/photos runs/finetune/photos-2 --output comparison.html"
        })
final class CompareCommand extends TerziCommand {
    @Parameters(
            arity = "2..*",
            paramLabel = "RUN",
            description =
                    "Run folders, or folders written by 'terzi evaluate --output'. The first one is the baseline.")
    private List<Path> runs = new ArrayList<>();

    @ArgGroup(validate = false, heading = "%nComparing:%n", order = 1)
    private Options options = new Options();

    private static final class Options {
        @Option(
                names = {"-o", "--output"},
                paramLabel = "PAGE",
                description = "Also write the comparison as an HTML page.")
        @Nullable Path page;
    }

    @Override
    int run(Console console) throws Exception {
        Compared result = new Comparing(runs, Optional.ofNullable(options.page)).run(console.listener());
        List<String> next = result.next().stream().map(Shell::asCalled).toList();
        console.printTable(table(result.runs()).text(console.tableColumns()));
        console.print("");
        result.differences().forEach(difference -> console.print(difference.sentence()));
        if (!next.isEmpty()) {
            console.print("The files hold totals only. For a paired test on the same images:");
            next.forEach(command -> console.print("next: " + command));
        }
        result.page().ifPresent(page -> {
            console.print("");
            console.print("page: " + page);
        });
        console.json(new Compared(result.runs(), result.differences(), result.page(), next));
        return ExitCode.OK;
    }

    private static TextTable table(List<Compared.Candidate> runs) {
        TextTable table = new TextTable("run", "accuracy", "95 % interval", "macro-F1", "log-loss", "ECE", "images");
        for (Compared.Candidate run : runs) {
            MetricsSummary figures = run.figures();
            table.row(
                    run.name(),
                    format("%.2f %%", figures.accuracy() * 100),
                    format("%.2f to %.2f %%", figures.accuracyLow() * 100, figures.accuracyHigh() * 100),
                    format("%.2f %%", figures.macroF1() * 100),
                    format("%.4f", figures.logLoss()),
                    format("%.4f", figures.ece()),
                    Sizes.count(figures.count()) + " " + run.measuredOn());
        }
        return table;
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
