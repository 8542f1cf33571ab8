package terzi.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import terzi.runs.Classifying;

/** {@code terzi classify}. */
@Command(
        name = "classify",
        description = {
            "Tells what images show: labels with calibrated probabilities.",
            "An image that cannot be read is reported and the others are still classified; the exit status is then 1."
        },
        footer = {
            "  terzi classify runs/train/fashion-mnist-deep shoe.png",
            "  terzi classify classifier.onnx photos/ --top-k 1 --json",
            "  curl -s URL | terzi classify classifier.onnx -"
        })
final class ClassifyCommand extends TerziCommand {
    @Parameters(
            index = "0",
            paramLabel = "MODEL",
            description = "A classifier.onnx, or a run or model folder with one in it.")
    @SuppressWarnings("NullAway.Init")
    private Path model;

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "IMAGE",
            description = "Images (JPEG, PNG, WebP, GIF, BMP), folders of them, or - for one on stdin.")
    private List<String> images = new ArrayList<>();

    @ArgGroup(validate = false, heading = "%nClassifying:%n", order = 1)
    private Options options = new Options();

    @ArgGroup(validate = false, heading = Computing.HEADING, order = 2)
    private Computing computing = new Computing();

    private static final class Options {
        @Option(
                names = {"-k", "--top-k"},
                paramLabel = "K",
                defaultValue = "3",
                description = "List the K likeliest labels (default: ${DEFAULT-VALUE}).")
        int topK = 3;
    }

    @Override
    int run(Console console) throws Exception {
        return ClassifyAnswer.run(console, checked(() -> Classifying.of(model, StandardInput.requirePipe(images))
                .withStandardInput(console.in())
                .withRuntime(computing.choice(options.topK))));
    }
}
