package terzi.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import terzi.evaluation.TextColumns;
import terzi.evaluation.TextTable;

class TerminalTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @AfterEach
    void forgetHowItWasCalled() {
        System.clearProperty("terzi.command");
    }

    private static Terminal terminal(Map<String, String> properties, Map<String, String> environment) {
        return Terminal.of(properties::get, environment);
    }

    private Console console(Terminal terminal) {
        return new Console(
                new Streams(
                        new PrintWriter(out), new PrintWriter(err), new ByteArrayInputStream(new byte[0]), terminal),
                Verbosity.NORMAL,
                false,
                "");
    }

    private static final Map<String, String> BOTH = Map.of("terzi.out.columns", "50", "terzi.columns", "70");

    @Test
    void eachStreamHasAWidthOfItsOwn() {
        Terminal both = terminal(BOTH, Map.of("TERM", "xterm"));
        assertEquals(OptionalInt.of(50), both.outColumns());
        assertEquals(OptionalInt.of(70), both.errColumns());
        assertEquals(50, both.helpColumns());
        Terminal piped = terminal(Map.of("terzi.columns", "70"), Map.of("TERM", "xterm"));
        assertTrue(piped.outColumns().isEmpty());
        assertEquals(80, piped.helpColumns(), "help in a pipe has 80 columns");
        assertFalse(piped.outColour());
        assertTrue(piped.errColour());
    }

    @Test
    void columnsOfTheEnvironmentAreTheUsersWish() {
        assertEquals(OptionalInt.of(66), terminal(BOTH, Map.of("COLUMNS", "66")).outColumns());
        assertEquals(66, terminal(Map.of(), Map.of("COLUMNS", "66")).helpColumns());
        for (String nonsense : new String[] {"", "0", "wide", "-3", "999999999999"}) {
            assertEquals(
                    OptionalInt.of(50),
                    terminal(BOTH, Map.of("COLUMNS", nonsense)).outColumns(),
                    nonsense);
        }
    }

    @ParameterizedTest
    @CsvSource({"''", "0", "'0 0'", "5"})
    void aTerminalThatDoesNotTellItsWidthHas80Columns(String found) {
        assertEquals(
                OptionalInt.of(80),
                terminal(Map.of("terzi.out.columns", found), Map.of()).outColumns());
    }

    @ParameterizedTest
    @CsvSource({
        "xterm-256color, '', true",
        "xterm, 1, false",
        "xterm, 0, false", // no-color.org: whatever its value
        "dumb, '', false",
        "'', '', true"
    })
    void coloursAreForTerminalsThatHaveSomeAndUsersWhoWantThem(String term, String noColor, boolean colours) {
        Terminal terminal = terminal(BOTH, Map.of("TERM", term, "NO_COLOR", noColor));
        assertEquals(colours, terminal.outColour());
        assertEquals(colours, terminal.errColour());
        assertFalse(terminal(Map.of(), Map.of("TERM", term)).outColour(), "no terminal, no colours");
        assertFalse(terminal(BOTH, Map.of()).outColour(), "no TERM, no colours");
    }

    @Test
    void sentencesAreBrokenBetweenWordsOnATerminalOnly() {
        String sentence = "one two three four five six seven eight nine ten eleven twelve thirteen";
        Console narrow = console(terminal(BOTH, Map.of()));
        narrow.print(sentence);
        assertEquals("one two three four five six seven eight nine ten\neleven twelve thirteen\n", out.toString());
        narrow.warn(sentence);
        assertEquals(
                "warning: one two three four five six seven eight nine ten eleven\ntwelve thirteen\n", err.toString());
        out.getBuffer().setLength(0);
        console(Terminal.none()).print(sentence);
        assertEquals(sentence + "\n", out.toString(), "what a program reads has one line for each");
    }

    @Test
    void longPathsStayWholeAndTextGoesOnBelowItsColumn() {
        Console narrow = console(terminal(BOTH, Map.of()));
        String path = "/a/very/long/path/that/does/not/fit/into/fifty/columns/classifier.onnx";
        narrow.print("classifier: " + path);
        assertEquals("classifier:\n" + path + "\n", out.toString());
        out.getBuffer().setLength(0);
        narrow.print("ok    cpu              AMD EPYC; avx2 fma f16c no bf16, so training runs in fp32");
        assertEquals(
                "ok    cpu              AMD EPYC; avx2 fma f16c no\n"
                        + " ".repeat(23)
                        + "bf16, so training runs in\n"
                        + " ".repeat(23)
                        + "fp32\n",
                out.toString());
    }

    @Test
    void commandsAreAsThisOneWasCalledAndStayOnOneLine() {
        System.setProperty("terzi.command", "./my tools/terzi");
        Console narrow = console(terminal(BOTH, Map.of()));
        narrow.print("next: terzi classify '/a/folder/with a long name/and more of it' IMAGE");
        assertEquals(
                "next: './my tools/terzi' classify '/a/folder/with a long name/and more of it' IMAGE\n",
                out.toString());
        narrow.error("m: there is no classifier; make one with: terzi train m");
        assertEquals("error: m: there is no classifier; make one with: './my tools/terzi' train m\n", err.toString());
        assertEquals("a terzi told me", Shell.asCalled("a terzi told me"));
        assertEquals("or use the CPU: --device cpu", Shell.asCalled("or use the CPU: withDevice(Device.cpu())"));
        assertEquals("Try './my tools/terzi' train --help.", Shell.asCalled("Try 'terzi train --help'."));
        assertEquals("/data/terzi train/a.png", Shell.asCalled("/data/terzi train/a.png"));
    }

    @Test
    void onlyTheKindOfAMessageIsColoured() {
        console(terminal(BOTH, Map.of("TERM", "xterm"))).error("something is wrong");
        assertEquals("\u001b[31merror:\u001b[0m something is wrong\n", err.toString());
    }

    @Test
    void aTableThatDoesNotFitBecomesAListOfItsRows() {
        TextTable table = new TextTable("run", "accuracy", "images");
        table.row("猫", "99.50 %", "10,000 test");
        table.row("second", "9.00 %", "7 test");
        assertEquals(
                "run     accuracy       images\n猫       99.50 %  10,000 test\nsecond    9.00 %       7 test",
                table.text(29));
        String list = table.text(28);
        assertTrue(list.startsWith("猫\n  accuracy  99.50 %\n  images    10,000 test\nsecond\n"), list);
        assertTrue(list.lines().allMatch(line -> TextColumns.width(line) <= 28), list);
    }
}
