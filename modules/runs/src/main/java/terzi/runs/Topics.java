package terzi.runs;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Topics of sentences and facts: identifiers in JSON, words for people. */
public final class Topics {
    private static final Map<String, String> NAMES =
            Map.of("terzi", "Terzi", "java", "Java", "onnx_runtime", "ONNX Runtime");

    private Topics() {}

    /** The identifier of a topic: {@code how_good} for {@code how good}. */
    static String key(String title) {
        return title.toLowerCase(Locale.ROOT).replace("'s", "").replace("-", "").replaceAll("[^a-z0-9]+", "_");
    }

    /**
     * {@return the topic as words: {@code how good} for {@code how_good}}
     *
     * @param key of a sentence or a fact in JSON
     */
    public static String title(String key) {
        return NAMES.getOrDefault(key, key.replace('_', ' '));
    }

    /** The same by identifiers; what is by identifiers already stays. */
    static Map<String, String> byKey(Map<String, String> byTitle) {
        Map<String, String> all = new LinkedHashMap<>();
        byTitle.forEach((title, text) -> all.put(key(title), text));
        return all;
    }

    static Map<String, String> byTitle(Map<String, String> byKey) {
        Map<String, String> all = new LinkedHashMap<>();
        byKey.forEach((key, text) -> all.put(title(key), text));
        return all;
    }
}
