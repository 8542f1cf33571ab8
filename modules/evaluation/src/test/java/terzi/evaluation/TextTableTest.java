package terzi.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class TextTableTest {
    private static TextTable table() {
        TextTable table = new TextTable("trial", "time", "settings").endingInWords();
        table.row("1", "12 s", "a=1");
        table.row("10", "1 s", "a=1 b=22");
        return table;
    }

    @Test
    void aColumnOfWordsStandsLeft() {
        String expected = String.join(
                System.lineSeparator(), "trial  time  settings", "1      12 s  a=1", "10      1 s  a=1 b=22");
        assertEquals(expected, table().text(21));
    }

    @Test
    void aTableThatIsTooWideIsAList() {
        String expected = String.join(
                System.lineSeparator(),
                "1",
                "  time      12 s",
                "  settings  a=1",
                "10",
                "  time      1 s",
                "  settings  a=1 b=22");
        assertEquals(expected, table().text(20));
    }
}
