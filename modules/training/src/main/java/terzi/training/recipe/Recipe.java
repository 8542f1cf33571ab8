package terzi.training.recipe;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import terzi.data.augment.AugmentationChain;
import terzi.files.Defaults;
import terzi.images.Preprocessing;
import terzi.onnx.Model;
import terzi.onnx.build.InputShape;
import terzi.onnx.build.Layer;
import terzi.onnx.build.Sequential;
import terzi.onnx.codec.ModelFile;
import terzi.onnx.rewrite.Canonical;

/**
 * A {@code recipe.yaml}: everything that is needed to train a model again.
 *
 * @param name of the model; also the name of its run folder
 * @param description one sentence for people
 * @param data name or path of the dataset, as {@code terzi.data.Datasets.open} takes it
 * @param network the layers, or the file to start from
 * @param input how images become the network's input
 * @param validation share of the training images held out for validation where the dataset has no validation part
 * @param augment random changes to the training images
 * @param teacher a better network whose answers are learned from as well, or null
 * @param training everything else; its seed is the seed of the whole run
 */
public record Recipe(
        String name,
        String description,
        String data,
        NetworkSource network,
        Preprocessing input,
        double validation,
        AugmentationChain augment,
        @Nullable Distillation teacher,
        TrainingOptions training) {
    /** The name of a recipe in its folder. */
    public static final String FILE = "recipe.yaml";

    static final YamlRecords<Recipe> FORMAT = YamlRecords.of(Recipe.class);

    /**
     * Creates a recipe.
     *
     * @param name of the model, not blank
     * @param description one sentence for people
     * @param data name or path of the dataset
     * @param network the layers, or the file to start from
     * @param input how images become the network's input
     * @param validation share held out for validation, 0..1 without 1
     * @param augment random changes to the training images
     * @param teacher a better network whose answers are learned from as well, or null
     * @param training everything else
     * @throws IllegalArgumentException if the name is blank, the share is out of its range, or there is a teacher and mixing
     */
    public Recipe {
        Require.within("validation", 0, 1, validation);
        if (name.isBlank()) {
            throw new IllegalArgumentException("name must not be empty");
        }
        if (teacher != null) {
            Distillation.requireUnmixed(training);
        }
    }

    /**
     * Creates a recipe with what most leave out: a tenth held out for validation, no augmentation, default training.
     *
     * @param name of the model, not blank
     * @param data name or path of the dataset
     * @param network the layers, or the file to start from
     * @param input how images become the network's input
     * @throws IllegalArgumentException if the name is blank
     */
    @Defaults
    public Recipe(String name, String data, NetworkSource network, Preprocessing input) {
        this(name, "", data, network, input, 0.1, AugmentationChain.NONE, null, TrainingOptions.defaults());
    }

    /**
     * Reads a recipe.
     *
     * @param file a {@code recipe.yaml}, or the folder that holds one
     * @param overrides {@code key=value} pairs that win over the file, with dots for nested keys: {@code training.epochs=5}
     * @param notes takes one sentence if names are in another spelling than theirs
     * @return the recipe
     * @throws RecipeException if a key is unknown or a value impossible; the message names the file and the line
     * @throws IOException if the file cannot be read
     */
    public static Recipe read(Path file, List<String> overrides, Consumer<String> notes) throws IOException {
        return FORMAT.read(file, overrides, notes);
    }

    /**
     * Reads a recipe as it stands, in any spelling.
     *
     * @param file a {@code recipe.yaml}, or the folder that holds one
     * @return the recipe
     * @throws RecipeException if a key is unknown or a value impossible
     * @throws IOException if the file cannot be read
     */
    public static Recipe read(Path file) throws IOException {
        return read(file, List.of(), note -> {});
    }

    /**
     * Writes the recipe.
     *
     * @return YAML with every value spelled out; {@link #read} gives an equal recipe again
     */
    public String yaml() {
        return FORMAT.write(this);
    }

    /**
     * Builds the network to train; layers are initialised from the seed.
     *
     * @param classes how many logits the network must have
     * @return the network with its initial weights
     * @throws IllegalArgumentException if it has another number, or is a file whose opset cannot be raised
     * @throws IOException if its file cannot be read
     */
    public Model build(int classes) throws IOException {
        Model model;
        if (network instanceof Layers layers) {
            model = Sequential.build(
                    new InputShape(input.channels().count(), input.height(), input.width()),
                    layers.layers(),
                    training.execution().seed());
        } else {
            model = Canonical.apply(ModelFile.read(((Base) network).base()), Sequential.OPSET);
        }
        NetworkShape.checkClasses(model, classes);
        return model;
    }

    /** Where a network comes from. */
    public sealed interface NetworkSource {}

    /** New layers, one after the other; the last gives one logit for each class. */
    public record Layers(List<Layer> layers) implements NetworkSource {
        /**
         * Creates the network.
         *
         * @param layers first to last, at least one
         * @throws IllegalArgumentException if there are none
         */
        public Layers {
            layers = List.copyOf(layers);
            if (layers.isEmpty()) {
                throw new IllegalArgumentException("the list of layers is empty");
            }
        }
    }

    /** An ONNX file, relative to the recipe. */
    public record Base(Path base) implements NetworkSource {}
}
