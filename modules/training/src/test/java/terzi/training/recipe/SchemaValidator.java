package terzi.training.recipe;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/** The part of JSON Schema (2020-12) that {@link RecipeSchema} uses; any other keyword is an error. */
final class SchemaValidator {
    private static final Set<String> WITHOUT_EFFECT = Set.of("$schema", "$defs", "title", "description", "default");

    private final JsonNode root;

    SchemaValidator(JsonNode root) {
        this.root = root;
    }

    /** What is wrong, a line for each; empty for a valid document. */
    List<String> problems(JsonNode document) {
        return problems(root, document, "$");
    }

    private List<String> problems(JsonNode schema, JsonNode value, String path) {
        List<String> problems = new ArrayList<>();
        for (Map.Entry<String, JsonNode> keyword : schema.properties()) {
            problems.addAll(problems(keyword.getKey(), keyword.getValue(), schema, value, path));
        }
        return problems;
    }

    @SuppressWarnings("TooManyParameters")
    private List<String> problems(String keyword, JsonNode rule, JsonNode schema, JsonNode value, String path) {
        boolean ok =
                switch (keyword) {
                    case "type" ->
                        (rule.isArray()
                                        ? IntStream.range(0, rule.size()).mapToObj(rule::get)
                                        : java.util.stream.Stream.of(rule))
                                .anyMatch(type -> isOf(type.asString(), value));
                    case "enum" ->
                        IntStream.range(0, rule.size())
                                .anyMatch(i -> rule.get(i).equals(value));
                    case "pattern" -> !value.isString() || value.asString().matches(rule.asString());
                    case "minProperties" -> !value.isObject() || value.size() >= rule.asInt();
                    case "maxProperties" -> !value.isObject() || value.size() <= rule.asInt();
                    default -> true;
                };
        if (!ok) {
            return List.of(path + ": expected " + keyword + " " + rule + ", found " + value);
        }
        List<String> problems = new ArrayList<>();
        switch (keyword) {
            case "type", "enum", "pattern", "minProperties", "maxProperties" -> {}
            case "$ref" -> {
                JsonNode definition = root.at(rule.asString().substring(1));
                problems.addAll(
                        definition.isMissingNode()
                                ? List.of("there is no " + rule)
                                : problems(definition, value, path));
            }
            case "required" ->
                rule.forEach(name -> {
                    if (value.isObject() && !value.has(name.asString())) {
                        problems.add(path + ": lacks " + name.asString());
                    }
                });
            case "properties" ->
                rule.properties().forEach(each -> {
                    if (value.has(each.getKey())) {
                        problems.addAll(
                                problems(each.getValue(), value.get(each.getKey()), path + "." + each.getKey()));
                    }
                });
            case "additionalProperties" ->
                value.propertyNames().stream()
                        .filter(name -> !schema.path("properties").has(name))
                        .forEach(name -> problems.add(path + ": unknown key " + name));
            case "items" ->
                IntStream.range(0, value.isArray() ? value.size() : 0)
                        .forEach(i -> problems.addAll(problems(rule, value.get(i), path + "[" + i + "]")));
            case "anyOf" -> {
                List<List<String>> all = IntStream.range(0, rule.size())
                        .mapToObj(i -> problems(rule.get(i), value, path))
                        .toList();
                if (all.stream().noneMatch(List::isEmpty)) {
                    all.forEach(problems::addAll);
                }
            }
            default -> {
                if (!WITHOUT_EFFECT.contains(keyword)) {
                    throw new IllegalArgumentException("this validator does not know " + keyword);
                }
            }
        }
        return problems;
    }

    private static boolean isOf(String type, JsonNode value) {
        return switch (type) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isString();
            case "boolean" -> value.isBoolean();
            case "null" -> value.isNull();
            case "number" -> value.isNumber();
            case "integer" -> value.isNumber() && value.doubleValue() == Math.rint(value.doubleValue());
            default -> throw new IllegalArgumentException("there is no type " + type);
        };
    }
}
