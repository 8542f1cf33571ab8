package terzi.inference;

import java.util.ArrayList;
import java.util.List;

/** Reads a JSON array of strings (RFC 8259), the one piece of JSON that inference needs. */
final class JsonStrings {

    private final String text;
    private int position;

    private JsonStrings(String text) {
        this.text = text;
    }

    /** @throws IllegalArgumentException when the text is anything but an array of strings; names the place */
    static List<String> parse(String text) {
        JsonStrings reader = new JsonStrings(text);
        List<String> strings = reader.array();
        reader.skipSpace();
        if (reader.position < text.length()) {
            throw reader.expected("the end");
        }
        return List.copyOf(strings);
    }

    private List<String> array() {
        List<String> strings = new ArrayList<>();
        skipSpace();
        take('[');
        skipSpace();
        if (peek() == ']') {
            position++;
            return strings;
        }
        while (true) {
            skipSpace();
            strings.add(string());
            skipSpace();
            if (peek() == ']') {
                position++;
                return strings;
            }
            take(',');
        }
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
                "JSON array of strings: expected " + what + " at character " + position + ", found " + found);
    }
}
