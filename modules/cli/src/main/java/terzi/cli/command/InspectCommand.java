package terzi.cli.command;

import java.nio.file.Path;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import terzi.cli.terminal.Console;
import terzi.cli.terminal.ExitCode;
import terzi.export.MetadataKeys;
import terzi.runs.Inspected;
import terzi.runs.Inspecting;
import terzi.runs.NetworkSummary;
import terzi.runs.Sizes;

/** {@code terzi inspect}. */
@Command(
        name = "inspect",
        description = {
            "Show what is in an ONNX file: layers with shapes and parameters, inputs, outputs, labels, metadata.",
            "The digest of a classifier file is verified; the exit status is 1 if it does not match."
        },
        footer = {
            "  terzi inspect runs/train/fashion-mnist-deep",
            "  terzi inspect resnet50.onnx",
            "  terzi inspect classifier.onnx --json | jq .labels"
        })
final class InspectCommand extends TerziCommand {
    private static final int LONG_VALUE = 100;

    @Parameters(
            index = "0",
            paramLabel = "FILE",
            description = "An ONNX file, or a run or model folder with a classifier.onnx in it.")
    private Path file;

    @Override
    int run(Console console) throws Exception {
        Inspected result = new Inspecting(file).run(console.listener());
        print(console, result);
        console.json(result);
        return result.digest() == Inspected.Digest.DIFFERS ? ExitCode.FAILURE : ExitCode.OK;
    }

    private static void print(Console console, Inspected result) {
        console.print(result.file() + "  " + Sizes.text(result.bytes()) + ", ONNX IR " + result.irVersion() + ", opset "
                + result.opset() + (result.producer().isEmpty() ? "" : ", by " + result.producer()));
        console.print("");
        print(console, result.network());
        console.print("");
        if (!result.labels().isEmpty()) {
            console.print("labels    " + result.labels().size() + ": " + String.join(", ", result.labels()));
        }
        if (result.digest() != Inspected.Digest.NONE) {
            console.print("answers   strangeness: " + (result.strangeness() ? "yes" : "no") + ", prediction sets: "
                    + (result.predictionSets() ? "yes" : "no"));
            boolean isFitting = result.digest() == Inspected.Digest.FITS;
            console.print("digest    "
                    + (isFitting ? "matches" : "does NOT match: the file was changed after it was exported"));
        }
        new TreeMap<>(result.metadata()).forEach((key, value) -> {
            if (!key.equals(MetadataKeys.LABELS)) {
                console.print("metadata  " + key + " = " + shortened(value));
            }
        });
    }

    /** Layers, inputs, outputs and head. */
    static void print(Console console, NetworkSummary network) {
        console.printTable(network.table(console.tableColumns()));
        console.print("");
        network.inputs().forEach(value -> console.print("input     " + value.name() + "  " + value.type()));
        network.outputs().forEach(value -> console.print("output    " + value.name() + "  " + value.type()));
        console.print("head      " + network.head());
    }

    private static String shortened(String value) {
        String line = value.replaceAll("\\s+", " ").strip();
        return line.length() <= LONG_VALUE
                ? line
                : line.substring(0, LONG_VALUE) + "... (" + Sizes.count(value.length()) + " characters)";
    }
}
