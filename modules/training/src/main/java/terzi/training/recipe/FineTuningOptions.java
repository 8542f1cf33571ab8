package terzi.training.recipe;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import terzi.files.Defaults;
import terzi.images.Preprocessing;

/**
 * Everything that steers fine-tuning besides network and data; the section {@code finetune:} of a recipe, where {@code
 * preset:} says what the settings that are not given start from. The settings of {@code input} and {@code images} stand
 * beside the others there.
 *
 * @param input what the head takes and the size of the images
 * @param images which images are learned from, and in which forms
 * @param head the first stage
 * @param unfreeze the second stage
 * @param testViews views whose logits are averaged for the figures with test-time augmentation; 0 or 1 = no such figures
 * @param training the second stage's optimizer, schedule, loss and so on; its class weights, seed and threads hold for both
 */
public record FineTuningOptions(
        @Unwrapped Input input,
        @Unwrapped Images images,
        HeadFitting head,
        Unfreezing unfreeze,
        int testViews,
        TrainingOptions training) {
    private static final YamlRecords<FineTuningOptions> FORMAT = YamlRecords.of(FineTuningOptions.class);

    /**
     * Creates the options.
     *
     * @param input what the head takes and the size of the images
     * @param images which images are learned from, and in which forms
     * @param head the first stage
     * @param unfreeze the second stage
     * @param testViews views with test-time augmentation, 0 to 1000
     * @param training the second stage's training
     * @throws IllegalArgumentException if a value is out of its range
     */
    public FineTuningOptions {
        Require.whole("test_views", 0, 1000, testViews);
    }

    /**
     * The part of the network that stays, and the images that it gets.
     *
     * @param headAt name of the value that the new head takes; null = found in the graph
     * @param featureStages the input of the head: 1 = the network's features; 2 = beside them the means of the maps that its
     *     last stage begins with, where it has such; 0 = the better of the two, chosen with the head
     * @param size width and height of the images; 0 = what the network's preprocessing says, times {@code enlarge}
     * @param enlarge how much larger than the network was made for images are, where it takes images of any size and
     *     {@code size} is 0; larger ones show more and take more time (Touvron et al. 2019, "Fixing the train-test resolution
     *     discrepancy")
     * @param fit what happens to the aspect ratio; null = what the network's preprocessing says. A centre crop cuts off the
     *     ends of long things
     */
    public record Input(
            @Nullable String headAt, int featureStages, int size, double enlarge, Preprocessing.@Nullable Fit fit) {
        /**
         * Creates the settings.
         *
         * @param headAt name of the value that the new head takes, or null
         * @param featureStages 0, 1 or 2
         * @param size width and height of the images, 0 = from the network
         * @param enlarge enlargement of the network's size, above 0, up to 16
         * @param fit what happens to the aspect ratio, or null
         * @throws IllegalArgumentException if a value is out of its range
         */
        public Input {
            Require.whole("feature_stages", 0, 2, featureStages);
            Require.whole("size", 0, Preprocessing.LONGEST_SIDE, size);
            Require.positive("enlarge", 16, enlarge);
        }
    }

    /**
     * The training images.
     *
     * @param validation share of the training images that is held out to judge the second stage, where the data has no
     *     validation part; without a second stage nothing is held out
     * @param sampling how often each class is seen
     * @param views the forms in which each image is learned from
     */
    public record Images(double validation, Sampling sampling, Views views) {
        /**
         * Creates the settings.
         *
         * @param validation share held out to judge the second stage, 0..0.9
         * @param sampling how often each class is seen
         * @param views the forms in which each image is learned from
         * @throws IllegalArgumentException if a value is out of its range
         */
        public Images {
            Require.between("validation", 0, 0.9, validation);
        }
    }

    /**
     * Returns the settings of the preset {@code balanced}.
     *
     * @return the default options
     */
    @Defaults
    public static FineTuningOptions defaults() {
        return Preset.BALANCED.options();
    }

    /**
     * Changes some settings.
     *
     * @param overrides {@code key=value} pairs with dots for nested keys: {@code training.epochs=5}, {@code
     *     unfreeze.depth.stages=2}
     * @param notes takes one sentence if names are in another spelling than theirs
     * @return the changed options
     * @throws RecipeException if a key is unknown or a value impossible
     */
    public FineTuningOptions with(List<String> overrides, Consumer<String> notes) throws RecipeException {
        return FORMAT.changed(this, overrides, notes);
    }

    /**
     * Changes some settings, as {@link #with(List, Consumer)}, without a note.
     *
     * @param overrides {@code key=value} pairs
     * @return the changed options
     * @throws RecipeException if a key is unknown or a value impossible
     */
    public FineTuningOptions with(List<String> overrides) throws RecipeException {
        return with(overrides, note -> {});
    }

    /**
     * {@return these options with another input}
     *
     * @param input what the head takes
     */
    public FineTuningOptions withInput(Input input) {
        return new FineTuningOptions(input, images, head, unfreeze, testViews, training);
    }

    /**
     * {@return these options with another choice of images}
     *
     * @param images which images are learned from
     */
    public FineTuningOptions withImages(Images images) {
        return new FineTuningOptions(input, images, head, unfreeze, testViews, training);
    }

    /**
     * {@return these options with another first stage}
     *
     * @param head the first stage
     */
    public FineTuningOptions withHead(HeadFitting head) {
        return new FineTuningOptions(input, images, head, unfreeze, testViews, training);
    }

    /**
     * {@return these options with another second stage}
     *
     * @param unfreeze the second stage
     */
    public FineTuningOptions withUnfreeze(Unfreezing unfreeze) {
        return new FineTuningOptions(input, images, head, unfreeze, testViews, training);
    }

    /**
     * {@return these options with another number of test views}
     *
     * @param testViews views whose logits are averaged
     */
    public FineTuningOptions withTestViews(int testViews) {
        return new FineTuningOptions(input, images, head, unfreeze, testViews, training);
    }

    /**
     * {@return these options with another training}
     *
     * @param training the second stage's training
     */
    public FineTuningOptions withTraining(TrainingOptions training) {
        return new FineTuningOptions(input, images, head, unfreeze, testViews, training);
    }

    /**
     * Writes every setting.
     *
     * @return YAML, as a recipe's section {@code finetune:} has it
     */
    public String yaml() {
        return FORMAT.write(this);
    }
}
