package terzi.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Values written as RFC 8259 allows are read back; anything else is refused, and soon. */
class JsonPropertyTest {

    @Provide
    Arbitrary<Object> values() {
        Arbitrary<Object> leaves = Arbitraries.oneOf(
                Arbitraries.strings().ofMaxLength(6).map(text -> text),
                Arbitraries.doubles().between(-1e9, 1e9).map(number -> number),
                Arbitraries.of(true, false),
                Arbitraries.just(Nothing.NULL));
        return Arbitraries.recursive(
                () -> leaves,
                inner -> Arbitraries.oneOf(
                        inner.list().ofMaxSize(3).map(list -> list),
                        Arbitraries.maps(Arbitraries.strings().ofMaxLength(4), inner)
                                .ofMaxSize(3)
                                .map(map -> map)),
                0,
                3);
    }

    private enum Nothing {
        NULL
    }

    /** A writer of its own: spaces, escapes and forms of numbers are drawn. */
    private static void write(Object value, Random random, StringBuilder json) {
        space(random, json);
        if (value instanceof String text) {
            write(text, random, json);
        } else if (value instanceof Double number) {
            json.append(random.nextBoolean() ? number.toString() : new java.math.BigDecimal(number).toPlainString());
        } else if (value instanceof List<?> list) {
            json.append('[');
            for (int i = 0; i < list.size(); i++) {
                json.append(i > 0 ? "," : "");
                write(list.get(i), random, json);
            }
            space(random, json);
            json.append(']');
        } else if (value instanceof Map<?, ?> map) {
            json.append('{');
            String comma = "";
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                json.append(comma);
                space(random, json);
                write((String) entry.getKey(), random, json);
                space(random, json);
                json.append(':');
                write(entry.getValue(), random, json);
                comma = ",";
            }
            space(random, json);
            json.append('}');
        } else {
            json.append(value == Nothing.NULL ? "null" : value);
        }
        space(random, json);
    }

    private static void space(Random random, StringBuilder json) {
        for (int i = random.nextInt(3); i > 0; i--) {
            json.append(" \t\r\n".charAt(random.nextInt(4)));
        }
    }

    private static void write(String text, Random random, StringBuilder json) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int place = "\"\\/\b\f\n\r\t".indexOf(c);
            if (place >= 0 && random.nextBoolean()) {
                json.append('\\').append("\"\\/bfnrt".charAt(place));
            } else if (c < 32 || c == '"' || c == '\\' || random.nextInt(4) == 0) {
                json.append(String.format(random.nextBoolean() ? "\\u%04x" : "\\u%04X", (int) c));
            } else {
                json.append(c);
            }
        }
        json.append('"');
    }

    private static Object withNulls(Object read) {
        if (read instanceof Map<?, ?> map) {
            Map<Object, Object> copy = new LinkedHashMap<>();
            map.forEach((key, value) -> copy.put(key, withNulls(value == null ? Nothing.NULL : value)));
            return copy;
        }
        return read instanceof List<?> list
                ? list.stream()
                        .map(value -> withNulls(value == null ? Nothing.NULL : value))
                        .toList()
                : read;
    }

    @Property(tries = 400, seed = "20261130")
    void whatIsWrittenIsReadBack(@ForAll("values") Object value, @ForAll long seed) {
        StringBuilder json = new StringBuilder();
        write(value, new Random(seed), json);
        Object read = Json.parse(json.toString());
        assertEquals(value, withNulls(read == null ? Nothing.NULL : read), json.toString());
    }

    /** One character changed, dropped or doubled, or the end cut off: a value, or a refusal that names a place in the text. */
    @Property(tries = 400, seed = "20261130")
    void damagedTextIsRefusedAtAPlaceInIt(
            @ForAll("values") Object value, @ForAll long seed, @ForAll @IntRange(min = 0, max = 3) int kind) {
        Random random = new Random(seed);
        StringBuilder json = new StringBuilder();
        write(List.of(value), random, json);
        int at = random.nextInt(json.length());
        switch (kind) {
            case 0 -> json.setCharAt(at, "{}[]\",:\\-+.eE0u \u0000".charAt(random.nextInt(17)));
            case 1 -> json.deleteCharAt(at);
            case 2 -> json.insert(at, json.charAt(at));
            default -> json.setLength(at);
        }
        try {
            Json.parse(json.toString());
        } catch (IllegalArgumentException e) {
            String message = String.valueOf(e.getMessage());
            assertTrue(message.startsWith("JSON: expected "), message);
            int place = Integer.parseInt(message.replaceAll("(?s).* at character (\\d+), found .*", "$1"));
            assertTrue(place >= 0 && place <= json.length(), message + " in " + json);
        }
    }

    /** Long and deep texts: linear time, no overflow of the stack. */
    @Property(tries = 20, seed = "20261130")
    void hostileTextEndsSoon(@ForAll @IntRange(min = 0, max = 5) int kind) {
        String part = List.of("[", "{\"a\":", "9", "\"\\u00", "[[],", " ").get(kind);
        try {
            Json.parse(part.repeat(200_000));
        } catch (IllegalArgumentException e) {
            assertTrue(String.valueOf(e.getMessage()).contains("at character"), e.getMessage());
        }
    }
}
