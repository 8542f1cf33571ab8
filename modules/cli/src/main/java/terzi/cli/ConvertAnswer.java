package terzi.cli;

import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import terzi.backbones.PixelValues;
import terzi.runs.Converted;
import terzi.runs.Converting;
import terzi.runs.NetworkSummary;
import terzi.runs.Sizes;

/** What {@code terzi convert} prints. */
final class ConvertAnswer {
    private ConvertAnswer() {}

    static int run(Console console, Converting request) throws IOException {
        Converted result = request.run(console.listener());
        NetworkSummary network = result.network();
        console.print(network.table());
        console.print("");
        network.inputs().forEach(value -> console.print("input     " + value.name() + "  " + value.type()));
        network.outputs().forEach(value -> console.print("output    " + value.name() + "  " + value.type()));
        console.print("head      " + network.head());
        console.print("images    " + result.preprocessing());
        result.remarks().forEach(remark -> console.print("note: " + remark));
        console.print("");
        console.print(result.description() + " became " + result.file() + " (" + Sizes.text(result.bytes()) + ")");
        console.json(result);
        return ExitCode.OK;
    }

    /** @throws IllegalArgumentException if these pixel values have another name */
    static PixelValues pixels(String name) {
        return Arrays.stream(PixelValues.values())
                .filter(values -> values.name().replace('_', '-').equals(name.toUpperCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("--pixels: expected zero-to-one, minus-one-to-one,"
                        + " imagenet, caffe or raw, found '" + name + "'"));
    }
}
