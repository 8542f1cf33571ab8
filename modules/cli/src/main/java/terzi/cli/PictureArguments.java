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
import org.jspecify.annotations.Nullable;
import terzi.vision.Picture;
import terzi.vision.PictureReader;

/** The pictures that a command line names: files, folders of them, or standard input. */
final class PictureArguments {
    static final String STDIN = "-";
    private static final Set<String> EXTENSIONS = Set.of("jpg", "jpeg", "png", "webp", "gif", "bmp");

    private PictureArguments() {}

    /** A picture that was read, or why it was not. */
    record Read(String name, @Nullable Picture picture, String failure) {}

    /** Reads one; whatever is wrong with it becomes words. */
    static Read read(Console console, String name) {
        try {
            InputStream in = console.in();
            Picture picture =
                    name.equals(STDIN) ? PictureReader.read(in, "standard input") : PictureReader.read(Path.of(name));
            return new Read(name, picture, "");
        } catch (IOException | RuntimeException e) {
            return new Read(name, null, Failures.describe(e));
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
