package terzi.training.recipe;

import java.util.Locale;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The spelling of keys in recipes and JSON files: {@code snake_case}. Files of before version 0.1 have {@code camelCase}. */
public final class SnakeCase {
    private static final Pattern CAMEL_CASE = Pattern.compile("[a-z][a-z0-9]*([A-Z][a-z0-9]*)+");
    private static final Pattern HUMP = Pattern.compile("[A-Z]");

    private SnakeCase() {}

    /**
     * Spells a key in {@code snake_case}.
     *
     * @param key in {@code camelCase} or any other spelling
     * @return the key itself where it is not in {@code camelCase}
     */
    public static String of(String key) {
        return CAMEL_CASE.matcher(key).matches()
                ? HUMP.matcher(key).replaceAll(hump -> "_" + hump.group().toLowerCase(Locale.ROOT))
                : key;
    }

    /**
     * Spells all keys of a tree in {@code snake_case}.
     *
     * @param node the tree
     * @return a new tree
     */
    public static JsonNode keys(JsonNode node) {
        if (node instanceof ArrayNode array) {
            ArrayNode all = JsonMapper.shared().createArrayNode();
            array.forEach(element -> all.add(keys(element)));
            return all;
        }
        if (node instanceof ObjectNode object) {
            ObjectNode all = JsonMapper.shared().createObjectNode();
            object.properties().forEach(entry -> all.set(of(entry.getKey()), keys(entry.getValue())));
            return all;
        }
        return node;
    }
}
