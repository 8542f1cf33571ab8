package terzi.cli.command;

import java.nio.file.Path;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import terzi.cli.terminal.Console;

/** {@code terzi demo}. */
@Command(
        name = "demo",
        description = {
            "Shows all of Terzi once, in a few minutes: takes a network that has seen a million photos, fits it to the drawn"
                    + " product images in samples/products, writes one classifier file and a report, and classifies"
                    + " images that it has not seen.",
            "Where the pretrained network cannot be had, a small network learns from the samples alone."
        },
        footer = {"  terzi demo", "  terzi demo --offline", "  terzi demo --backbone network.onnx"})
final class DemoCommand extends TerziCommand {
    @ArgGroup(validate = false, heading = "%nDemo:%n", order = 1)
    private Options options = new Options();

    private static final class Options {
        @Option(
                names = "--backbone",
                paramLabel = "NETWORK",
                defaultValue = "resnet50",
                description = "The network to start from (default: ${DEFAULT-VALUE}).")
        String backbone = "resnet50";

        @Option(names = "--offline", description = "Download nothing.")
        boolean offline;

        @Option(
                names = "--runs-dir",
                paramLabel = "FOLDER",
                defaultValue = "runs",
                description = "Where the run is kept, as demo/products inside it (default: ${DEFAULT-VALUE}).")
        Path runsFolder = Path.of("runs");
    }

    @Override
    int run(Console console) throws Exception {
        return Demo.run(console, options.backbone, options.offline, options.runsFolder);
    }
}
