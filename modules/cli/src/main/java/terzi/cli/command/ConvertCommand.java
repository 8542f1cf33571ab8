package terzi.cli.command;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import terzi.cli.terminal.Console;
import terzi.cli.terminal.ExitCode;
import terzi.runs.Converted;
import terzi.runs.Converting;
import terzi.runs.Sizes;

/** {@code terzi convert}. */
@Command(
        name = "convert",
        description = {
            "Convert a Keras or TensorFlow.js network to ONNX.",
            "Takes an .h5 with a whole model, a .keras archive, or the model.json of TensorFlow.js with its"
                    + " weight files beside it. A softmax at the end is removed. The result is a standard ONNX"
                    + " file with its labels and preprocessing in the metadata; 'terzi backbones show FILE'"
                    + " prints them."
        },
        footer = {
            "  terzi convert model.h5",
            "  terzi convert model.keras -o network.onnx --pixels minus-one-to-one --labels labels.txt",
            "  terzi convert tfjs/model.json -o network.onnx --json"
        })
final class ConvertCommand extends TerziCommand {
    @Parameters(index = "0", paramLabel = "MODEL", description = "An .h5, .keras or model.json file.")
    private Path model;

    @ArgGroup(validate = false, heading = "%nConverting:%n", order = 1)
    private Options options = new Options();

    private static final class Options {
        @Option(
                names = {"-o", "--output"},
                paramLabel = "FILE",
                description = "File to write, replacing an existing one (default: the model's name with .onnx, which"
                        + " must not exist).")
        private @Nullable Path output;

        @Option(
                names = "--pixels",
                paramLabel = "VALUES",
                description = "Pixel values that the network expects: zero-to-one, minus-one-to-one, imagenet (mean"
                        + " subtracted, divided by the standard deviation), caffe (BGR, mean subtracted)"
                        + " or raw (default: by the network's name, else zero-to-one).")
        private @Nullable String pixels;

        @Option(
                names = "--labels",
                paramLabel = "FILE",
                description = "Text file with one label per line, in the order of the outputs.")
        private @Nullable Path labels;
    }

    @Override
    int run(Console console) throws Exception {
        Converting request = checked(() -> new Converting(
                model,
                Optional.ofNullable(options.output),
                Optional.ofNullable(options.pixels).map(RunOptions.Pixels::values),
                Optional.ofNullable(options.labels)));
        Converted result = request.run(console.listener());
        InspectCommand.print(console, result.network());
        console.print("images    " + result.preprocessing());
        result.remarks().forEach(remark -> console.print("note: " + remark));
        console.print("");
        console.print(
                "converted " + result.description() + " to " + result.file() + " (" + Sizes.text(result.bytes()) + ")");
        console.json(result);
        return ExitCode.OK;
    }
}
