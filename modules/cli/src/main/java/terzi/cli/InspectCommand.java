package terzi.cli;

import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import terzi.runs.Inspecting;

/** {@code terzi inspect}. */
@Command(
        name = "inspect",
        description = {
            "Shows what is in an ONNX file: layers with shapes and parameters, inputs, outputs, labels, metadata.",
            "The digest of a classifier file is checked; the exit status is 1 when it does not fit."
        },
        footer = {
            "  terzi inspect runs/train/fashion-mnist-deep",
            "  terzi inspect resnet50.onnx",
            "  terzi inspect classifier.onnx --json | jq .labels"
        })
final class InspectCommand extends TerziCommand {
    @Parameters(
            index = "0",
            paramLabel = "FILE",
            description = "An ONNX file, or a run or model folder with a classifier.onnx in it.")
    @SuppressWarnings("NullAway.Init")
    private Path file;

    @Override
    int run(Console console) throws Exception {
        return InspectAnswer.run(console, new Inspecting(file));
    }
}
