package terzi.training.recipe;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A piece of YAML that knows where it stands. */
sealed interface YamlNode {
    /** Where this stands, for messages: {@code recipe.yaml:12}. */
    String where();

    /** @param text null for YAML's null */
    record Scalar(String where, @Nullable String text) implements YamlNode {}

    record Sequence(String where, List<YamlNode> items) implements YamlNode {}

    /** @param entries in the file's order, by the folded key; the map may be changed by overrides */
    record Mapping(String where, Map<String, Entry> entries) implements YamlNode {
        Mapping(String where) {
            this(where, new LinkedHashMap<>());
        }

        @Nullable Entry get(String key) {
            return entries.get(RecordType.fold(key));
        }

        /** @return the value that this key had before in any spelling, or null */
        @Nullable Entry put(Entry entry) {
            return entries.put(RecordType.fold(entry.key()), entry);
        }
    }

    /**
     * @param where the key stands
     * @param key in the file's spelling
     */
    record Entry(String where, String key, YamlNode value) {}

    private static String shortened(String text) {
        int most = 60;
        return text.length() <= most ? text : text.substring(0, most) + "…";
    }

    /** What this is, in a user's words. */
    default String kind() {
        if (this instanceof Scalar scalar) {
            return scalar.text() == null ? "nothing" : "'" + shortened(scalar.text()) + "'";
        }
        return this instanceof Sequence ? "a list" : "keys and values";
    }
}
