package terzi.training;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import terzi.onnx.Model;
import terzi.onnx.build.InputShape;
import terzi.onnx.build.Layer;
import terzi.onnx.build.Sequential;
import terzi.vision.Preprocessing;
import terzi.vision.augment.AugmentationChain;

/**
 * A {@code recipe.yaml}: everything that is needed to train a model again.
 *
 * @param name of the model; also the name of its run folder
 * @param description one sentence for people
 * @param data name or path of the data set, as {@code terzi.vision.Datasets.open} takes it
 * @param network the layers, or the file to start from
 * @param input how pictures become the network's input
 * @param validation share of the training pictures held out for validation where the data set has no validation part
 * @param augment random changes to the training pictures
 * @param training everything else; its seed is the seed of the whole run
 */
@SuppressWarnings("DoNotCallSuggester")
public record Recipe(
        String name,
        String description,
        String data,
        NetworkSource network,
        Preprocessing input,
        double validation,
        AugmentationChain augment,
        TrainingOptions training) {

    /**
     * Reads a recipe.
     *
     * @param file a {@code recipe.yaml}, or the folder that holds one
     * @param overrides {@code key=value} pairs that win over the file, with dots for nested keys: {@code training.epochs=5}
     * @throws RecipeException if a key is unknown or a value impossible; the message names the file and the line
     * @throws IOException if the file cannot be read
     */
    public static Recipe read(Path file, List<String> overrides) throws IOException {
        throw new UnsupportedOperationException("not yet");
    }

    /** Reads a recipe as it stands. */
    public static Recipe read(Path file) throws IOException {
        return read(file, List.of());
    }

    /** The recipe as YAML, every value spelled out; {@link #read} gives an equal recipe again. */
    public String yaml() {
        throw new UnsupportedOperationException("not yet");
    }

    /**
     * The network to train, with its initial weights; layers are initialised from the seed.
     *
     * @param classes how many logits the network must have
     * @throws IllegalArgumentException if it has another number
     * @throws IOException if its file cannot be read
     */
    public Model build(int classes) throws IOException {
        Model model;
        if (network instanceof Layers layers) {
            model = Sequential.build(
                    new InputShape(input.channels().count(), input.height(), input.width()),
                    layers.layers(),
                    training.seed());
        } else {
            model = Model.read(((Base) network).file());
        }
        return model;
    }

    /** Where a network comes from. */
    public sealed interface NetworkSource {}

    /** New layers, one after the other; the last gives one logit for each class. */
    public record Layers(List<Layer> layers) implements NetworkSource {
        public Layers {
            layers = List.copyOf(layers);
        }
    }

    /** An ONNX file. */
    public record Base(Path file) implements NetworkSource {}
}
