package terzi.training.run;

import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import terzi.data.Dataset;
import terzi.data.augment.AugmentationChain;
import terzi.images.Preprocessing;
import terzi.onnx.Model;
import terzi.training.recipe.Distillation;
import terzi.training.recipe.TrainingOptions;

/**
 * One training run: what is trained, on what, how and where its checkpoints go.
 *
 * @param network one float input {@code [N, C, H, W]}, first output logits {@code [N, K]}
 * @param train what is learned from; every image is fitted once and kept as uint8
 * @param validation what decides which weights are the best; the same labels, not one of the training images
 * @param options everything else
 * @param teaching another network whose answers are learned from as well, or null
 * @param folder the run's folder, which exists; {@code training_history.csv}, {@code last/} and {@code kept/} are written here
 * @param begin whether to start afresh or to go on from {@code last/}
 * @param cancellation lets another thread end the run
 */
public record TrainingJob(
        Model network,
        Examples.Images train,
        Examples.Images validation,
        TrainingOptions options,
        @Nullable Teaching teaching,
        Path folder,
        Begin begin,
        Cancellation cancellation) {

    /** Where a run starts from. */
    public enum Begin {
        /** From the network's own weights. */
        AFRESH,
        /** From the checkpoint {@code last/} of the folder. */
        RESUMED
    }

    /**
     * Creates a job.
     *
     * @param network one float input {@code [N, C, H, W]}, first output logits {@code [N, K]}
     * @param train what is learned from
     * @param validation what decides which weights are the best
     * @param options everything else
     * @param teaching another network whose answers are learned from as well, or null
     * @param folder the run's folder, which exists
     * @param begin whether to start afresh or to go on
     * @param cancellation lets another thread end the run
     * @throws IllegalArgumentException if there are no images, fewer than two classes, or other labels for validation; or a
     *     teacher and mixing
     */
    public TrainingJob {
        Objects.requireNonNull(network, "network");
        Objects.requireNonNull(folder, "folder");
        int learned = train.set().size();
        int judging = validation.set().size();
        if (learned == 0 || judging == 0) {
            throw new IllegalArgumentException("training needs images to learn from and images to validate with, found "
                    + learned + " and " + judging);
        }
        if (!train.labels().equals(validation.labels())) {
            throw new IllegalArgumentException("training and validation set must have the same labels, found "
                    + train.labels() + " and " + validation.labels());
        }
        if (train.labels().size() < 2) {
            throw new IllegalArgumentException("training needs at least two classes, found " + train.labels()
                    + "; is the data folder the right one?");
        }
        if (teaching != null) {
            Distillation.requireUnmixed(options);
        }
    }

    /**
     * Creates a fresh run without augmentation.
     *
     * @param network one float input {@code [N, C, H, W]}, first output logits {@code [N, K]}
     * @param preprocessing how images become that input
     * @param train what is learned from
     * @param validation what decides which weights are the best
     * @param options everything else
     * @param folder the run's folder, which exists
     * @return the job
     * @throws IllegalArgumentException as the constructor
     */
    public static TrainingJob of(
            Model network,
            Preprocessing preprocessing,
            Dataset train,
            Dataset validation,
            TrainingOptions options,
            Path folder) {
        return new TrainingJob(
                network,
                new Examples.Images(train, preprocessing, AugmentationChain.NONE),
                new Examples.Images(validation, preprocessing, AugmentationChain.NONE),
                options,
                null,
                folder,
                Begin.AFRESH,
                new Cancellation());
    }

    /**
     * {@return the same job with random changes to the training images}
     *
     * @param augment the changes, drawn anew in every epoch
     */
    public TrainingJob withAugment(AugmentationChain augment) {
        return new TrainingJob(
                network,
                new Examples.Images(train.set(), train.preprocessing(), augment),
                validation,
                options,
                teaching,
                folder,
                begin,
                cancellation);
    }

    /**
     * {@return the same job with a teacher}
     *
     * @param newTeaching null for the labels alone
     */
    public TrainingJob withTeaching(@Nullable Teaching newTeaching) {
        return new TrainingJob(network, train, validation, options, newTeaching, folder, begin, cancellation);
    }

    /** {@return the same run, going on from {@code last/}} */
    public TrainingJob resumed() {
        return new TrainingJob(network, train, validation, options, teaching, folder, Begin.RESUMED, cancellation);
    }

    /**
     * {@return the same job, which another thread can end}
     *
     * @param newCancellation the request to end
     */
    public TrainingJob withCancellation(Cancellation newCancellation) {
        return new TrainingJob(network, train, validation, options, teaching, folder, begin, newCancellation);
    }
}
