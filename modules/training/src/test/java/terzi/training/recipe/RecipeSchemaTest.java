package terzi.training.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * The schemas of recipes for editors, which are made from the class that reads recipes. After a change of a layer, an augmentation or
 * an option, write them anew with {@code -Dterzi.schema.write=true}.
 */
class RecipeSchemaTest {
    private static final Path ROOT = Path.of("../..");
    private static final Path TRAINING = ROOT.resolve("docs/recipe.schema.json");
    private static final Path FINE_TUNING = ROOT.resolve("docs/fine-tuning-recipe.schema.json");
    private static final YAMLMapper YAML = YAMLMapper.builder().build();

    @TempDir
    Path temporary;

    private static ObjectNode titled(String title, ObjectNode schema) {
        ObjectNode titled = JsonMapper.shared().createObjectNode();
        titled.set("$schema", schema.get("$schema"));
        titled.put("title", title);
        titled.setAll(schema);
        return titled;
    }

    @Test
    void theSchemasAreThoseOfTheRecordsThatRecipesAreReadInto() throws IOException {
        Documentation documentation = Documentation.of(List.of(
                Path.of("src/main/java/terzi/training/recipe"),
                ROOT.resolve("modules/onnx/src/main/java/terzi/onnx/build"),
                ROOT.resolve("modules/images/src/main/java/terzi/images"),
                ROOT.resolve("modules/data/src/main/java/terzi/data/augment")));
        Map<Path, ObjectNode> schemas = Map.of(
                TRAINING, titled("Recipe of a training", RecipeSchema.of(Recipe.FORMAT, documentation)),
                FINE_TUNING,
                        titled("Recipe of a fine-tuning", RecipeSchema.of(FineTuningRecipe.FORMAT, documentation)));
        for (Map.Entry<Path, ObjectNode> schema : schemas.entrySet()) {
            String text = JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(schema.getValue());
            if (Boolean.getBoolean("terzi.schema.write")) {
                Files.writeString(schema.getKey(), text + "\n");
            }
            assertEquals(
                    text + "\n",
                    Files.readString(schema.getKey()),
                    schema.getKey()
                            + " is not the schema of what is read; run this test with -Dterzi.schema.write=true");
        }
    }

    private static List<String> problems(String text) throws IOException {
        JsonNode recipe = YAML.readTree(text);
        Path schema = recipe.has("network") ? TRAINING : FINE_TUNING;
        return new SchemaValidator(JsonMapper.shared().readTree(Files.readString(schema))).problems(recipe);
    }

    /** Files, examples in documents and text blocks in programs, by the place where they are. */
    static Stream<Map.Entry<String, String>> recipes() throws IOException {
        Map<String, String> recipes = new TreeMap<>();
        for (String folder : List.of("models", "benchmarks", "samples", "docs", "modules")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(folder))) {
                for (Path file : files.filter(RecipeSchemaTest::isSource).toList()) {
                    String text = Files.readString(file);
                    String name = ROOT.relativize(file).toString();
                    if (name.endsWith(".yaml")) {
                        recipes.put(name, text);
                        continue;
                    }
                    Matcher blocks = Pattern.compile(
                                    name.endsWith(".md") ? "```yaml\n()(.*?)```" : "\"\"\"\n( *)(name: .*?)\"\"\"",
                                    Pattern.DOTALL)
                            .matcher(text);
                    while (blocks.find()) {
                        String block = blocks.group(2).replace("\n" + blocks.group(1), "\n");
                        if (Pattern.compile("^(network|finetune):", Pattern.MULTILINE)
                                .matcher(block)
                                .find()) {
                            recipes.put(name + " at " + blocks.start(), block);
                        }
                    }
                }
            }
        }
        recipes.replaceAll(
                (name, text) -> text.replace(", %s}", "}").replace("%d", "7").replace("%s", "x"));
        return recipes.entrySet().stream();
    }

    private static boolean isSource(Path file) {
        String name = file.toString();
        return name.matches(".*\\.(yaml|md|java)")
                && !name.contains("/target/")
                && !name.endsWith("RecipeSpellingTest.java");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("recipes")
    void everyRecipeInTheRepositoryIsValid(Map.Entry<String, String> recipe) throws IOException {
        assertEquals(List.of(), problems(recipe.getValue()), recipe.getKey());
    }

    @Test
    void theRecipesAreFound() throws IOException {
        List<String> names = recipes().map(Map.Entry::getKey).toList();
        for (String start : List.of(
                "models/mnist-best/teachers/wide/recipe.yaml",
                "models/product-categories/plain-recipe.yaml",
                "benchmarks/parity/recipe.yaml",
                "docs/training.md",
                "docs/fine-tuning.md",
                "modules/cli/src/main/resources/terzi/cli/command/small.yaml",
                "modules/cli/src/test/java/terzi/cli/EndToEndTest.java",
                "modules/training/src/test/java/terzi/training/recipe/RecipeTest.java")) {
            assertTrue(names.stream().anyMatch(name -> name.startsWith(start)), start + " is not among " + names);
        }
    }

    private static final String PLAIN =
            """
            name: small
            data: somewhere
            input: {width: 8, height: 8, channels: gray}
            network: [flatten, dense: 3]
            """;

    private static final String TUNED =
            """
            name: tuned
            finetune: {preset: fast}
            """;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "training: {epochs: 3}                      | true",
                "training: {epochs: 1e2}                    | true",
                "training: {epochs: many}                   | false",
                "training: {epochs: 1.5}                    | false",
                "training: {epoch: 3}                       | false",
                "training: {batch_size: [3]}                | false",
                "training:                                  | true",
                "training: {early_stopping: none}           | true",
                "training: {early_stopping: {patience: 2}}  | true",
                "training: {early_stopping: soon}           | false",
                "training: {ema: 1/2}                       | true",
                "training: {ema: half}                      | false",
                "training: {keep: last}                     | true",
                "training: {keep: first}                    | false",
                "training: {optimizer: sgd}                 | true",
                "training: {optimizer: {sgd: }}             | true",
                "training: {optimizer: {sgd: {momentum: 0}}} | true",
                "training: {optimizer: {sgd: 3}}            | false",
                "training: {optimizer: {sgd: {}, adam: {}}} | false",
                "training: {optimizer: sgdd}                | false",
                "training: {optimizer: [sgd]}               | false",
                "training: {schedule: one_cycle}            | true",
                "training: {schedule: {step: {factor: 1}}}  | true",
                "training: {mix: mixup}                     | false",
                "training: {mix: {mixup: 0.2}}              | true",
                "training: {mix: {mixup: {alpha: 0.2}}}     | true",
                "training: {loss: {class_weights: [1, 2]}}  | true",
                "training: {loss: {class_weights: {listed: [1, 2]}}} | true",
                "training: {loss: {class_weights: 3}}       | false",
                "augment: [flip]                            | true",
                "augment: [flip, grayscale: 0.5]            | true",
                "augment: [random_erasing: {fill: noise}]   | true",
                "augment: [random_erasing: {fill: pink}]    | false",
                "augment: [random_erasing: 3]               | false",
                "augment: flip                              | false",
                "augment: [mixup: 0.2]                      | false",
                "teacher: a.onnx                            | true",
                "teacher: [a.onnx, b.onnx]                  | true",
                "teacher: {classifier: a.onnx, weight: 1}   | true",
                "teacher: {weight: 1}                       | false",
                "validation: 0.2                            | true",
                "validation: [0.2]                          | false",
                "nothing: 3                                 | false"
            })
    void theSchemaAcceptsWhatIsReadAndNothingElse(String line, boolean accepted) throws IOException {
        check(PLAIN + line + "\n", accepted);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'network: [flatten, dense: 3]'   | 'network: {base: a.onnx}'               | true",
                "'network: [flatten, dense: 3]'   | 'network: {base: a.onnx, b: 3}'         | false",
                "'network: [flatten, dense: 3]'   | 'network: base'                         | false",
                "'network: [flatten, dense: 3]'   | 'network: [dense]'                      | false",
                "'network: [flatten, dense: 3]'   | 'network: [relu: {}, dense: {units: 3}]' | true",
                "'network: [flatten, dense: 3]'   | 'network: [relu: 3]'                    | false",
                "'network: [flatten, dense: 3]'   | 'network: [conv2d: {filters: 3}]'       | false",
                "'network: [flatten, dense: 3]'   | 'network: [conv2d: {filters: 3, kernel: 3, bias: no}]' | false",
                "'network: [flatten, dense: 3]'   | 'network: [residual: {body: [relu], shortcut: []}]' | true",
                "'network: [flatten, dense: 3]'   | 'network: [residual: {body: [relu]}]'   | false",
                "'network: [flatten, dense: 3]'   | 'network: [leaky_relu: 0.2, leaky_relu]' | true",
                "'name: small'                    | 'description: small'                    | false",
                "'name: small'                    | 'name: 7'                               | true",
                "'name: small'                    | 'name: [7]'                             | false",
                "'channels: gray'                 | 'channels: gray, mean: [0.5], scale: 1/255' | true",
                "'channels: gray'                 | 'channels: gray, mean: 0.5'             | false",
                "', channels: gray'               | ''                                      | false"
            })
    void theSchemaKnowsWhatMustBeGiven(String from, String to, boolean accepted) throws IOException {
        check(PLAIN.replace(from, to), accepted);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "preset: fast                        | preset: best                  | true",
                "preset: fast                        | preset: fats                  | false",
                "preset: fast                        | head_at: none                 | true",
                "preset: fast                        | fit: crop                     | true",
                "preset: fast                        | fit: cut                      | false",
                "preset: fast                        | 'unfreeze: {depth: all}'      | true",
                "preset: fast                        | 'unfreeze: {depth: stages}'   | false",
                "preset: fast                        | 'unfreeze: {depth: {stages: 2}}' | true",
                "preset: fast                        | 'views: {augment: [flip]}'    | true",
                "preset: fast                        | 'head: {strengths: [1, 2]}'   | true",
                "preset: fast                        | 'head: {strengths: 1}'        | false",
                "name: tuned                         | 'name: tuned, labels: [1, no, x]' | true",
                "name: tuned                         | 'labels: [1]'                 | false"
            })
    void theSchemaOfFineTuningAcceptsWhatIsReadAndNothingElse(String from, String to, boolean accepted)
            throws IOException {
        check(TUNED.replace(from, to.replace(", labels", "\nlabels")), accepted);
    }

    private void check(String text, boolean accepted) throws IOException {
        Path file = Files.writeString(temporary.resolve("recipe.yaml"), text);
        boolean isRead = true;
        try {
            if (text.startsWith(TUNED.substring(0, 4)) && text.contains("finetune")) {
                FineTuningRecipe.read(file, List.of(), note -> {});
            } else {
                Recipe.read(file);
            }
        } catch (RecipeException e) {
            isRead = false;
        }
        assertEquals(accepted, isRead, text);
        List<String> problems = text.contains("finetune")
                ? problems(text)
                : new SchemaValidator(JsonMapper.shared().readTree(Files.readString(TRAINING)))
                        .problems(YAML.readTree(text));
        assertEquals(accepted, problems.isEmpty(), text + problems);
    }

    @Test
    void whatIsWrittenIsValid() throws IOException {
        List<String> written = new ArrayList<>();
        for (Preset preset : Preset.values()) {
            written.add(new FineTuningRecipe("a", "", null, List.of(), "resnet50", preset.options()).yaml());
        }
        for (String model : List.of("mnist-best", "fashion-mnist-best", "fashion-mnist-two-block")) {
            written.add(Recipe.read(ROOT.resolve("models").resolve(model)).yaml());
        }
        for (String recipe : written) {
            assertEquals(List.of(), problems(recipe), recipe);
        }
    }

    @Test
    void oldSpellingsAreNotInTheSchemas() throws IOException {
        for (Path schema : List.of(TRAINING, FINE_TUNING)) {
            List<String> names = new ArrayList<>();
            collect(JsonMapper.shared().readTree(Files.readString(schema)), names);
            assertFalse(names.isEmpty());
            names.forEach(name -> assertTrue(name.matches("[a-z][a-z0-9]*(_[a-z0-9]+)*"), name));
        }
    }

    private static void collect(JsonNode node, List<String> names) {
        if (node.path("properties").isObject()) {
            names.addAll(node.path("properties").propertyNames());
        }
        node.forEach(child -> collect(child, names));
    }
}
