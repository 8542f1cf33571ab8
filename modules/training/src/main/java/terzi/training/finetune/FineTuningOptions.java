package terzi.training.finetune;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import terzi.files.Defaults;
import terzi.images.Preprocessing;
import terzi.training.RecipeException;
import terzi.training.TrainingOptions;
import terzi.training.YamlRecords;

/**
 * Everything that steers fine-tuning besides network and data; the section {@code finetune:} of a recipe, where {@code
 * preset:} says what the settings that are not given start from.
 *
 * @param headAt name of the value that the new head takes; null = found in the graph
 * @param featureStages what the head sees: 1 = the network's features; 2 = beside them the means of the maps that its last
 *     stage begins with, where it has such
 * @param size width and height of the images; 0 = what the network's preprocessing says, times {@code enlarge}
 * @param enlarge how much larger than the network was made for images are, where it takes images of any size and
 *     {@code size} is 0; larger ones show more and take more time (Touvron et al. 2019, "Fixing the train-test resolution
 *     discrepancy")
 * @param fit what happens to the aspect ratio; null = what the network's preprocessing says. A centre crop cuts off the
 *     ends of long things
 * @param validation share of the training images that is held out to judge the second stage, where the data has no
 *     validation part; without a second stage nothing is held out
 * @param sampling how often each class is seen
 * @param views the forms in which each image is learned from
 * @param head the first stage
 * @param unfreeze the second stage
 * @param testViews views whose logits are averaged for the figures with test-time augmentation; 0 or 1 = no such figures
 * @param training the second stage's optimizer, schedule, loss and so on; its class weights, seed and threads hold for both
 */
public record FineTuningOptions(
        @Nullable String headAt,
        int featureStages,
        int size,
        double enlarge,
        Preprocessing.@Nullable Fit fit,
        double validation,
        Sampling sampling,
        Views views,
        HeadFitting head,
        Unfreezing unfreeze,
        int testViews,
        TrainingOptions training) {
    private static final YamlRecords<FineTuningOptions> FORMAT = YamlRecords.of(FineTuningOptions.class);

    public FineTuningOptions {
        if (featureStages != 1 && featureStages != 2) {
            throw new IllegalArgumentException("feature_stages must be 1 or 2, not " + featureStages);
        }
        Check.whole("size", 0, Preprocessing.LONGEST_SIDE, size);
        Check.positive("enlarge", 16, enlarge);
        Check.share("validation", 0, 0.9, validation);
        Check.whole("test_views", 0, 1000, testViews);
    }

    /** The preset {@code balanced}. */
    @Defaults
    public static FineTuningOptions defaults() {
        return Preset.BALANCED.options();
    }

    /**
     * The options with some settings changed.
     *
     * @param overrides {@code key=value} pairs with dots for nested keys: {@code training.epochs=5}, {@code
     *     unfreeze.depth.stages=2}
     * @param notes takes one sentence if names are in another spelling than theirs
     * @throws RecipeException if a key is unknown or a value impossible
     */
    public FineTuningOptions with(List<String> overrides, Consumer<String> notes) throws RecipeException {
        return FORMAT.changed(this, overrides, notes);
    }

    /** As {@link #with(List, Consumer)}, without a note. */
    public FineTuningOptions with(List<String> overrides) throws RecipeException {
        return with(overrides, note -> {});
    }

    public FineTuningOptions withHeadAt(@Nullable String headAt) {
        return with(draft -> draft.headAt = headAt);
    }

    public FineTuningOptions withFeatureStages(int featureStages) {
        return with(draft -> draft.featureStages = featureStages);
    }

    public FineTuningOptions withSize(int size) {
        return with(draft -> draft.size = size);
    }

    public FineTuningOptions withEnlarge(double enlarge) {
        return with(draft -> draft.enlarge = enlarge);
    }

    public FineTuningOptions withFit(Preprocessing.@Nullable Fit fit) {
        return with(draft -> draft.fit = fit);
    }

    public FineTuningOptions withValidation(double validation) {
        return with(draft -> draft.validation = validation);
    }

    public FineTuningOptions withSampling(Sampling sampling) {
        return with(draft -> draft.sampling = sampling);
    }

    public FineTuningOptions withViews(Views views) {
        return with(draft -> draft.views = views);
    }

    public FineTuningOptions withHead(HeadFitting head) {
        return with(draft -> draft.head = head);
    }

    public FineTuningOptions withUnfreeze(Unfreezing unfreeze) {
        return with(draft -> draft.unfreeze = unfreeze);
    }

    public FineTuningOptions withTestViews(int testViews) {
        return with(draft -> draft.testViews = testViews);
    }

    public FineTuningOptions withTraining(TrainingOptions training) {
        return with(draft -> draft.training = training);
    }

    /** Every setting spelled out, as a recipe's section {@code finetune:} has them. */
    public String yaml() {
        return FORMAT.write(this);
    }

    private FineTuningOptions with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.options();
    }

    /** The settings while one of them changes. */
    private static final class Draft {
        private @Nullable String headAt;
        private int featureStages;
        private int size;
        private double enlarge;
        private Preprocessing.@Nullable Fit fit;
        private double validation;
        private Sampling sampling;
        private Views views;
        private HeadFitting head;
        private Unfreezing unfreeze;
        private int testViews;
        private TrainingOptions training;

        Draft(FineTuningOptions options) {
            headAt = options.headAt;
            featureStages = options.featureStages;
            size = options.size;
            enlarge = options.enlarge;
            fit = options.fit;
            validation = options.validation;
            sampling = options.sampling;
            views = options.views;
            head = options.head;
            unfreeze = options.unfreeze;
            testViews = options.testViews;
            training = options.training;
        }

        FineTuningOptions options() {
            return new FineTuningOptions(
                    headAt,
                    featureStages,
                    size,
                    enlarge,
                    fit,
                    validation,
                    sampling,
                    views,
                    head,
                    unfreeze,
                    testViews,
                    training);
        }
    }
}
