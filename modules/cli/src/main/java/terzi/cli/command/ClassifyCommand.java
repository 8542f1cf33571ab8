package terzi.cli.command;

import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import terzi.cli.terminal.Console;
import terzi.runs.ClassifiedImages;
import terzi.runs.Classifying;

/** {@code terzi classify}. */
@Command(
        name = "classify",
        description = {
            "Classify images: labels with calibrated probabilities.",
            "An image that cannot be read is reported and the others are still classified; the exit status is"
                    + " then 1."
        },
        footer = {
            "  terzi classify runs/train/fashion-mnist-deep shoe.png",
            "  terzi classify classifier.onnx photos/ --top-k 1 --json",
            "  curl -s URL | terzi classify classifier.onnx -"
        })
final class ClassifyCommand extends ImagesCommand {
    @ArgGroup(validate = false, heading = "%nClassifying:%n", order = 1)
    private Options options = new Options();

    private static final class Options {
        @Option(
                names = {"-k", "--top-k"},
                paramLabel = "K",
                defaultValue = "3",
                description = "Number of most probable labels to list (default: ${DEFAULT-VALUE}).")
        int topK = 3;
    }

    @Override
    int run(Console console) throws Exception {
        Classifying request = checked(() -> Classifying.of(model, images())
                .withStandardInput(console.streams().in())
                .withRuntime(computing.choice(options.topK)));
        ClassifiedImages result = request.run(console.listener(), entry -> {
            print(console, entry);
            if (!console.isAnswerWanted()) {
                request.execution().cancel();
            }
        });
        console.json(result);
        return exitCode(console, result.failed(), result.images().size(), "classified");
    }
}
