package terzi.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

    @Test
    void readsArraysOfStringsWithAllEscapes() {
        assertEquals(List.of(), Json.strings(" [ ] "));
        assertEquals(List.of("a", "", "b c"), Json.strings("[\"a\" , \"\",\n\t\"b c\"]"));
        assertEquals(
                List.of("\" \\ / \b \f \n \r \t \u00e9 \ud83d\udc5f"),
                Json.strings("[\"\\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u00e9 \\uD83D\\udc5f\"]"));
        assertEquals(List.of("\u00e9\ud83d\udc5f"), Json.strings("[\"\u00e9\ud83d\udc5f\"]"));
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
                "[\"a\"] x",
                "[\"a\nb\"]",
                "[01]",
                "[1.]",
                "[.5]",
                "[-]",
                "[1e]",
                "[+1]",
                "[NaN]",
                "[nul]",
                "{",
                "{\"a\"}",
                "{\"a\":1,}",
                "{\"a\":1 \"b\":2}",
                "{\"a\":1,\"a\":2}",
                "{a:1}",
                "[\"\\u\u0661\u0661\u0661\u0661\"]"
            })
    void refusesAnythingElseAndTellsWhere(String text) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> Json.parse(text));
        assertTrue(e.getMessage().contains("at character"), e.getMessage());
    }

    @Test
    void readsObjectsNumbersAndWords() {
        assertEquals(
                Map.of("a", 1.0, "b", List.of(true, false, -2.5e-3, 10.0, 0.0), "c", Map.of("d", "e", "f", Map.of())),
                Json.parse(" {\"a\" : 1, \"b\":[true, false ,-2.5E-3,1e+1,0], \"c\":{\"d\":\"e\",\"f\":{}} } "));
        assertNull(Json.parse("null"));
        assertEquals("x", Json.parse("\"x\""));
        assertThrows(IllegalArgumentException.class, () -> Json.strings("[1]"));
        assertThrows(IllegalArgumentException.class, () -> Json.strings("{}"));
        assertThrows(IllegalArgumentException.class, () -> Json.object("[]"));
    }

    @Test
    void nestingIsLimited() {
        assertEquals(List.of(), Json.strings("[]"));
        Json.parse("[".repeat(100) + "]".repeat(100));
        assertThrows(IllegalArgumentException.class, () -> Json.parse("[".repeat(101) + "]".repeat(101)));
        assertThrows(IllegalArgumentException.class, () -> Json.parse("{\"a\":".repeat(1_000_000)));
    }

    /** Levels are counted down again: what stands side by side is as deep as one of it. */
    @Test
    void anyNumberOfElementsMayStandSideBySide() {
        assertEquals(
                1000,
                Json.object("{\"a\":[" + "[],".repeat(999) + "{}]}").get("a") instanceof List<?> all ? all.size() : 0);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "[\"\\x\"]|one of \" \\ / b f n r t u after the backslash at character 3, found 'x'",
                "[|a value at character 1, found the end",
                "[1,]|another element after the comma at character 3, found ']'",
                "{\"a\":1,\"a\":2}|another key than \"a\", which is there twice at character 7, found '\"'",
                "[1 2]|',' at character 3, found '2'",
                "[1] x|the end at character 4, found 'x'"
            })
    void refusalsNameThePlaceAndWhatIsThere(String text, String message) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> Json.parse(text));
        assertEquals("JSON: expected " + message, e.getMessage());
    }

    @Test
    void aCharacterOfCodeZeroIsNotTheEnd() {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> Json.parse("[1\u0000"));
        assertEquals("JSON: expected ',' at character 2, found '\u0000'", e.getMessage());
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
            assertEquals(strings, Json.strings(json + "]"), "seed " + seed);
        }
    }
}
