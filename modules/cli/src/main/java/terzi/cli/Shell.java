package terzi.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Texts that a user may paste into a shell. */
final class Shell {
    private Shell() {}

    /** A whole command. */
    static String line(String program, List<String> arguments) {
        return Stream.concat(Stream.of(program), arguments.stream().map(Shell::quoted))
                .collect(Collectors.joining(" "));
    }

    /** The path as one word of a shell command. */
    static String quoted(Path path) {
        return quoted(path.toString());
    }

    private static String quoted(String text) {
        return text.matches("[\\w./~+,@%:=-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }
}
