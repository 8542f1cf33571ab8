package terzi.runs;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Commands that a user may paste into a POSIX shell. */
public final class ShellWords {
    private ShellWords() {}

    /**
     * {@return a whole command}
     *
     * @param program its first word, as it is
     * @param arguments the others, quoted where that is needed
     */
    public static String line(String program, List<String> arguments) {
        return Stream.concat(Stream.of(program), arguments.stream().map(ShellWords::quoted))
                .collect(Collectors.joining(" "));
    }

    /**
     * {@return the path as one word of a shell command}
     *
     * @param path quoted where that is needed
     */
    public static String quoted(Path path) {
        return quoted(path.toString());
    }

    /**
     * {@return the text as one word of a shell command}
     *
     * @param text quoted where that is needed
     */
    public static String quoted(String text) {
        return text.matches("[\\w./~+,@%:=-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }
}
