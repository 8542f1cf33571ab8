package terzi.cli;

import java.util.List;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** What {@code --json} prints: maps, lists and records as one object, keys in the order they were put. */
final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .disable(tools.jackson.databind.MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .build();

    private Json() {}

    static String text(Object value) {
        return MAPPER.writeValueAsString(value);
    }

    static List<String> strings(String json) {
        return List.of(MAPPER.readValue(json, String[].class));
    }

    /** A value that already is JSON text, to be put inside another. */
    static Object parsed(String json) {
        return MAPPER.readTree(json);
    }
}
