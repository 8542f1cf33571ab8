package terzi.runs;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import terzi.evaluation.Evaluation;
import terzi.training.recipe.SnakeCase;
import terzi.training.recipe.YamlRecords;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * Results of runs as JSON: records as objects with {@code snake_case} keys in the order of their components, paths as text,
 * enums in lower case, an empty {@link java.util.Optional} as nothing, a number that is not finite as {@code null}. This is what {@code --json} prints and what the JSON
 * files of a run hold.
 */
public final class RunJson {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE)
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .changeDefaultPropertyInclusion(was -> was.withValueInclusion(JsonInclude.Include.NON_ABSENT))
            .addModule(new SimpleModule("terzi")
                    .addSerializer(Path.class, new PathText())
                    .addSerializer(Evaluation.class, new EvaluationFigures())
                    .addSerializer(Double.class, new FiniteNumber())
                    .addSerializer(double.class, new FiniteNumber()))
            .build();

    private static final JsonMapper READER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    /** Of files whose keys other versions and other programs add to. */
    private static final JsonMapper LENIENT = READER.rebuild()
            .disable(
                    DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
                    DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    private static final YAMLMapper YAML = YAMLMapper.builder().build();

    private RunJson() {}

    /**
     * {@return a result, or anything else that Jackson can write, in several lines}
     *
     * @param value a record, map, list or another value
     */
    public static String text(Object value) {
        return MAPPER.writeValueAsString(value);
    }

    /**
     * Reads a record. Keys in {@code camelCase}, as files of before version 0.1 have them, are taken for the same in
     * {@code snake_case}.
     *
     * @throws tools.jackson.core.JacksonException if it is not JSON, or has other keys
     */
    static <T> T read(String json, Class<T> type) {
        return READER.treeToValue(SnakeCase.keys(READER.readTree(json)), type);
    }

    /** The record as YAML, with the same keys as in JSON. */
    static String yaml(Record value) {
        return YAML.writeValueAsString(MAPPER.<JsonNode>valueToTree(value));
    }

    /**
     * Reads a record from YAML; keys without a component are passed over, and components without a key are null or 0.
     *
     * @throws IOException if it is not YAML, or has other values; the message names the file
     */
    static <T extends Record> T readYaml(Path file, Class<T> type) throws IOException {
        try {
            return lenient(YAML.readTree(YamlRecords.text(file)), type);
        } catch (JacksonException e) {
            throw new IOException(file + ": " + reason(e, "YAML"), e);
        }
    }

    /** What is wrong with a file, in words: {@code line 3: is not YAML, or it is cut off}. */
    static String reason(JacksonException e, String format) {
        if (e instanceof UnrecognizedPropertyException unknown) {
            return "unknown key '" + unknown.getPropertyName() + "'";
        }
        String line = e.getLocation() == null || e.getLocation().getLineNr() < 1
                ? ""
                : "line " + e.getLocation().getLineNr() + ": ";
        return line
                + (e instanceof DatabindException
                        ? "a value is of another kind"
                        : "is not " + format + ", or it is cut off");
    }

    /** Reads a record in one line of JSON, such as in the metadata of a file; otherwise as {@link #readYaml}. */
    static <T extends Record> T lenient(JsonNode node, Class<T> type) {
        return LENIENT.treeToValue(node, type);
    }

    static JsonNode tree(String json) {
        return MAPPER.readTree(json);
    }

    /** The record in one line. */
    static String line(Record value) {
        return MAPPER.valueToTree(value).toString();
    }

    static List<String> strings(String json) {
        return List.of(MAPPER.readValue(json, String[].class));
    }

    /** JSON has no NaN and no infinity. */
    private static final class FiniteNumber extends ValueSerializer<Double> {
        @Override
        public void serialize(Double value, JsonGenerator out, SerializationContext context) {
            if (Double.isFinite(value)) {
                out.writeNumber(value);
            } else {
                out.writeNull();
            }
        }
    }

    private static final class PathText extends ValueSerializer<Path> {
        @Override
        public void serialize(Path value, JsonGenerator out, SerializationContext context) {
            out.writeString(value.toString());
        }
    }

    /** As {@code metrics.json} has it. */
    private static final class EvaluationFigures extends ValueSerializer<Evaluation> {
        @Override
        public void serialize(Evaluation value, JsonGenerator out, SerializationContext context) {
            out.writeTree(MAPPER.readTree(value.json()));
        }
    }
}
