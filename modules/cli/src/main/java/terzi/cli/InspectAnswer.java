package terzi.cli;

import java.io.IOException;
import java.util.List;
import java.util.TreeMap;
import terzi.export.MetadataKeys;
import terzi.runs.Inspected;
import terzi.runs.Inspecting;
import terzi.runs.NetworkSummary;
import terzi.runs.Sizes;

/** What {@code terzi inspect} prints. */
final class InspectAnswer {
    private static final int LONG_VALUE = 100;

    private InspectAnswer() {}

    static int run(Console console, Inspecting request) throws IOException {
        Inspected result = request.run(console.listener());
        print(console, result);
        console.json(result);
        return result.digest() == Inspected.Digest.DIFFERS ? ExitCode.FAILURE : ExitCode.OK;
    }

    private static void print(Console console, Inspected result) {
        console.print(result.file() + "  " + Sizes.text(result.bytes()) + ", ONNX IR " + result.irVersion() + ", opset "
                + result.opset() + (result.producer().isEmpty() ? "" : ", by " + result.producer()));
        console.print("");
        console.print(result.network().table());
        console.print("");
        values(console, "inputs", result.network().inputs());
        values(console, "outputs", result.network().outputs());
        console.print(String.format("%-9s %s", "head", result.network().head()));
        console.print("");
        if (!result.labels().isEmpty()) {
            console.print("labels    " + result.labels().size() + ": " + String.join(", ", result.labels()));
        }
        if (result.digest() != Inspected.Digest.NONE) {
            boolean isFitting = result.digest() == Inspected.Digest.FITS;
            console.print(
                    "digest    " + (isFitting ? "fits" : "does NOT fit: the file was changed after it was exported"));
        }
        new TreeMap<>(result.metadata()).forEach((key, value) -> {
            if (!key.equals(MetadataKeys.LABELS)) {
                console.print("metadata  " + key + " = " + shortened(value));
            }
        });
    }

    private static void values(Console console, String title, List<NetworkSummary.Value> values) {
        values.forEach(value -> console.print(String.format("%-9s %s  %s", title, value.name(), value.type())));
    }

    private static String shortened(String value) {
        String line = value.replaceAll("\\s+", " ").strip();
        return line.length() <= LONG_VALUE
                ? line
                : line.substring(0, LONG_VALUE) + "... (" + Sizes.count(value.length()) + " characters)";
    }
}
