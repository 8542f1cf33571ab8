package terzi.cli.command;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import terzi.cli.terminal.Console;
import terzi.cli.terminal.ExitCode;
import terzi.runs.Packaged;
import terzi.runs.Packaging;
import terzi.runs.Sizes;

/** {@code terzi package}. */
@Command(
        name = "package",
        description = {
            "Write a classifier file of a trained network, without training.",
            "Labels and preprocessing are those of the config.json and preprocessor_config.json beside the network;"
                    + " the options tell what these do not, and come first. The file must answer drawn images as ONNX"
                    + " Runtime answers them with the network alone."
        },
        footer = {
            "  terzi package hugging-face-folder/ -o classifier.onnx",
            "  terzi package network.onnx --labels labels.txt --pixels imagenet",
            "  terzi package network.onnx --labels cat,dog --preprocessing fit=stretch,scale=1"
        })
final class PackageCommand extends TerziCommand {
    @Parameters(
            index = "0",
            paramLabel = "MODEL",
            description = "An ONNX file, a folder as Hugging Face keeps it, hf:OWNER/NAME, the name of a backbone, or a"
                    + " Keras file.")
    private String model = "";

    @ArgGroup(validate = false, heading = RunOptions.Network.HEADING, order = 1)
    private RunOptions.Network network = new RunOptions.Network();

    @ArgGroup(validate = false, heading = "%nPackaging:%n", order = 2)
    private Options options = new Options();

    private static final class Options {
        @Option(
                names = {"-o", "--output"},
                paramLabel = "FILE",
                description = "File to write, replacing an existing one (default: the model's name with"
                        + " -classifier.onnx, which must not exist).")
        private @Nullable Path output;

        @Option(names = "--offline", description = "Download nothing; use only the cache.")
        private boolean offline;

        @ArgGroup(validate = false)
        private RunOptions.Licences licences = new RunOptions.Licences();
    }

    @Override
    int run(Console console) throws Exception {
        Packaging request = new Packaging(
                model,
                Optional.ofNullable(options.output),
                checked(network::facts),
                options.licences.in(console.execution(options.offline)));
        Packaged result = request.run(console.listener());
        console.print("labels    " + result.labels().size() + ": "
                + String.join(
                        ", ",
                        result.labels().subList(0, Math.min(6, result.labels().size())))
                + (result.labels().size() > 6 ? ", ..." : ""));
        console.print("images    " + result.preprocessing());
        console.print(String.format(
                Locale.ROOT,
                "compared  %d drawn images: logits differ by %.1e, probabilities by %.1e at most",
                result.goldens(),
                result.logitDifference(),
                result.probabilityDifference()));
        result.remarks().forEach(remark -> console.print("note: " + remark));
        console.print("");
        console.print("packaged " + result.model() + " as " + result.file() + " (" + Sizes.text(result.bytes()) + ")");
        console.json(result);
        return ExitCode.OK;
    }
}
