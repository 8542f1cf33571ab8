package terzi.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
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

    /** The first and the last of a range of Unicode's EastAsianWidth.txt (W or F), and their neighbours outside of it. */
    @ParameterizedTest
    @CsvSource({
        "10FF, 1", "1100, 2", "115F, 2", "2319, 1", "231A, 2", "231B, 2", "231C, 1", "2328, 1", "2329, 2", "232B, 1",
        "2E7F, 1", "2E80, 2", "303E, 2", "303F, 1", "4DBF, 2", "A4CF, 2", "ABFF, 1", "AC00, 2", "D7A3, 2", "D7A4, 1",
        "FF00, 1", "FF01, 2", "FF60, 2", "FF61, 1", "FFE0, 2", "FFE6, 2", "FFE8, 1", "1F64F, 2", "1F680, 2", "1F6C5, 2",
        "1F6C6, 1", "20000, 2", "3FFFD, 2", "E0100, 0"
    })
    void theBordersOfWideCharactersAreUnicodes(String codePoint, int width) {
        assertEquals(width, TextColumns.width(Character.toString(Integer.parseInt(codePoint, 16))));
    }

    /** wcwidth: control characters and what joins the letter before it take no column; the vowels of Korean syllables too. */
    @ParameterizedTest
    @CsvSource({
        "0, 0", "1F, 0", "20, 1", "7E, 1", "7F, 0", "9F, 0", "A0, 1", "FF, 1", "2FF, 1", "300, 0", "36F, 0", "370, 1",
        "20DD, 0", "200B, 0", "115F, 2", "1160, 0", "11FF, 0", "1200, 1"
    })
    void whatJoinsOrControlsTakesNoColumn(String codePoint, int width) {
        assertEquals(width, TextColumns.width(Character.toString(Integer.parseInt(codePoint, 16))));
    }

    @Property(tries = 300, seed = "20261130")
    void paddingFillsTheColumnsAndBreakingKeepsTheWords(
            @ForAll @Size(max = 30) List<@From("word") String> words, @ForAll @IntRange(min = 1, max = 60) int width) {
        String line = String.join(" ", words);
        assertEquals(Math.max(width, TextColumns.width(line)), TextColumns.width(TextColumns.left(line, width)));
        assertEquals(Math.max(width, TextColumns.width(line)), TextColumns.width(TextColumns.right(line, width)));
        assertTrue(TextColumns.left(line, width).startsWith(line)
                && TextColumns.right(line, width).endsWith(line));

        List<String> lines = TextColumns.wrapped(line, width, 2);
        assertEquals(line, lines.stream().map(String::strip).collect(Collectors.joining(" ")));
        for (int i = 0; i < lines.size(); i++) {
            String one = lines.get(i);
            assertTrue(TextColumns.width(one) <= width || !one.strip().contains(" "), one);
            assertTrue(i == 0 || (one.startsWith("  ") && one.charAt(2) != ' '), "the indent of: " + one);
            if (i > 0) {
                String first = one.strip().split(" ", 2)[0];
                assertTrue(
                        TextColumns.width(lines.get(i - 1)) + 1 + TextColumns.width(first) > width,
                        first + " had room in: " + lines.get(i - 1));
            }
        }
    }

    @Provide
    Arbitrary<String> word() {
        return Arbitraries.strings().withChars("abx猫\u0301").ofMinLength(1).ofMaxLength(9);
    }

    @Test
    void theIndentIsThatOfTheLastColumnInTheFirstHalf() {
        // columns begin at 4, 10 and 18: half of 20 is 10, which still counts
        assertEquals(List.of("a   b     c     d", "          eeee"), TextColumns.wrapped("a   b     c     d eeee", 20));
        assertEquals(List.of("a   b      c", "    ddd"), TextColumns.wrapped("a   b      c ddd", 13));
        // colours take no room, and blanks at the end are no column
        assertEquals(
                List.of("\u001b[1ma\u001b[0m   bb", "    cccc"),
                TextColumns.wrapped("\u001b[1ma\u001b[0m   bb cccc", 8));
    }
}
