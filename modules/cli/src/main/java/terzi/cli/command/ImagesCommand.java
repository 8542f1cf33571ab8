package terzi.cli.command;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Parameters;
import terzi.cli.terminal.Console;
import terzi.cli.terminal.ExitCode;
import terzi.runs.FailedImage;

/** A command about images that a classifier file is given one by one. */
abstract class ImagesCommand extends TerziCommand {
    /** Set by the launcher when standard input is a terminal. */
    private static final String TERMINAL = "terzi.stdin.terminal";

    @Parameters(
            index = "0",
            paramLabel = "MODEL",
            description = "A classifier.onnx, or a run or model folder that holds one; for classify also a folder as"
                    + " Hugging Face keeps it, or an ONNX network.")
    Path model;

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "IMAGE",
            description = "Image files (JPEG, PNG, WebP, GIF, BMP), folders of them, or - for one image on stdin.")
    private List<String> images = new ArrayList<>();

    @ArgGroup(validate = false, heading = RunOptions.Computing.HEADING, order = 2)
    RunOptions.Computing computing = new RunOptions.Computing();

    /**
     * The images, once standard input is known not to be a terminal if {@code -} is among them.
     *
     * @throws IllegalArgumentException if it is one
     */
    final List<String> images() {
        if (images.contains("-") && Boolean.getBoolean(TERMINAL)) {
            throw new IllegalArgumentException("'-' reads an image from standard input, which is a terminal;"
                    + " pipe the image in, as in 'cat image.png | terzi ... -'");
        }
        return images;
    }

    /** Prints the answer about an image, or why there is none. */
    static void print(Console console, Object entry) {
        if (entry instanceof FailedImage failed) {
            console.error(failed.cause());
        } else {
            console.print(entry.toString());
        }
    }

    /** @param done what could not be done with the failed ones, such as {@code classified} */
    static int exitCode(Console console, int failed, int all, String done) {
        if (failed > 0 && all > 1) {
            console.error(failed + " of " + all + " images could not be " + done);
        }
        return failed > 0 ? ExitCode.FAILURE : ExitCode.OK;
    }
}
