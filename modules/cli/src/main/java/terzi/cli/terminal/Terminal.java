package terzi.cli.terminal;

import java.util.Map;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What is known about the terminal behind the standard streams. The launcher finds it out, for Java cannot.
 *
 * @param outColumns width where stdout is a terminal
 * @param errColumns width where stderr is one
 * @param outColour whether stdout may have colours
 * @param errColour whether stderr may
 * @param helpColumns width that help is written in, also into a pipe
 */
public record Terminal(
        OptionalInt outColumns, OptionalInt errColumns, boolean outColour, boolean errColour, int helpColumns) {
    private static final int DEFAULT_COLUMNS = 80;
    private static final int NARROWEST = 20;

    /** No terminal at all. */
    public static Terminal none() {
        return new Terminal(OptionalInt.empty(), OptionalInt.empty(), false, false, DEFAULT_COLUMNS);
    }

    public static Terminal here() {
        return of(System::getProperty, System.getenv());
    }

    /**
     * @param property of the JVM, as the launcher sets them: {@code terzi.columns} for stderr, {@code terzi.out.columns} for
     *     stdout, each absent where that stream is not a terminal
     * @param environment {@code COLUMNS} is a width of the user's own (POSIX); {@code NO_COLOR} (no-color.org) and a {@code
     *     TERM} of {@code dumb} mean no colours
     */
    public static Terminal of(UnaryOperator<@Nullable String> property, Map<String, String> environment) {
        OptionalInt wished = number(environment.get("COLUMNS"));
        OptionalInt out = columns(property.apply("terzi.out.columns"), wished);
        OptionalInt err = columns(property.apply("terzi.columns"), wished);
        boolean colours = environment.getOrDefault("NO_COLOR", "").isEmpty()
                && !environment.getOrDefault("TERM", "dumb").equals("dumb");
        return new Terminal(
                out,
                err,
                colours && out.isPresent(),
                colours && err.isPresent(),
                out.orElse(wished.orElse(DEFAULT_COLUMNS)));
    }

    /** For answers that go to stderr. */
    Terminal onStderr() {
        return new Terminal(errColumns, errColumns, errColour, errColour, helpColumns);
    }

    private static OptionalInt columns(@Nullable String found, OptionalInt wished) {
        return found == null
                ? OptionalInt.empty()
                : OptionalInt.of(wished.orElse(number(found).orElse(DEFAULT_COLUMNS)));
    }

    /** Empty for what is not a width, as that of a terminal that does not tell it, which is 0. */
    private static OptionalInt number(@Nullable String text) {
        if (text == null || !text.strip().matches("[0-9]{1,5}")) {
            return OptionalInt.empty();
        }
        int width = Integer.parseInt(text.strip());
        return width < NARROWEST ? OptionalInt.empty() : OptionalInt.of(width);
    }
}
