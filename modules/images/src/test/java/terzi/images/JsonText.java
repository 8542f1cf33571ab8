package terzi.images;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the JSON of golden files: no escapes but \\" in texts, and no more is needed. */
final class JsonText {
    private final String text;
    private int at;

    private JsonText(String text) {
        this.text = text;
    }

    static Map<?, ?> object(String text) {
        JsonText json = new JsonText(text);
        if (json.value() instanceof Map<?, ?> map && json.at == text.length()) {
            return map;
        }
        throw new IllegalArgumentException("not one object: " + text);
    }

    private @Nullable Object value() {
        return switch (text.charAt(at)) {
            case '{' -> map();
            case '[' -> list();
            case '"' -> quoted();
            default -> word();
        };
    }

    private Map<String, @Nullable Object> map() {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        at++;
        while (text.charAt(at) != '}') {
            String key = quoted();
            at++; // the colon
            map.put(key, value());
            at += text.charAt(at) == ',' ? 1 : 0;
        }
        at++;
        return map;
    }

    private List<@Nullable Object> list() {
        List<@Nullable Object> list = new ArrayList<>();
        at++;
        while (text.charAt(at) != ']') {
            list.add(value());
            at += text.charAt(at) == ',' ? 1 : 0;
        }
        at++;
        return list;
    }

    private String quoted() {
        StringBuilder quoted = new StringBuilder();
        for (at++; text.charAt(at) != '"'; at++) {
            at += text.charAt(at) == '\\' ? 1 : 0;
            quoted.append(text.charAt(at));
        }
        at++;
        return quoted.toString();
    }

    private @Nullable Object word() {
        int from = at;
        while (",]}".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        String word = text.substring(from, at).strip();
        return switch (word) {
            case "true" -> true;
            case "false" -> false;
            case "null" -> null;
            default -> word.matches("-?\\d+") ? (Object) Long.valueOf(word) : (Object) Double.valueOf(word);
        };
    }
}
