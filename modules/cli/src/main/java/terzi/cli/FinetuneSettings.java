package terzi.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import terzi.training.ClassWeighting;
import terzi.training.Loss;
import terzi.training.TrainingOptions;
import terzi.training.finetune.FineTuningOptions;
import terzi.training.finetune.FineTuningRecipe;
import terzi.training.finetune.Preset;

/**
 * What the command line says about how to fine-tune; null where it says nothing.
 *
 * @param recipe a preset's name or a recipe file
 */
record FinetuneSettings(
        @Nullable String recipe,
        @Nullable String backbone,
        @Nullable Long seed,
        @Nullable Integer threads,
        @Nullable Integer size,
        FinetuneCommand.@Nullable ClassWeights weights,
        @Nullable String head,
        Map<String, String> overrides) {
    FinetuneSettings {
        overrides = new LinkedHashMap<>(overrides);
    }

    /** Nothing but a preset. */
    static FinetuneSettings preset(Preset preset) {
        return new FinetuneSettings(preset.label(), null, null, null, null, null, null, Map.of());
    }

    /** The recipe with everything that the command line changes. */
    FineTuningRecipe resolve() throws IOException {
        FineTuningRecipe base = base();
        FineTuningOptions options = base.finetune().with(pairs());
        TrainingOptions training = options.training();
        if (seed != null) {
            training = training.withSeed(seed);
        }
        if (threads != null) {
            training = training.withThreads(threads);
        }
        if (weights != null) {
            training = training.withLoss(new Loss(
                    training.loss().labelSmoothing(),
                    weights == FinetuneCommand.ClassWeights.BALANCED
                            ? new ClassWeighting.Balanced()
                            : new ClassWeighting.Equal()));
        }
        options = options.withTraining(training);
        if (size != null) {
            options = options.withSize(size);
        }
        if (head != null) {
            options = options.withHeadAt(head);
        }
        return new FineTuningRecipe(
                base.name(),
                base.description(),
                base.data(),
                base.labels(),
                backbone == null ? base.backbone() : backbone,
                options);
    }

    private FineTuningRecipe base() throws IOException {
        String wanted = recipe == null ? Preset.BALANCED.label() : recipe;
        Optional<Preset> preset = Arrays.stream(Preset.values())
                .filter(p -> p.label().equals(wanted.toLowerCase(Locale.ROOT)))
                .findFirst();
        if (preset.isPresent()) {
            return new FineTuningRecipe(
                    preset.get().label(),
                    "",
                    null,
                    List.of(),
                    "resnet50",
                    preset.get().options());
        }
        if (!Files.exists(Path.of(wanted))) {
            throw new IOException("--recipe: there is neither a preset nor a file '" + wanted + "'; the presets are "
                    + String.join(
                            ", ",
                            Arrays.stream(Preset.values()).map(Preset::label).toList()));
        }
        return FineTuningRecipe.read(Path.of(wanted), List.of());
    }

    private List<String> pairs() {
        List<String> pairs = new ArrayList<>();
        overrides.forEach((key, value) -> pairs.add(key + "=" + value));
        return pairs;
    }
}
