package terzi.cli.command;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import terzi.cli.terminal.Console;
import terzi.runs.Execution;
import terzi.runs.Explained;
import terzi.runs.Explaining;
import terzi.runs.MapChoice;

/** {@code terzi explain}. */
@Command(
        name = "explain",
        description = {
            "Draw heat maps that show which regions of an image support a label.",
            "One image becomes NAME-explained.png; several images, or a folder, become one such PNG each and a"
                    + " contact sheet. Heat on the background, a watermark or a price tag means that the"
                    + " classifier learned the wrong thing."
        },
        footer = {
            "  terzi explain runs/train/fashion-mnist-deep shoe.png",
            "  terzi explain classifier.onnx shoe.png --class sandal --output why-sandal.png",
            "  terzi explain classifier.onnx photos/ --output explained/"
        })
final class ExplainCommand extends ImagesCommand {
    @ArgGroup(validate = false, heading = "%nExplaining:%n", order = 1)
    private Options options = new Options();

    private static final class Options {
        @Option(
                names = {"-c", "--class"},
                paramLabel = "NAME",
                description = "Label to explain (default: the most probable label of each image).")
        @Nullable String label;

        @Option(
                names = {"-o", "--output"},
                paramLabel = "FILE",
                description = "A .png file for one image, or a folder (default: NAME-explained.png, or the folder"
                        + " explained).")
        @Nullable Path target;

        @Option(
                names = "--map",
                paramLabel = "KIND",
                defaultValue = "auto",
                description = "cam: the class activation maps that the classifier file computes; gradcam: Grad-CAM,"
                        + " for any network with convolutions; auto: cam if the file has it, else"
                        + " gradcam (default: ${DEFAULT-VALUE}).")
        MapChoice map = MapChoice.AUTO;
    }

    @Override
    int run(Console console) throws Exception {
        Explaining request = checked(() -> new Explaining(
                model,
                images(),
                console.streams().in(),
                Optional.ofNullable(options.label),
                Optional.ofNullable(options.target),
                options.map,
                computing.choice(3),
                Execution.defaults()));
        Explained result = request.run(console.listener(), entry -> print(console, entry));
        result.contactSheets().forEach(sheet -> console.print("contact sheet: " + sheet));
        console.json(result);
        return exitCode(console, result.failed(), result.images().size(), "explained");
    }
}
