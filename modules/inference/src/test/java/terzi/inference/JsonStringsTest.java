package terzi.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonStringsTest {

    @Test
    void readsArraysOfStringsWithAllEscapes() {
        assertEquals(List.of(), JsonStrings.parse(" [ ] "));
        assertEquals(List.of("a", "", "b c"), JsonStrings.parse("[\"a\" , \"\",\n\t\"b c\"]"));
        assertEquals(
                List.of("\" \\ / \b \f \n \r \t \u00e9 \ud83d\udc5f"),
                JsonStrings.parse("[\"\\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u00e9 \\uD83D\\udc5f\"]"));
        assertEquals(List.of("\u00e9\ud83d\udc5f"), JsonStrings.parse("[\"\u00e9\ud83d\udc5f\"]"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[",
                "]",
                "[\"a\"",
                "[\"a\",]",
                "[,]",
                "[\"a\" \"b\"]",
                "[\"a]",
                "[\"\\x\"]",
                "[\"\\u12g4\"]",
                "[\"\\u12",
                "[1]",
                "{}",
                "[\"a\"] x",
                "[\"a\nb\"]",
                "[null]",
                "[\"\\u\u0661\u0661\u0661\u0661\"]"
            })
    void refusesAnythingElseAndTellsWhere(String text) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> JsonStrings.parse(text));
        assertTrue(e.getMessage().contains("at character"), e.getMessage());
    }

    @Test
    void readsBackWhateverIsEscaped() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 2000; round++) {
            List<String> strings = new ArrayList<>();
            StringBuilder json = new StringBuilder("[");
            for (int i = random.nextInt(4); i > 0; i--) {
                StringBuilder text = new StringBuilder();
                json.append(strings.isEmpty() ? "\"" : ",\"");
                for (int c = random.nextInt(6); c > 0; c--) {
                    char character = (char) random.nextInt(random.nextBoolean() ? 128 : 65536);
                    text.append(character);
                    boolean plain = character >= 32 && character != '"' && character != '\\' && random.nextBoolean();
                    json.append(plain ? String.valueOf(character) : String.format("\\u%04x", (int) character));
                }
                json.append('"');
                strings.add(text.toString());
            }
            assertEquals(strings, JsonStrings.parse(json + "]"), "seed " + seed);
        }
    }
}
