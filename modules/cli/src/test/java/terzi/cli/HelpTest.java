package terzi.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import terzi.cli.terminal.ExitCode;
import terzi.cli.terminal.Streams;
import terzi.cli.terminal.Terminal;
import terzi.evaluation.TextColumns;

/** The help of every command, in terminals of several widths. */
class HelpTest {
    private static final PrintWriter NOWHERE =
            new PrintWriter(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    private static final Pattern COLOUR = Pattern.compile("\u001b\\[[0-9;]*m");

    /** Every command and sub-command, as words to type. */
    static Stream<String> commands() {
        List<String> all = new ArrayList<>(List.of(""));
        collect(
                "",
                Terzi.commandLine(new Streams(NOWHERE, NOWHERE, InputStream.nullInputStream(), Terminal.none())),
                all);
        return all.stream();
    }

    private static void collect(String above, CommandLine command, List<String> all) {
        for (Map.Entry<String, CommandLine> one : command.getSubcommands().entrySet()) {
            String words = (above + " " + one.getKey()).strip();
            all.add(words);
            collect(words, one.getValue(), all);
        }
    }

    @Test
    void anOptionHasTheSameNamesInEveryCommand() {
        Map<String, Set<String>> names = new TreeMap<>();
        collectOptions(
                Terzi.commandLine(new Streams(NOWHERE, NOWHERE, InputStream.nullInputStream(), Terminal.none())),
                names);
        assertTrue(
                names.containsKey("-o") && names.containsKey("--output"),
                names.keySet().toString());
        names.forEach((name, all) -> assertEquals(1, all.size(), name + " is one of " + all));
    }

    /** For each name of an option, all names that it has in some command. */
    private static void collectOptions(CommandLine command, Map<String, Set<String>> names) {
        command.getCommandSpec().options().forEach(option -> {
            String together = Stream.of(option.names()).sorted().collect(Collectors.joining(", "));
            Stream.of(option.names()).forEach(name -> names.computeIfAbsent(name, n -> new TreeSet<>())
                    .add(together));
        });
        command.getSubcommands().values().forEach(inner -> collectOptions(inner, names));
    }

    private static String help(String command, Terminal terminal) {
        Stream<String> words = command.isEmpty() ? Stream.empty() : Stream.of(command.split(" ", -1));
        Cli cli = Cli.runOn(terminal, Stream.concat(words, Stream.of("--help")).toArray(String[]::new));
        assertEquals(ExitCode.OK, cli.exitCode(), cli.err());
        return cli.out();
    }

    private static Terminal wide(int columns) {
        return Terminal.of(Map.of("terzi.out.columns", "" + columns)::get, Map.of("TERM", "dumb"));
    }

    private static Set<String> words(String text) {
        return Stream.of(text.replace("\\\n", " ").split("\\s+", -1))
                .filter(word -> !word.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void helpFitsItsTerminalAndTearsNoWord(String command) {
        Set<String> whole = words(help(command, wide(4000)));
        for (int columns : new int[] {60, 72, 80, 100, 140, 200}) {
            String help = help(command, wide(columns));
            for (String line : help.lines().toList()) {
                assertTrue(TextColumns.width(line) <= columns, columns + ": " + line);
                assertEquals(line.stripTrailing(), line, "blanks at the end");
            }
            assertEquals(whole, words(help), command + " in " + columns + " columns");
            assertTrue(help.startsWith("Usage: terzi"), help);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "train", "bench"})
    void helpIsAsWideAsItsTerminal(String command) {
        int longest =
                help(command, wide(140)).lines().mapToInt(String::length).max().orElse(0);
        assertTrue(longest > 120, "the longest line has " + longest + " of 140 columns");
    }

    @ParameterizedTest
    @MethodSource("commands")
    void colourAddsNothingButColour(String command) {
        Terminal colours = Terminal.of(Map.of("terzi.out.columns", "80")::get, Map.of("TERM", "xterm"));
        String coloured = help(command, colours);
        assertTrue(coloured.contains("\u001b[1m"), "headings are bold");
        assertEquals(help(command, wide(80)), COLOUR.matcher(coloured).replaceAll(""));
        assertFalse(help(command, Terminal.none()).contains("\u001b"));
    }
}
