package terzi.cli.terminal;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.UsageMessageSpec;
import terzi.evaluation.TextColumns;

/**
 * Fits help to the width of the terminal. picocli breaks lines inside options and paths, so it is given all the width it wants,
 * and its lines are broken between words here.
 */
public final class HelpText {
    /** Wider than any line of help. */
    private static final int UNBROKEN = 5_000;

    private static final Pattern HEADING = Pattern.compile("(?m)^(\\S[^:\\n]*:)$");
    private static final Pattern WITH_VALUE = Pattern.compile("( --?[\\w-]+) (?=[^-\\s|])");
    private static final String UNBREAKABLE = "\u00a0";
    private static final String CONTINUED = " \\";

    private final Terminal terminal;

    private HelpText(Terminal terminal) {
        this.terminal = terminal;
    }

    /** Has the command and all below it show their help in the terminal's width and colours. */
    public static void fit(CommandLine commandLine, Terminal terminal) {
        HelpText text = new HelpText(terminal);
        Map<String, IHelpSectionRenderer> sections = new LinkedHashMap<>(commandLine.getHelpSectionMap());
        sections.replaceAll((key, renderer) -> help -> switch (key) {
            case UsageMessageSpec.SECTION_KEY_SYNOPSIS ->
                text.synopsis(renderer.render(help), help.synopsisHeadingLength());
            case UsageMessageSpec.SECTION_KEY_FOOTER -> text.footer(renderer.render(help));
            default -> text.wrapped(renderer.render(help));
        });
        commandLine
                .setUsageHelpWidth(UNBROKEN)
                .setHelpSectionMap(sections)
                .setColorScheme(CommandLine.Help.defaultColorScheme(
                        terminal.outColour() ? CommandLine.Help.Ansi.ON : CommandLine.Help.Ansi.OFF));
    }

    private String synopsis(String synopsis, int offset) {
        String line = " ".repeat(offset) + synopsis.stripTrailing();
        int indent = Math.min(TextColumns.width(line.replaceFirst("(^\\s*(?:\\S+ )+?)\\[.*", "$1")), columns() / 2);
        return lines(TextColumns.wrapped(line, columns(), indent)).substring(offset);
    }

    private String wrapped(String section) {
        if (!section.endsWith("\n")) {
            return section; // the beginning of a line
        }
        String text = section.lines()
                .map(line -> lines(TextColumns.wrapped(line, columns())))
                .collect(Collectors.joining());
        return terminal.outColour() ? bold(text) : text;
    }

    private static String bold(String text) {
        return HEADING.matcher(text).replaceAll(Colour.BOLD.of("$1"));
    }

    /** Examples are commands, to be pasted; the rest is prose. */
    private String footer(String footer) {
        return footer.lines()
                .map(line -> line.startsWith("  ") ? example(Shell.asCalled(line)) : lines(prose(line)))
                .collect(Collectors.joining());
    }

    private List<String> prose(String line) {
        return TextColumns.wrapped(Shell.asCalled(line), columns());
    }

    private String example(String line) {
        String joined = WITH_VALUE.matcher(line).replaceAll("$1" + UNBREAKABLE);
        String broken = TextColumns.width(line) <= columns()
                ? line
                : String.join(
                        CONTINUED + System.lineSeparator(),
                        TextColumns.wrapped(joined, columns() - CONTINUED.length(), 6));
        return broken.replace(UNBREAKABLE, " ") + System.lineSeparator();
    }

    private int columns() {
        return terminal.helpColumns();
    }

    private static String lines(List<String> lines) {
        return lines.stream().map(line -> line + System.lineSeparator()).collect(Collectors.joining());
    }
}
