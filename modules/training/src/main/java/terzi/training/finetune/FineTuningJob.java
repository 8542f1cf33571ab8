package terzi.training.finetune;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import terzi.data.Dataset;
import terzi.images.Preprocessing;
import terzi.onnx.Model;
import terzi.training.recipe.FineTuningOptions;
import terzi.training.run.Cancellation;

/**
 * What is fine-tuned, and on what.
 *
 * @param network a pretrained classifier: one float input {@code [N, C, H, W]}, logits as first output
 * @param preprocessing how images become that input
 * @param train the labelled images to learn from; every class needs two
 * @param validation images that judge and never teach; empty = held out from {@code train} where they are needed
 * @param options everything else
 * @param cache the folder whose sub-folder {@code features} keeps what the frozen network gives; see {@link FeatureCache}
 * @param groups which images belong together, such as shots of one object: in every division they stay on one side
 * @param cancellation lets another thread end the run
 */
public record FineTuningJob(
        Model network,
        Preprocessing preprocessing,
        Dataset train,
        Optional<Dataset> validation,
        FineTuningOptions options,
        Path cache,
        Groups groups,
        Cancellation cancellation) {
    /**
     * Numbers of groups for each image of the training part and then of the validation part; equal numbers are one group.
     *
     * @param of groups that every division keeps together, {@code [N]}; empty = each image is a group of its own
     * @param smaller groups whose figure is computed beside, such as near duplicates alone, {@code [N]}; empty = no such
     *     figure
     */
    public record Groups(List<Integer> of, List<Integer> smaller) {
        /** No groups. */
        public static final Groups NONE = new Groups(List.of(), List.of());

        /**
         * Copies the lists.
         *
         * @param of groups that every division keeps together
         * @param smaller groups whose figure is computed beside
         */
        public Groups {
            of = List.copyOf(of);
            smaller = List.copyOf(smaller);
        }
    }

    /**
     * Creates a job.
     *
     * @param network a pretrained classifier
     * @param preprocessing how images become its input
     * @param train the labelled images to learn from
     * @param validation images that judge and never teach, or empty
     * @param options everything else
     * @param cache the folder that keeps features
     * @param groups which images belong together
     * @param cancellation lets another thread end the run
     * @throws IllegalArgumentException if there are fewer than two classes, other labels for validation, or another number
     *     of groups than of images
     */
    public FineTuningJob {
        Objects.requireNonNull(network, "network");
        Objects.requireNonNull(cache, "cache");
        if (train.labels().size() < 2) {
            throw new IllegalArgumentException("fine-tuning needs at least two classes, found " + train.labels()
                    + "; is the data folder the right one?");
        }
        int images = train.size() + validation.map(Dataset::size).orElse(0);
        for (List<Integer> numbers : List.of(groups.of(), groups.smaller())) {
            if (!numbers.isEmpty() && numbers.size() != images) {
                throw new IllegalArgumentException("groups: expected one number for each of the " + images
                        + " images for training and validation, found " + numbers.size());
            }
        }
        validation.ifPresent(part -> {
            if (!part.labels().equals(train.labels())) {
                throw new IllegalArgumentException("training and validation set must have the same labels, found "
                        + train.labels() + " and " + part.labels());
            }
        });
    }

    /**
     * Creates a job without validation part that nobody cancels.
     *
     * @param network a pretrained classifier
     * @param preprocessing how images become its input
     * @param train the labelled images to learn from
     * @param options everything else
     * @param cache the folder that keeps features
     * @throws IllegalArgumentException if there are fewer than two classes
     */
    public FineTuningJob(
            Model network, Preprocessing preprocessing, Dataset train, FineTuningOptions options, Path cache) {
        this(network, preprocessing, train, Optional.empty(), options, cache, Groups.NONE, new Cancellation());
    }

    /**
     * {@return the same job with a validation part; groups come after it, with numbers for its images too}
     *
     * @param newValidation images that judge and never teach
     */
    public FineTuningJob withValidation(Dataset newValidation) {
        return new FineTuningJob(
                network, preprocessing, train, Optional.of(newValidation), options, cache, groups, cancellation);
    }

    /**
     * {@return the same job with groups}
     *
     * @param newGroups which images belong together
     */
    public FineTuningJob withGroups(Groups newGroups) {
        return new FineTuningJob(network, preprocessing, train, validation, options, cache, newGroups, cancellation);
    }

    /**
     * {@return the same job with other options}
     *
     * @param newOptions the options
     */
    public FineTuningJob withOptions(FineTuningOptions newOptions) {
        return new FineTuningJob(network, preprocessing, train, validation, newOptions, cache, groups, cancellation);
    }

    /**
     * {@return the same job, which another thread can end}
     *
     * @param newCancellation the request to end
     */
    public FineTuningJob withCancellation(Cancellation newCancellation) {
        return new FineTuningJob(network, preprocessing, train, validation, options, cache, groups, newCancellation);
    }

    List<String> labels() {
        return train.labels();
    }
}
