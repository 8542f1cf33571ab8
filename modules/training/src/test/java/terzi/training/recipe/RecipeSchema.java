package terzi.training.recipe;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The JSON Schema (2020-12) of a kind of recipes, from {@link RecordType}, by which recipes are read. It allows the spelling that recipes
 * are written in, and states names, kinds of values, required keys and defaults; ranges of numbers are checked by reading a recipe.
 */
final class RecipeSchema {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String NUMBER = "[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?";

    private final Documentation documentation;
    private final Optional<YamlRecords.Presets<?>> presets;
    private final Map<String, ObjectNode> definitions = new TreeMap<>();
    private final Map<String, Class<?>> defined = new TreeMap<>();

    private RecipeSchema(Documentation documentation, Optional<YamlRecords.Presets<?>> presets) {
        this.documentation = documentation;
        this.presets = presets;
    }

    static ObjectNode of(YamlRecords<?> format, Documentation documentation) {
        RecipeSchema schema = new RecipeSchema(documentation, format.presets());
        ObjectNode root = JSON.createObjectNode().put("$schema", "https://json-schema.org/draft/2020-12/schema");
        root.setAll(schema.object(format.type()));
        ObjectNode definitions = root.putObject("$defs");
        schema.definitions.forEach(definitions::set);
        return root;
    }

    private ObjectNode value(Type type) {
        if (type instanceof ParameterizedType list) {
            Type kind = list.getActualTypeArguments()[0];
            ObjectNode array = JSON.createObjectNode().put("type", "array");
            array.set("items", value(kind));
            return kind == Path.class ? any(value(kind), array) : array;
        }
        Class<?> raw = (Class<?>) type;
        if (raw.isRecord() || raw.isEnum() || RecordType.isChoice(raw)) {
            return JSON.createObjectNode().put("$ref", "#/$defs/" + define(raw));
        } else if (raw == boolean.class) {
            return JSON.createObjectNode().put("type", "boolean");
        } else if (raw == int.class || raw == long.class) {
            return JSON.createObjectNode().put("type", "integer");
        } else if (raw == double.class || raw == Double.class || raw == float.class || raw == Float.class) {
            definitions.put(
                    "number", types("number", "string").put("pattern", "^" + NUMBER + "( */ *" + NUMBER + ")?$"));
            return JSON.createObjectNode().put("$ref", "#/$defs/number");
        } else if (raw == Path.class) {
            return types("string");
        } else if (raw == String.class) {
            return types("string", "number", "boolean");
        }
        throw new IllegalArgumentException("a recipe cannot hold a " + raw);
    }

    private static ObjectNode types(String... types) {
        ObjectNode node = JSON.createObjectNode();
        if (types.length == 1) {
            return node.put("type", types[0]);
        }
        ArrayNode array = node.putArray("type");
        Arrays.stream(types).forEach(array::add);
        return node;
    }

    private static ObjectNode any(ObjectNode... alternatives) {
        ObjectNode node = JSON.createObjectNode();
        ArrayNode array = node.putArray("anyOf");
        Arrays.stream(alternatives).forEach(array::add);
        return node;
    }

    private static ObjectNode constants(List<String> names) {
        ObjectNode node = JSON.createObjectNode();
        names.forEach(node.putArray("enum")::add);
        return node;
    }

    /** The name of a type's definition. */
    private String define(Class<?> type) {
        String name = RecordType.name(type);
        Class<?> before = defined.put(name, type);
        if (before != null && before != type) {
            throw new IllegalStateException("two types are called " + name + ": " + before + " and " + type);
        }
        if (before == null) {
            ObjectNode definition = type.isEnum()
                    ? constants(Arrays.stream(type.getEnumConstants())
                            .map(RecordBinder::lower)
                            .toList())
                    : type.isRecord() ? record(type) : choice(type);
            documentation.of(type).ifPresent(text -> definition.put("description", text));
            definitions.put(name, definition);
        }
        return name;
    }

    /** The name of a record that needs no keys, or a name above the keys of its record, or a list. */
    private ObjectNode choice(Class<?> type) {
        Map<String, Class<?>> choices = RecordType.choices(type);
        List<String> alone = choices.entrySet().stream()
                .filter(each -> RecordType.of(each.getValue()).required().isEmpty())
                .map(Map.Entry::getKey)
                .toList();
        ObjectNode named = types("object").put("minProperties", 1).put("maxProperties", 1);
        ObjectNode properties = named.putObject("properties");
        ObjectNode node = JSON.createObjectNode();
        ArrayNode alternatives = node.putArray("anyOf");
        if (!alone.isEmpty()) {
            alternatives.add(constants(alone));
        }
        alternatives.add(named.put("additionalProperties", false));
        choices.forEach((name, record) -> {
            properties.set(name, value(record));
            if (RecordType.of(record).isList()) {
                alternatives.add(
                        value(RecordType.of(record).shorthand().orElseThrow().type()));
            }
        });
        return node;
    }

    /** The keys of a record, or the value that stands for it. */
    private ObjectNode record(Class<?> type) {
        ObjectNode object = object(type);
        return RecordType.of(type)
                .shorthand()
                .map(setting -> any(object, value(setting.type())))
                .orElse(object);
    }

    /** A default that is one number or name. */
    private static Optional<JsonNode> simple(@Nullable Object value) {
        Object written = value == null ? "none" : value instanceof Enum<?> ? RecordBinder.lower(value) : value;
        JsonNode node = written instanceof Record || written instanceof List ? null : JSON.valueToTree(written);
        return Optional.ofNullable(node);
    }

    private ObjectNode object(Class<?> type) {
        RecordType shape = RecordType.of(type);
        boolean hasPresets = presets.filter(named -> named.type() == type).isPresent();
        ObjectNode object = shape.required().isEmpty() ? types("object", "null") : types("object");
        ObjectNode properties = object.putObject("properties");
        if (hasPresets) {
            properties.set(
                    RecordBinder.PRESET,
                    constants(presets.get().values().keySet().stream().sorted().toList())
                            .put("description", "The settings that those which are not given come from.")
                            .put("default", presets.get().usual()));
        }
        for (RecordType.Setting setting : shape.settings()) {
            ObjectNode some = value(setting.type());
            ObjectNode value = setting.isNullable() ? any(constants(List.of("none")), types("null"), some) : some;
            documentation
                    .of(
                            setting.component().getDeclaringRecord(),
                            setting.component().getName())
                    .ifPresent(each -> value.put("description", each));
            if (shape.required().isEmpty() && !hasPresets) {
                simple(setting.of(shape.defaults().orElseThrow().apply(Map.of())))
                        .ifPresent(each -> value.set("default", each));
            }
            properties.set(setting.name(), value);
        }
        if (!shape.required().isEmpty()) {
            shape.required().stream().map(RecordType.Setting::name).forEach(object.putArray("required")::add);
        }
        return object.put("additionalProperties", false);
    }
}
