package terzi.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import terzi.runs.Converting;

/** {@code terzi convert}. */
@Command(
        name = "convert",
        description = {
            "Converts a Keras network to ONNX: an .h5 of a whole model, a .keras archive, or the model.json of"
                    + " TensorFlow.js with its weight files beside it. The softmax at the end is taken off.",
            "The result is an ordinary ONNX file that remembers its labels and how images are prepared; 'terzi backbones"
                    + " show' tells what it says."
        },
        footer = {
            "  terzi convert model.h5",
            "  terzi convert model.keras -o network.onnx --pixels minus-one-to-one --labels labels.txt",
            "  terzi convert tfjs/model.json -o network.onnx --json"
        })
final class ConvertCommand extends TerziCommand {
    @Parameters(index = "0", paramLabel = "MODEL", description = "An .h5, a .keras or a model.json.")
    @SuppressWarnings("NullAway.Init")
    private Path model;

    @ArgGroup(validate = false, heading = "%nConverting:%n", order = 1)
    private Options options = new Options();

    private static final class Options {
        @Option(
                names = {"-o", "--output"},
                paramLabel = "FILE",
                description =
                        "The file to write; it is replaced if it is there (default: the model's name with .onnx, which"
                                + " must not be there).")
        private @Nullable Path output;

        @Option(
                names = "--pixels",
                paramLabel = "VALUES",
                description = "What pixels become before the network: zero-to-one, minus-one-to-one, imagenet (mean and"
                        + " deviation), caffe (BGR minus mean) or raw (default: by the network's name, else"
                        + " zero-to-one).")
        private @Nullable String pixels;

        @Option(names = "--labels", paramLabel = "FILE", description = "A text file with one label a line, in order.")
        private @Nullable Path labels;
    }

    @Override
    int run(Console console) throws Exception {
        return ConvertAnswer.run(
                console,
                checked(() -> new Converting(
                        model,
                        Optional.ofNullable(options.output),
                        Optional.ofNullable(options.pixels).map(ConvertAnswer::pixels),
                        Optional.ofNullable(options.labels))));
    }
}
