package terzi.inference;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON as RFC 8259 has it: objects as {@link Map}, arrays as {@link List}, numbers as {@link Double}, and the rest as
 * Java's own; no more is needed here, and applications have a JSON library of their own whose version they choose.
 */
final class Json {

    private static final int MAX_DEPTH = 100;

    private final String text;
    private int position;
    private int depth;

    private Json(String text) {
        this.text = text;
    }

    /** @throws IllegalArgumentException when the text is not JSON; names the place */
    static @Nullable Object parse(String text) {
        Json reader = new Json(text);
        Object value = reader.value();
        reader.skipSpace();
        if (reader.position < text.length()) {
            throw reader.expected("the end");
        }
        return value;
    }

    /** @throws IllegalArgumentException when the text is anything but an array of strings */
    static List<String> strings(String text) {
        List<String> strings = new ArrayList<>();
        if (!(parse(text) instanceof List<?> values)) {
            throw new IllegalArgumentException("JSON: expected an array of strings");
        }
        for (Object value : values) {
            if (!(value instanceof String string)) {
                throw new IllegalArgumentException("JSON: expected an array of strings, found " + value + " in it");
            }
            strings.add(string);
        }
        return List.copyOf(strings);
    }

    /** @throws IllegalArgumentException when the text is anything but an object */
    static Map<?, ?> object(String text) {
        if (parse(text) instanceof Map<?, ?> object) {
            return object;
        }
        throw new IllegalArgumentException("JSON: expected an object");
    }

    private @Nullable Object value() {
        skipSpace();
        return switch (peek()) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> string();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            case 'n' -> word("null", null);
            default -> number();
        };
    }

    private Map<String, @Nullable Object> object() {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        enter('{');
        while (peek() != '}') {
            int start = position;
            String key = string();
            skipSpace();
            take(':');
            if (object.containsKey(key)) {
                position = start;
                throw expected("another key than \"" + key + "\", which is there twice");
            }
            object.put(key, value());
            next('}');
        }
        leave();
        return object;
    }

    private List<@Nullable Object> array() {
        List<@Nullable Object> array = new ArrayList<>();
        enter('[');
        while (peek() != ']') {
            array.add(value());
            next(']');
        }
        leave();
        return array;
    }

    private void enter(char bracket) {
        if (++depth > MAX_DEPTH) {
            throw expected("no more than " + MAX_DEPTH + " levels");
        }
        take(bracket);
        skipSpace();
    }

    /** After an element: the end, or a comma with another element behind it. */
    private void next(char end) {
        skipSpace();
        if (peek() == end) {
            return;
        }
        take(',');
        skipSpace();
        if (peek() == end) {
            throw expected("another element after the comma");
        }
    }

    private void leave() {
        position++;
        depth--;
    }

    private @Nullable Object word(String word, @Nullable Object value) {
        if (!text.startsWith(word, position)) {
            throw expected(word);
        }
        position += word.length();
        return value;
    }

    private Double number() {
        int start = position;
        if (peek() == '-') {
            position++;
        }
        boolean isZeroFirst = peek() == '0';
        int digits = digits();
        if (digits == 0 || (isZeroFirst && digits > 1)) {
            position = start;
            throw expected("a value");
        }
        if (peek() == '.') {
            position++;
            requireDigits();
        }
        if (peek() == 'e' || peek() == 'E') {
            position++;
            if (peek() == '+' || peek() == '-') {
                position++;
            }
            requireDigits();
        }
        return Double.valueOf(text.substring(start, position));
    }

    private void requireDigits() {
        if (digits() == 0) {
            throw expected("a digit");
        }
    }

    private int digits() {
        int start = position;
        while (peek() >= '0' && peek() <= '9') {
            position++;
        }
        return position - start;
    }

    private String string() {
        take('"');
        StringBuilder result = new StringBuilder();
        while (true) {
            int c = peek();
            if (c < 0x20) { // also the end of the text
                throw expected("a closing '\"'");
            }
            position++;
            if (c == '"') {
                return result.toString();
            }
            result.append(c == '\\' ? escape() : (char) c);
        }
    }

    private char escape() {
        int c = peek();
        position++;
        return switch (c) {
            case '"', '\\', '/' -> (char) c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> unicode();
            default -> {
                position--;
                throw expected("one of \" \\ / b f n r t u after the backslash");
            }
        };
    }

    private char unicode() {
        int value = 0;
        for (int i = 0; i < 4; i++) {
            int digit = hexDigit(peek());
            if (digit < 0) {
                throw expected("four hexadecimal digits");
            }
            value = value * 16 + digit;
            position++;
        }
        return (char) value;
    }

    private static int hexDigit(int c) {
        return c >= '0' && c <= '9'
                ? c - '0'
                : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
    }

    private void skipSpace() {
        while (position < text.length() && " \t\r\n".indexOf(text.charAt(position)) >= 0) {
            position++;
        }
    }

    /** The character at the position, or -1 at the end. */
    private int peek() {
        return position < text.length() ? text.charAt(position) : -1;
    }

    private void take(char wanted) {
        if (peek() != wanted) {
            throw expected("'" + wanted + "'");
        }
        position++;
    }

    private IllegalArgumentException expected(String what) {
        String found = peek() < 0 ? "the end" : "'" + (char) peek() + "'";
        return new IllegalArgumentException(
                "JSON: expected " + what + " at character " + position + ", found " + found);
    }
}
