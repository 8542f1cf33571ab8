package terzi.cli;

import java.util.List;

/** The image that {@code -} stands for. */
final class StandardInput {
    /** Set by the launcher when standard input is a terminal. */
    private static final String TERMINAL = "terzi.stdin.terminal";

    private StandardInput() {}

    /**
     * The same names, once standard input is known not to be a terminal if {@code -} is among them.
     *
     * @throws IllegalArgumentException if it is one
     */
    static List<String> requirePipe(List<String> images) {
        if (images.contains("-") && Boolean.getBoolean(TERMINAL)) {
            throw new IllegalArgumentException("'-' reads an image from standard input, which is a terminal;"
                    + " pipe the image in, as in 'cat image.png | terzi ... -'");
        }
        return images;
    }
}
