package terzi.training.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import terzi.data.augment.Augmentation;
import terzi.data.augment.Mixup;
import terzi.images.Preprocessing;
import terzi.onnx.DataType;
import terzi.onnx.Model;
import terzi.onnx.Tensor;
import terzi.onnx.build.InputShape;
import terzi.onnx.build.Layer;
import terzi.onnx.build.Sequential;
import terzi.onnx.codec.ModelFile;

class RecipeTest {
    private static final String SMALL =
            """
            name: small
            data: fashion-mnist
            input: {width: 8, height: 8, channels: gray}
            network:
              - conv2d: {filters: 4, kernel: 3, activation: relu}
              - residual:
                  body:
                    - conv2d: {filters: 4, kernel: 3, padding: same}
                  shortcut: []
              - flatten
              - dense: 3
            training:
              epochs: 7
              optimizer: {sgd: {learning_rate: 0.1, momentum: 0.9}}
              mix: {mixup: {alpha: 0.2}}
              plain_epochs: 2
            """;

    @TempDir
    Path temporary;

    private Path file(String text) throws IOException {
        return Files.writeString(temporary.resolve("recipe.yaml"), text);
    }

    private String refusal(String text, String... overrides) throws IOException {
        Path file = file(text);
        RecipeException e =
                assertThrows(RecipeException.class, () -> Recipe.read(file, List.of(overrides), note -> {}));
        return String.valueOf(e.getMessage());
    }

    @Test
    void whatIsNotGivenHasItsDefault() throws IOException {
        Recipe recipe = Recipe.read(file(SMALL));
        assertEquals(7, recipe.training().optimisation().epochs());
        assertEquals(128, recipe.training().optimisation().batchSize());
        assertEquals(
                new Optimizer.Sgd(0.1, 0.9, false, 0),
                recipe.training().optimisation().optimizer());
        assertEquals(new Mixup(0.2), recipe.training().regularisation().mix());
        assertEquals(2, recipe.training().regularisation().plainEpochs());
        assertEquals(Preprocessing.plain(8, 8, Preprocessing.Channels.GRAY), recipe.input());
        Recipe.Layers layers = (Recipe.Layers) recipe.network();
        assertEquals(
                new Layer.Conv2d(4, 3).withActivation(new Layer.Relu()),
                layers.layers().get(0));
        assertEquals(new Layer.Dense(3), layers.layers().get(3));
    }

    @Test
    void writesWhatItReads() throws IOException {
        Recipe recipe = Recipe.read(file(SMALL));
        assertEquals(recipe, Recipe.read(file(recipe.yaml())));
    }

    @Test
    void overridesWinOverTheFile() throws IOException {
        List<String> notes = new ArrayList<>();
        Recipe recipe = Recipe.read(
                file(SMALL),
                List.of(
                        "training.epochs=2",
                        "training.optimizer.sgd.momentum=0.5",
                        "training.schedule=constant",
                        "training.early_stopping={patience: 3}",
                        "training.keep=last",
                        "validation=0.2"),
                notes::add);
        assertEquals(List.of(), notes);
        assertEquals(2, recipe.training().optimisation().epochs());
        assertEquals(
                new Optimizer.Sgd(0.1, 0.5, false, 0),
                recipe.training().optimisation().optimizer());
        assertEquals(new Schedule.Constant(), recipe.training().optimisation().schedule());
        assertEquals(
                new EarlyStopping(Monitor.LOSS, 3, 0),
                recipe.training().selection().earlyStopping());
        assertEquals(Keep.LAST, recipe.training().selection().keep());
        assertEquals(0.2, recipe.validation());
    }

    @Test
    void anUnknownKeyIsRefusedWithItsLineAndASuggestion() throws IOException {
        String message = refusal(SMALL.replace("epochs: 7", "epoch: 7"));
        assertTrue(
                message.contains(
                        "recipe.yaml:13: unknown key 'epoch' in training; did you mean 'epochs'? Allowed: epochs, "),
                message);
    }

    @Test
    void anImpossibleValueIsRefusedWithItsLine() throws IOException {
        String message = refusal(SMALL.replace("epochs: 7", "epochs: 0"));
        assertTrue(
                message.contains("recipe.yaml:13: training: epochs must be a whole number from 1 to 1000000, not 0"),
                message);
        message = refusal(SMALL.replace("momentum: 0.9", "momentum: 1.5"));
        assertTrue(message.contains("recipe.yaml:14: training.optimizer.sgd: momentum must be"), message);
        message = refusal(SMALL.replace("epochs: 7", "epochs: many"));
        assertTrue(message.contains("recipe.yaml:13: training.epochs: expected a whole number, found 'many'"), message);
    }

    @Test
    void anUnknownChoiceIsRefusedWithTheChoices() throws IOException {
        String message = refusal(SMALL.replace("- flatten", "- flaten"));
        assertTrue(message.contains("recipe.yaml:10: network[2]: expected one of "), message);
        assertTrue(message.contains("did you mean 'flatten'"), message);
        message = refusal(SMALL.replace("channels: gray", "channels: grey"));
        assertTrue(message.contains("expected one of rgb, bgr, gray, found 'grey'; did you mean 'gray'?"), message);
    }

    @Test
    void aMissingKeyIsNamed() throws IOException {
        assertTrue(refusal(SMALL.replace("name: small\n", "")).contains("the recipe lacks name"));
        String message = refusal(SMALL.replace("filters: 4, kernel: 3, activation", "filters: 4, activation"));
        assertTrue(message.contains("recipe.yaml:5: network[0].conv2d lacks kernel"), message);
    }

    @Test
    void aKeyGivenTwiceIsRefused() throws IOException {
        String message = refusal(SMALL + "name: again\n");
        assertTrue(message.contains("the key 'name' is given twice"), message);
    }

    @Test
    void textThatIsNotYamlIsRefusedWithItsLine() throws IOException {
        String message = refusal("name: [unclosed\ndata: x\n");
        assertTrue(message.contains("recipe.yaml:") && message.contains("not YAML"), message);
    }

    @Test
    void aBadOverrideIsNamed() throws IOException {
        assertTrue(refusal(SMALL, "training.epochs").contains("expected key=value"));
        assertTrue(refusal(SMALL, "training.epoks=3").contains("override 'training.epoks=3': unknown key 'epoks'"));
    }

    @Test
    void startsFromAnOnnxFileBesideIt() throws IOException {
        Model network = Sequential.build(new InputShape(1, 8, 8), List.of(new Layer.Flatten(), new Layer.Dense(3)), 1);
        ModelFile.write(network, temporary.resolve("base.onnx"));
        String text = SMALL.replaceAll("(?s)network:.*training:", "network: {base: base.onnx}\ntraining:");
        Recipe recipe = Recipe.read(file(text));
        assertEquals(
                network.graph().nodes().size(), recipe.build(3).graph().nodes().size());
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> recipe.build(10));
        assertTrue(e.getMessage().contains("3 outputs"), e.getMessage());
    }

    @Test
    void aTeacherLiesRelativeToTheRecipeAndHasDefaults() throws IOException {
        String plain = SMALL.replaceAll("(?m)^  mix: .*\n", "");
        Path big = temporary.resolve("../big/classifier.onnx").toAbsolutePath().normalize();
        Recipe given = Recipe.read(file(plain + "teacher: ../big/classifier.onnx\n"));
        assertEquals(new Distillation(List.of(big), 0.5, 2), given.teacher());
        assertEquals(given, Recipe.read(file(given.yaml())));
        Recipe set = Recipe.read(
                file(plain), List.of("teacher.classifier=../big/classifier.onnx", "teacher.weight=0.9"), note -> {});
        assertEquals(new Distillation(List.of(big), 0.9, 2), set.teacher());
        assertNull(Recipe.read(file(plain + "teacher: none\n")).teacher());
    }

    @Test
    void severalTeachersAreAList() throws IOException {
        String plain = SMALL.replaceAll("(?m)^  mix: .*\n", "");
        Path one = temporary.resolve("one.onnx").toAbsolutePath().normalize();
        Path two = temporary.resolve("two.onnx").toAbsolutePath().normalize();
        Recipe given = Recipe.read(file(plain + "teacher: {classifier: [one.onnx, two.onnx], temperature: 3}\n"));
        assertEquals(new Distillation(List.of(one, two), 0.5, 3), given.teacher());
        assertEquals(given, Recipe.read(file(given.yaml())));
        assertEquals(
                List.of(one, two),
                Recipe.read(file(plain + "teacher: [one.onnx, two.onnx]\n"))
                        .teacher()
                        .classifier());
        assertTrue(refusal(plain, "teacher.classifier=[]").contains("classifier must name at least one file"));
    }

    @Test
    void theRecipeInTheDocumentationIsOne() throws IOException {
        String page = Files.readString(Path.of("../../docs/training.md"));
        int start = page.indexOf("```yaml") + 7;
        Recipe recipe = Recipe.read(file(page.substring(start, page.indexOf("```", start))));
        assertEquals("clothes", recipe.name());
        recipe.build(10);
        for (Class<?> choice : List.of(Layer.class, Augmentation.class)) {
            for (String name : RecordType.choices(choice).keySet()) {
                assertTrue(page.contains("`" + name + "`"), name + " is not documented");
            }
        }
    }

    @Test
    void anImpossibleTeacherIsRefused() throws IOException {
        String plain = SMALL.replaceAll("(?m)^  mix: .*\n", "");
        assertTrue(refusal(plain, "teacher.classifier=a.onnx", "teacher.weight=2")
                .contains("weight must be between 0.0 and 1.0"));
        assertTrue(refusal(plain, "teacher.classifier=a.onnx", "teacher.temperature=0")
                .contains("temperature must be greater than 0"));
        assertTrue(refusal(SMALL, "teacher.classifier=a.onnx").contains("exclude each other"));
    }

    @Test
    void theFashionMnistRecipeDescribesItsNetwork() throws IOException {
        Model model = Recipe.read(Path.of("../../models/fashion-mnist-deep")).build(10);
        long parameters = model.graph().initializers().stream()
                .filter(value -> value.type() == DataType.FLOAT && value.rank() > 0)
                .mapToLong(Tensor::elementCount)
                .sum();
        assertEquals(538_346, parameters);
    }
}
