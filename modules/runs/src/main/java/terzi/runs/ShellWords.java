package terzi.runs;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Commands that a user may paste into a POSIX shell. */
public final class ShellWords {
    private ShellWords() {}

    /** A whole command. */
    public static String line(String program, List<String> arguments) {
        return Stream.concat(Stream.of(program), arguments.stream().map(ShellWords::quoted))
                .collect(Collectors.joining(" "));
    }

    /** The path as one word of a shell command. */
    public static String quoted(Path path) {
        return quoted(path.toString());
    }

    /** The text as one word of a shell command. */
    public static String quoted(String text) {
        return text.matches("[\\w./~+,@%:=-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }
}
