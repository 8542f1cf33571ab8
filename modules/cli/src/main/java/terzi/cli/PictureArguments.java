package terzi.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import terzi.vision.Picture;
import terzi.vision.PictureReader;

/** The pictures that a command line names: files, folders of them, or standard input. */
final class PictureArguments {
    static final String STDIN = "-";

    /** Set by the launcher when standard input is a terminal. */
    private static final String TERMINAL = "terzi.stdin.terminal";

    private static final Set<String> EXTENSIONS = Set.of("jpg", "jpeg", "png", "webp", "gif", "bmp");

    private PictureArguments() {}

    /**
     * The same names, once standard input is known to hold an image for each {@code -} among them.
     *
     * @throws IllegalArgumentException if it does not
     */
    static List<String> requireInput(List<String> arguments) {
        long fromStdin = arguments.stream().filter(STDIN::equals).count();
        if (fromStdin > 1) {
            throw new IllegalArgumentException(
                    "'-' is given " + fromStdin + " times, but standard input holds one image");
        }
        if (fromStdin == 1 && Boolean.getBoolean(TERMINAL)) {
            throw new IllegalArgumentException("'-' reads an image from standard input, which is a terminal;"
                    + " pipe the image in, as in 'cat image.png | terzi ... -'");
        }
        return arguments;
    }

    /** Reads one image: a file, standard input, or a pipe with a name such as {@code /dev/stdin}. */
    static Picture read(Console console, String name) throws IOException {
        try {
            if (name.equals(STDIN)) {
                return PictureReader.read(console.in(), "standard input");
            }
            Path path = Path.of(name);
            if (!Files.exists(path) || Files.isDirectory(path) || Files.isRegularFile(path)) {
                return PictureReader.read(path);
            }
            try (InputStream pipe = Files.newInputStream(path)) {
                return PictureReader.read(pipe, name);
            }
        } catch (RuntimeException e) {
            throw new IOException(Failures.describe(e), e);
        }
    }

    /** Folders become the pictures in them, at any depth, in the order of their names. */
    static List<String> expand(List<String> arguments) throws IOException {
        List<String> names = new ArrayList<>();
        for (String argument : arguments) {
            if (argument.equals(STDIN) || !Files.isDirectory(Path.of(argument))) {
                names.add(argument);
                continue;
            }
            try (Stream<Path> files = Files.walk(Path.of(argument))) {
                List<String> inside = files.filter(Files::isRegularFile)
                        .filter(PictureArguments::looksLikePicture)
                        .map(Path::toString)
                        .sorted()
                        .toList();
                if (inside.isEmpty()) {
                    throw new IOException(argument + ": there is no picture in this folder; looked for "
                            + String.join(", ", EXTENSIONS.stream().sorted().toList()));
                }
                names.addAll(inside);
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
        }
        return names;
    }

    private static boolean looksLikePicture(Path file) {
        String name = file.getFileName().toString();
        return !name.startsWith(".")
                && EXTENSIONS.contains(name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
    }
}
