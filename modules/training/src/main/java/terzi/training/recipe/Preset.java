package terzi.training.recipe;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import terzi.data.augment.Mixup;
import terzi.images.Preprocessing;
import terzi.training.recipe.FineTuningOptions.Images;
import terzi.training.recipe.FineTuningOptions.Input;
import terzi.training.recipe.TrainingOptions.Execution;
import terzi.training.recipe.TrainingOptions.Optimisation;
import terzi.training.recipe.TrainingOptions.Regularisation;
import terzi.training.recipe.TrainingOptions.Selection;

/** The settings that most people need; this class is the one place where their values stand. */
public enum Preset {
    /** One look at each image. */
    FAST,
    /** Larger images, as they are and mirrored. */
    BALANCED,
    /** Still larger images, as they are and mirrored. */
    BEST;

    /** {@return the preset's settings} */
    public FineTuningOptions options() {
        return switch (this) {
            case FAST -> options(8 / 7.0, 1);
            case BALANCED -> options(10 / 7.0, 2);
            case BEST -> options(12 / 7.0, 2);
        };
    }

    private static FineTuningOptions options(double enlarge, int views) {
        return new FineTuningOptions(
                new Input(null, 0, 0, enlarge, Preprocessing.Fit.STRETCH),
                new Images(0.15, Sampling.PLAIN, new Views(views)),
                HeadFitting.defaults(),
                new Unfreezing(new Depth.None(), 2, 1500, 0.7),
                views,
                training());
    }

    /** {@return the name in recipes and on the command line, such as {@code balanced}} */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** All presets by {@link #label}. */
    static Map<String, FineTuningOptions> byLabel() {
        Map<String, FineTuningOptions> all = new LinkedHashMap<>();
        for (Preset preset : values()) {
            all.put(preset.label(), preset.options());
        }
        return all;
    }

    /** For those who ask for a second stage. */
    private static TrainingOptions training() {
        return new TrainingOptions(
                new Optimisation(
                        4, 16, new Optimizer.AdamW(1e-4, 0.9, 0.999, 1e-8, 0.01), new Schedule.Cosine(1, 0.01)),
                new Regularisation(new Loss(0.1, new ClassWeighting.Balanced()), new Mixup(0.2), 0, 1, 0.99),
                new Selection(Keep.BEST, new EarlyStopping(Monitor.LOSS, 4, 0)),
                new Execution(PrecisionChoice.AUTO, 0, 0));
    }
}
