package terzi.training.finetune;

import java.util.List;
import java.util.Optional;
import terzi.data.DatasetReport;
import terzi.images.Preprocessing;
import terzi.onnx.Model;
import terzi.training.recipe.HeadForm;
import terzi.training.run.Epoch;
import terzi.training.run.StopReason;

/**
 * A fine-tuned network and how it came about.
 *
 * @param network input {@code [N, C, H, W]}, outputs logits {@code [N, K]}, features {@code [N, F]} and, with a
 *     kernel head on pooled maps, activation_map {@code [N, K, h, w]}; batch normalisation is folded into the convolutions
 * @param preprocessing what the network was tuned for
 * @param labels the classes, in the order of the logits
 * @param kept which stage's weights the network has
 * @param why in one sentence
 * @param validation how the kept stage does on images that it did not learn from, and on those it did
 * @param outOfFold answers for training images by networks that did not learn from them
 * @param head the first stage
 * @param tuning the second stage, if there was one
 * @param timings where the time went
 * @param skipped images that could not be read
 */
public record FineTuningResult(
        Model network,
        Preprocessing preprocessing,
        List<String> labels,
        Stage kept,
        String why,
        Figures validation,
        OutOfFold outOfFold,
        HeadReport head,
        Optional<TuningReport> tuning,
        Timings timings,
        DatasetReport skipped) {
    /**
     * Creates a result from a copy of the labels.
     *
     * @param network the fine-tuned network
     * @param preprocessing what the network was tuned for
     * @param labels the classes
     * @param kept which stage's weights the network has
     * @param why in one sentence
     * @param validation figures of the kept stage
     * @param outOfFold answers for the training images
     * @param head the first stage
     * @param tuning the second stage, if there was one
     * @param timings where the time went
     * @param skipped images that could not be read
     */
    public FineTuningResult {
        labels = List.copyOf(labels);
    }

    /**
     * Answers for training images by networks that did not learn from them. Where the head is kept they are for all training
     * images, and settings and temperature were chosen on other images; where the second stage is kept they are for the images
     * that were held out from it, on which its best epoch and its temperature were chosen, and that the network handed over was
     * trained on in the end, unless they are a validation part.
     *
     * @param predictions one for each readable training image, or for each that was held out; calibrated
     * @param strangeness of each, 0..1, as the network's output would give it without the images of the same fold
     * @param agreement share of the 10 nearest training images of other folds, which may divide groups, that have the image's
     *     label, 0..1; empty where the second stage is kept
     * @param ungrouped the same predictions with folds that divide the groups; empty when there are no larger groups
     */
    public record OutOfFold(
            List<CrossValidation.Prediction> predictions,
            List<Float> strangeness,
            List<Double> agreement,
            List<CrossValidation.Prediction> ungrouped) {
        /**
         * Copies the lists.
         *
         * @param predictions one for each image
         * @param strangeness of each
         * @param agreement of each
         * @param ungrouped the same predictions with folds that divide the groups
         */
        public OutOfFold {
            predictions = List.copyOf(predictions);
            strangeness = List.copyOf(strangeness);
            agreement = List.copyOf(agreement);
            ungrouped = List.copyOf(ungrouped);
        }
    }

    /** The two stages. */
    public enum Stage {
        /** A new head on the frozen network. */
        HEAD,
        /** The deepest blocks learned too. */
        TUNING
    }

    /** What the figures were measured on. */
    public enum MeasuredOn {
        /** The validation part of the data. */
        VALIDATION_PART,
        /** Images held out of the training part; the second stage's best epoch was chosen on them. */
        HELD_OUT,
        /** Cross-validation inside the training images; its settings were chosen on it. */
        INNER_FOLDS
    }

    /**
     * How well a network answers.
     *
     * @param images it was asked about
     * @param accuracy share of right answers
     * @param logLoss mean cross-entropy, unweighted, at the temperature where it is smallest
     * @param trainAccuracy share of right answers on the images it learned from, unchanged
     * @param testTimeAccuracy accuracy of the logits averaged over several views, never mixed into the others; empty when
     *     not asked for
     */
    public record Figures(
            MeasuredOn on,
            int images,
            double accuracy,
            double logLoss,
            double trainAccuracy,
            Optional<Double> testTimeAccuracy) {}

    /**
     * The first stage.
     *
     * @param found the head that was replaced, for people
     * @param form what was fitted
     * @param tried settings and what they gave, in the order in which they were tried
     * @param chosen the setting that was kept, for people
     * @param values how many numbers were fitted: weights and biases
     * @param figures of this stage
     */
    public record HeadReport(
            String found, HeadForm form, List<Trial> tried, String chosen, long values, Figures figures) {
        /**
         * Creates a report from a copy of the trials.
         *
         * @param found the head that was replaced
         * @param form what was fitted
         * @param tried settings and what they gave
         * @param chosen the setting that was kept
         * @param values how many numbers were fitted
         * @param figures of this stage
         */
        public HeadReport {
            tried = List.copyOf(tried);
        }
    }

    /**
     * One setting of the head.
     *
     * @param setting for people
     * @param logLoss mean weighted cross-entropy over the inner folds
     */
    public record Trial(String setting, double logLoss) {}

    /**
     * The second stage.
     *
     * @param cut the value up to which the network stayed as it was; empty when everything learned
     * @param views of each image that it learned from
     * @param history its epochs
     * @param bestEpoch the one whose weights were compared with the first stage's
     * @param share of what the best epoch's weights changed that was kept, 0..1: weights between the first stage's and those of
     *     the best epoch may do better than both
     * @param reason why it ended
     * @param figures of the best epoch, at that share
     */
    public record TuningReport(
            Optional<String> cut,
            int views,
            List<Epoch> history,
            int bestEpoch,
            double share,
            StopReason reason,
            Figures figures) {
        /**
         * Creates a report from a copy of the history.
         *
         * @param cut the value up to which the network stayed as it was, or empty
         * @param views of each image that it learned from
         * @param history its epochs
         * @param bestEpoch the one whose weights were compared
         * @param share of the change of the weights that was kept
         * @param reason why it ended
         * @param figures of the best epoch, at that share
         */
        public TuningReport {
            history = List.copyOf(history);
        }
    }

    /**
     * Seconds spent.
     *
     * @param features running the frozen network, with decoding
     * @param waiting share of that in which the network waited for images, 0..1
     * @param computed views that the network was run on; the others came from the cache
     * @param head fitting the head
     * @param tuning the second stage
     * @param total everything
     */
    public record Timings(double features, double waiting, int computed, double head, double tuning, double total) {}
}
