package terzi.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextColumnsTest {
    /** As Python's wcwidth 0.2.13 has them (wcswidth). */
    @ParameterizedTest
    @CsvSource({
        "plain, 5",
        "Çaydanlık, 9",
        "猫, 2",
        "カタカナ, 8",
        "ｶﾀｶﾅ, 4",
        "한국어, 6",
        "，。, 4",
        "e\u0301le\u0301phant, 8",
        "\ud83d\udc4d, 2",
        "\ud83d\udc31x, 3",
        "Ａ, 2",
        "①, 1",
        "±, 1",
        "x, 1",
        "\u0e01\u0e33, 2",
        "\ud83c\udde9\ud83c\uddea, 2",
        "⚡, 2",
        "★, 1"
    })
    void widthsAreThoseOfTerminals(String text, int width) {
        assertEquals(width, TextColumns.width(text));
    }

    @Test
    void coloursTakeNoColumns() {
        assertEquals(5, TextColumns.width("\u001b[31merror\u001b[0m"));
    }

    @Test
    void paddingCountsColumns() {
        assertEquals("猫  |", TextColumns.left("猫", 4) + "|");
        assertEquals("  猫|", TextColumns.right("猫", 4) + "|");
        assertEquals("long", TextColumns.left("long", 2));
    }

    @Test
    void linesAreBrokenBetweenWords() {
        assertEquals(List.of("one two", "three", "four"), TextColumns.wrapped("one two three four", 8));
        assertEquals(
                List.of("a", "/path/that/is/too/long", "b"), TextColumns.wrapped("a /path/that/is/too/long b", 10));
        assertEquals(List.of("猫猫 猫", "犬"), TextColumns.wrapped("猫猫 猫 犬", 8));
        assertEquals(List.of("as it is"), TextColumns.wrapped("as it is", 8));
    }

    @Test
    void laterLinesStandBelowTheTextOfTheirColumn() {
        assertEquals(
                List.of("  --seed   where random", "           numbers come", "           from"),
                TextColumns.wrapped("  --seed   where random numbers come from", 24));
    }

    @Test
    void aQuotedCommandStaysWhole() {
        assertEquals(List.of("run", "'./terzi train m'", "now"), TextColumns.wrapped("run './terzi train m' now", 20));
    }
}
