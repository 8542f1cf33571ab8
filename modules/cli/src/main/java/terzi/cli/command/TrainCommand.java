package terzi.cli.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import terzi.cli.terminal.Console;
import terzi.cli.terminal.ExitCode;
import terzi.cli.terminal.Interruption;
import terzi.runs.Execution;
import terzi.runs.FinalMeasurement;
import terzi.runs.ResumedTraining;
import terzi.runs.Run;
import terzi.runs.ShellWords;
import terzi.runs.Sizes;
import terzi.runs.Trained;
import terzi.runs.Training;

/** {@code terzi train}. */
@Command(
        name = "train",
        description = {
            "Train the network of a recipe, export it as a classifier file and measure it on the test images.",
            "The run folder gets the classifier file, checkpoints, the training history and a report. Ctrl-C"
                    + " ends the run; --resume continues it, on the same images and in the same number format.",
            "If training diverges, the best epoch before that is exported, if there is one, and the exit status"
                    + " is 1."
        },
        footer = {
            "  terzi train models/fashion-mnist-deep",
            "  terzi train recipe.yaml --data photos/ --epochs 20 --name first-try",
            "  terzi train models/fashion-mnist-deep --set training.batch_size=64",
            "  terzi train --resume runs/train/first-try"
        })
final class TrainCommand extends TerziCommand {
    private static final String EPOCHS = "training.epochs";

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "MODEL",
            description = "A recipe.yaml, or a model folder that holds one. Not together with --resume.")
    @Nullable private Path model;

    @ArgGroup(validate = false, heading = "%nData:%n", order = 1)
    private Data data = new Data();

    @ArgGroup(validate = false, heading = "%nTraining (each overrides the recipe):%n", order = 2)
    private Settings training = new Settings();

    @ArgGroup(validate = false, heading = RunOptions.FOLDER_HEADING, order = 3)
    private Target run = new Target();

    private static final class Data {
        @Option(
                names = {"-d", "--data"},
                paramLabel = "DATA",
                description = "fashion-mnist, mnist, a folder of class folders or IDX files, or a CSV list (default:"
                        + " the data of the recipe).")
        @Nullable String data;

        @Option(names = "--offline", description = "Do not download a dataset; use a cached one.")
        boolean offline;

        @Option(
                names = "--no-test",
                description = "Measure on the validation images instead of the test images, to choose between recipes."
                        + " 'terzi train --resume RUN' measures the chosen run on the test images.")
        boolean untested;
    }

    private static final class Settings extends RunOptions.Settings {
        @Option(
                names = {"-e", "--epochs"},
                paramLabel = "N",
                description = "Number of passes over the training images.")
        @Nullable Integer epochs;

        @Option(
                names = {"-b", "--batch-size"},
                paramLabel = "N",
                description = "Number of images in one training step.")
        @Nullable Integer batchSize;

        @Option(
                names = "--precision",
                paramLabel = "P",
                description = "Number format: fp32, bf16, or auto (bf16 if the processor supports it, else fp32).")
        @Nullable String precision;

        @Override
        void change(BiConsumer<String, @Nullable Object> recipe) {
            super.change(recipe);
            recipe.accept(EPOCHS, epochs);
            recipe.accept("training.batch_size", batchSize);
            recipe.accept("training.precision", precision);
        }
    }

    private static final class Target extends RunOptions.Folder {
        @Option(
                names = "--resume",
                paramLabel = "RUN",
                description = "Continue the run in this folder, with the recipe it started with.")
        @Nullable Path resume;

        @Option(
                names = "--start-over",
                description =
                        "With --resume: restart a run that ended before its first checkpoint, in the same folder.")
        boolean startOver;
    }

    @Override
    int run(Console console) throws Exception {
        Path resumed = run.resume;
        if ((model == null) == (resumed == null)) {
            throw wrongUsage(
                    model == null
                            ? "name a recipe or a model folder to train, or a run with --resume"
                            : "MODEL and --resume exclude each other: a resumed run keeps the recipe it began with");
        }
        FinalMeasurement measurement = data.untested ? FinalMeasurement.VALIDATION : FinalMeasurement.TEST;
        Execution execution = console.execution(data.offline);
        if (resumed != null) {
            Map<String, String> others = training.changes();
            others.remove(EPOCHS);
            if (!others.isEmpty() || data.data != null || run.name != null) {
                throw wrongUsage("a resumed run keeps its recipe, data and name: only --epochs can change");
            }
            ResumedTraining request = ResumedTraining.of(resumed)
                    .withFrom(run.startOver ? ResumedTraining.From.START : ResumedTraining.From.CHECKPOINT)
                    .withMeasurement(measurement)
                    .withExecution(execution);
            return answer(console, execution, training.epochs == null ? request : request.withEpochs(training.epochs));
        }
        if (run.startOver) {
            throw wrongUsage("--start-over goes with --resume RUN");
        }
        Training request = Training.of(Objects.requireNonNull(model))
                .withMeasurement(measurement)
                .withTarget(run.target())
                .withExecution(execution);
        for (Map.Entry<String, String> change : training.changes().entrySet()) {
            request = request.with(change.getKey(), change.getValue());
        }
        return answer(console, execution, data.data == null ? request : request.withData(data.data));
    }

    static int answer(Console console, Execution execution, Run<Trained> request) throws IOException {
        return Interruption.run(console, execution, request, trained -> {
            print(console, trained);
            console.json(trained);
            trained.error().ifPresent(error -> console.error(error.message()));
            return trained.error().isPresent() ? ExitCode.FAILURE : ExitCode.OK;
        });
    }

    private static void print(Console console, Trained trained) {
        console.print(trained.metrics().text().stripTrailing());
        console.print("");
        console.print(trained.summary() + ", on " + trained.device() + " through ONNX Runtime"
                + (trained.measuredOn().equals("test") ? "" : "; these are validation images"));
        console.print("kept epoch " + trained.keptEpoch() + " of " + trained.epochs()
                + (trained.stopped().equals("completed")
                        ? ""
                        : " (" + trained.stopped().replace('_', ' ') + ")")
                + ", trained in " + Sizes.duration(trained.seconds()));
        console.print("classifier: " + trained.classifier());
        console.print("report: " + trained.page());
        console.print("next: terzi classify " + ShellWords.quoted(trained.folder()) + " IMAGE");
    }
}
