package terzi.cli.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import terzi.cli.terminal.Console;
import terzi.cli.terminal.ExitCode;
import terzi.cli.terminal.Interruption;
import terzi.data.Grouping;
import terzi.evaluation.TextTable;
import terzi.runs.Execution;
import terzi.runs.ResumedTuning;
import terzi.runs.Run;
import terzi.runs.ShellWords;
import terzi.runs.Sizes;
import terzi.runs.Tuned;
import terzi.runs.Tuning;

/** {@code terzi tune}. */
@Command(
        name = "tune",
        description = {
            "Search for the fine-tuning settings that suit your images best, and write them as a recipe.",
            "Random search with successive halving: random settings are trained briefly, the best third of them"
                    + " for longer, and so on. Settings are scored on validation images, never on test images.",
            "Use the result with 'terzi finetune --recipe RUN/best-recipe.yaml'. Ctrl-C ends the search;"
                    + " --resume continues it."
        },
        footer = {
            "  terzi tune --data photos/",
            "  terzi tune --data photos/ --recipe best --trials 27 --space space.yaml",
            "  terzi tune --resume runs/tune/photos"
        })
final class TuneCommand extends TerziCommand {
    @ArgGroup(validate = false, heading = "%nImages:%n", order = 1)
    private RunOptions.Photos data = new RunOptions.Photos();

    @ArgGroup(validate = false, heading = "%nSearch:%n", order = 2)
    private Search search = new Search();

    @ArgGroup(validate = false, heading = RunOptions.FOLDER_HEADING, order = 3)
    private Target run = new Target();

    private static final class Search extends RunOptions.FineTuning {
        @Option(
                names = "--trials",
                paramLabel = "N",
                defaultValue = "9",
                description = "Number of random settings in the first round (default: ${DEFAULT-VALUE}).")
        int trials = 9;

        @Option(
                names = "--space",
                paramLabel = "FILE",
                description = "YAML file with the settings to vary and their values (default: a search space for few"
                        + " images, which is written to the run folder as space.yaml).")
        @Nullable Path space;
    }

    private static final class Target extends RunOptions.Folder {
        @Option(
                names = "--resume",
                paramLabel = "RUN",
                description = "Continue the search in this run folder; finished trials are not repeated.")
        @Nullable Path resume;
    }

    @Override
    int run(Console console) throws Exception {
        Path resumed = run.resume;
        String source = data.data;
        Execution execution = data.execution(console);
        if (resumed != null) {
            if (source != null) {
                throw wrongUsage("--data and --resume exclude each other: a resumed search keeps its data");
            }
            return answer(console, execution, new ResumedTuning(resumed, execution));
        }
        if (source == null) {
            throw wrongUsage("name the images with --data, or a run with --resume");
        }
        return answer(
                console,
                execution,
                checked(() -> new Tuning(
                        source,
                        data.test == null ? 0.15 : data.test,
                        Grouping.parse(data.groups),
                        search.trials,
                        search.settings(),
                        Optional.ofNullable(search.space),
                        run.target(),
                        execution)));
    }

    static int answer(Console console, Execution execution, Run<Tuned> request) throws IOException {
        return Interruption.run(console, execution, request, found -> {
            print(console, found);
            console.json(found);
            return ExitCode.OK;
        });
    }

    private static void print(Console console, Tuned result) {
        console.printTable(table(result).text(console.tableColumns()));
        console.print("");
        console.print(String.format(
                Locale.ROOT,
                "best: trial %d, accuracy %.1f %% on the validation images. This is the best of %d trials and"
                        + " partly chance: expect less on new images",
                result.best().trial() + 1,
                result.best().accuracy() * 100,
                result.trials().stream().filter(outcome -> outcome.round() == 0).count()));
        console.print("recipe: " + result.recipe());
        console.print("next: terzi finetune --data " + ShellWords.quoted(result.data()) + " --recipe "
                + ShellWords.quoted(result.recipe()));
    }

    private static TextTable table(Tuned result) {
        TextTable table = new TextTable("trial", "round", "validation", "log-loss", "time", "settings").endingInWords();
        for (Tuned.Outcome outcome : result.trials()) {
            table.row(
                    Integer.toString(outcome.trial() + 1),
                    Integer.toString(outcome.round() + 1),
                    String.format(Locale.ROOT, "%.1f %%", outcome.accuracy() * 100),
                    String.format(Locale.ROOT, "%.3f", outcome.logLoss()),
                    Sizes.duration(outcome.seconds()),
                    outcome.settings().entrySet().stream()
                            .map(setting -> setting.getKey() + "=" + setting.getValue())
                            .collect(Collectors.joining(" ")));
        }
        return table;
    }
}
