package terzi.training.recipe;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import terzi.files.Defaults;

/**
 * A {@code recipe.yaml} for fine-tuning.
 *
 * @param name of the model; also the name of its run folder
 * @param description one sentence for people
 * @param data name or path of the dataset; null where the command line names it
 * @param labels the classes, when the recipe is for certain ones; empty = those of the dataset
 * @param backbone name or path of the pretrained network
 * @param finetune everything else; {@code preset: fast}, {@code balanced} or {@code best} in it says what it starts from
 */
public record FineTuningRecipe(
        String name,
        String description,
        @Nullable String data,
        List<String> labels,
        String backbone,
        FineTuningOptions finetune) {
    static final YamlRecords<FineTuningRecipe> FORMAT = YamlRecords.of(FineTuningRecipe.class)
            .withPresets(new YamlRecords.Presets<>(FineTuningOptions.class, Preset.byLabel(), Preset.BALANCED.label()));

    /**
     * Creates a recipe.
     *
     * @param name of the model, not blank
     * @param description one sentence for people
     * @param data name or path of the dataset, or null
     * @param labels the classes; empty = those of the dataset
     * @param backbone name or path of the pretrained network
     * @param finetune everything else
     * @throws IllegalArgumentException if the name is blank
     */
    public FineTuningRecipe {
        labels = List.copyOf(labels);
        if (name.isBlank()) {
            throw new IllegalArgumentException("name must not be empty");
        }
    }

    /**
     * Creates a recipe for {@code resnet50} with what most recipes leave out.
     *
     * @param name of the model, not blank
     * @throws IllegalArgumentException if the name is blank
     */
    @Defaults
    public FineTuningRecipe(String name) {
        this(name, "", null, List.of(), "resnet50", FineTuningOptions.defaults());
    }

    /**
     * Reads a recipe.
     *
     * @param file a {@code recipe.yaml}, or the folder that holds one
     * @param overrides {@code key=value} pairs that win over the file, with dots for nested keys: {@code
     *     finetune.training.epochs=5}
     * @param notes takes one sentence if names are in another spelling than theirs
     * @return the recipe
     * @throws RecipeException if a key is unknown or a value impossible; the message names file and line
     * @throws IOException if the file cannot be read
     */
    public static FineTuningRecipe read(Path file, List<String> overrides, Consumer<String> notes) throws IOException {
        return FORMAT.read(file, overrides, notes);
    }

    /**
     * Writes the recipe.
     *
     * @return YAML with every value spelled out; {@link #read} gives an equal recipe again
     */
    public String yaml() {
        return FORMAT.write(this);
    }
}
