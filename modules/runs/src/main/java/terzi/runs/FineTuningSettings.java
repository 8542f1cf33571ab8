package terzi.runs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import terzi.training.recipe.FineTuningRecipe;
import terzi.training.recipe.Preset;

/**
 * Settings of a fine-tuning: a recipe and what is changed in it.
 *
 * @param recipe the label of a preset, or the path of a recipe file
 * @param backbone the network to start from, instead of the recipe's: a name of the catalogue, a file or {@code hf:owner/name}
 * @param overrides values of the recipe's {@code finetune} part by dotted key, such as {@code training.epochs}
 */
public record FineTuningSettings(String recipe, Optional<String> backbone, Map<String, String> overrides) {
    private static final String DEFAULT_BACKBONE = "resnet50";

    /**
     * Checks and copies the components.
     *
     * @param recipe the label of a preset, or the path of a recipe file
     * @param backbone the network to start from, instead of the recipe's: a name of the catalogue, a file or {@code
     *     hf:owner/name}
     * @param overrides values of the recipe's {@code finetune} part by dotted key, such as {@code training.epochs}
     */
    public FineTuningSettings {
        overrides = Collections.unmodifiableMap(new LinkedHashMap<>(overrides));
    }

    /** {@return the fast preset, unchanged: on images from elsewhere, larger and mirrored ones were not better} */
    public static FineTuningSettings defaults() {
        return new FineTuningSettings(Preset.FAST.label(), Optional.empty(), Map.of());
    }

    /**
     * {@return the same with another preset or recipe file}
     *
     * @param presetOrFile the label of a preset, or the path of a recipe file
     */
    public FineTuningSettings withRecipe(String presetOrFile) {
        return new FineTuningSettings(presetOrFile, backbone, overrides);
    }

    /**
     * {@return the same starting from another network}
     *
     * @param nameOrFile the network to start from, instead of the recipe's: a name of the catalogue, a file or
     *     {@code hf:owner/name}
     */
    public FineTuningSettings withBackbone(String nameOrFile) {
        return new FineTuningSettings(recipe, Optional.of(nameOrFile), overrides);
    }

    /**
     * {@return the same with another random seed}
     *
     * @param seed the random seed of every choice
     */
    public FineTuningSettings withSeed(long seed) {
        return with("training.seed", Long.toString(seed));
    }

    /**
     * {@return the same with one more value of the recipe changed}
     *
     * @param key dotted name in the recipe, such as {@code training.epochs}
     * @param value as it would stand in the recipe
     */
    public FineTuningSettings with(String key, String value) {
        Map<String, String> changed = new LinkedHashMap<>(overrides);
        changed.put(key, value);
        return new FineTuningSettings(recipe, backbone, changed);
    }

    /**
     * {@return the dataset that the recipe names; empty for a preset and for a recipe without one}
     *
     * @throws IOException if there is no such recipe or it cannot be read
     */
    public Optional<String> data() throws IOException {
        return Optional.ofNullable(base(note -> {}).data());
    }

    /**
     * The recipe with all changes.
     *
     * @param notes takes a sentence if names in the file are in another spelling than theirs, and one if names of changes are
     */
    FineTuningRecipe resolve(Consumer<String> notes) throws IOException {
        FineTuningRecipe base = base(notes);
        List<String> pairs = overrides.entrySet().stream()
                .map(change -> change.getKey() + "=" + change.getValue())
                .toList();
        return new FineTuningRecipe(
                base.name(),
                base.description(),
                base.data(),
                base.labels(),
                backbone.orElse(base.backbone()),
                base.finetune().with(pairs, notes));
    }

    private FineTuningRecipe base(Consumer<String> notes) throws IOException {
        Optional<Preset> preset = Arrays.stream(Preset.values())
                .filter(one -> one.label().equals(recipe.toLowerCase(Locale.ROOT)))
                .findFirst();
        if (preset.isPresent()) {
            return new FineTuningRecipe(
                    preset.get().label(),
                    "",
                    null,
                    List.of(),
                    DEFAULT_BACKBONE,
                    preset.get().options());
        }
        if (!Files.exists(Path.of(recipe))) {
            throw new IOException(
                    "withRecipe(...): there is neither a preset nor a file '" + recipe + "'; the presets are "
                            + Arrays.stream(Preset.values()).map(Preset::label).collect(Collectors.joining(", ")));
        }
        return FineTuningRecipe.read(Path.of(recipe), List.of(), notes);
    }
}
