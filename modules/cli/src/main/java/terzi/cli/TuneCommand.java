package terzi.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import terzi.runs.Execution;
import terzi.runs.ResumedTuning;
import terzi.runs.Tuning;

/** {@code terzi tune}. */
@Command(
        name = "tune",
        description = {
            "Looks for the settings that suit these images best: tries settings drawn at random briefly, and the better"
                    + " third of them for longer, again and again. Scores come from validation images, never from the"
                    + " test.",
            "The best recipe is written for 'terzi finetune --recipe'. Ctrl-C ends the search so that --resume can go on"
                    + " with it."
        },
        footer = {
            "  terzi tune --data photos/",
            "  terzi tune --data photos/ --recipe best --trials 27 --space space.yaml",
            "  terzi tune --resume runs/tune/photos"
        })
final class TuneCommand extends TerziCommand {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @ArgGroup(validate = false, heading = "%nImages:%n", order = 1)
    private RunOptions.Photos data = new RunOptions.Photos();

    @ArgGroup(validate = false, heading = "%nSearch:%n", order = 2)
    private Search search = new Search();

    @ArgGroup(validate = false, heading = RunOptions.FOLDER_HEADING, order = 3)
    private Run run = new Run();

    private static final class Search extends RunOptions.FineTuning {
        @Option(
                names = "--trials",
                paramLabel = "N",
                defaultValue = "9",
                description = "How many settings to try in the first round (default: ${DEFAULT-VALUE}).")
        int trials = 9;

        @Option(
                names = "--space",
                paramLabel = "FILE",
                description =
                        "YAML with the settings to vary and their values (default: a space for few images, which is"
                                + " written to the run folder).")
        @Nullable Path space;
    }

    private static final class Run extends RunOptions.Folder {
        @Option(
                names = "--resume",
                paramLabel = "RUN",
                description = "Go on with this run folder; trials that are done are not repeated.")
        @Nullable Path resume;
    }

    @Override
    int run(Console console) throws Exception {
        Path resumed = run.resume;
        String source = data.data;
        Execution execution = console.execution(data.offline);
        if (resumed != null) {
            if (source != null) {
                throw new ParameterException(
                        spec.commandLine(), "--data and --resume exclude each other: a resumed search keeps its data");
            }
            return TuneAnswer.run(console, new ResumedTuning(resumed, execution));
        }
        if (source == null) {
            throw new ParameterException(spec.commandLine(), "name the images with --data, or a run with --resume");
        }
        return TuneAnswer.run(
                console,
                checked(() -> new Tuning(
                        source,
                        data.test,
                        search.trials,
                        search.settings(),
                        Optional.ofNullable(search.space),
                        run.target(),
                        execution)));
    }
}
