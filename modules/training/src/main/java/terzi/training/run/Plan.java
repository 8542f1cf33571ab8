package terzi.training.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import terzi.data.ClassWeights;
import terzi.data.Seeds;
import terzi.onnx.Model;
import terzi.training.recipe.ClassWeighting;
import terzi.training.recipe.TrainingOptions;
import terzi.training.torchscript.Precision;

/**
 * A run as the trainer sees it, whatever kind of job it comes from, with its examples loaded.
 *
 * @param order which examples are seen in which epoch; null = all of them, shuffled
 * @param folder where checkpoints go; null = nothing is written
 * @param resumes whether the run goes on from {@code last/}
 * @param rates as {@link TuningJob} has them; null for a network that learns from scratch
 * @param lastEpoch the epoch after which the run ends
 */
record Plan(
        Model network,
        LoadedExamples train,
        LoadedExamples validation,
        Examples.@Nullable Order order,
        TrainingOptions options,
        @Nullable Teaching teaching,
        @Nullable Path folder,
        boolean resumes,
        @Nullable Map<String, Double> rates,
        int lastEpoch,
        Cancellation cancellation) {
    static Plan of(TrainingJob job) throws IOException {
        return new Plan(
                job.network(),
                LoadedExamples.toLearnFrom(job.train()),
                LoadedExamples.toJudge(job.validation()),
                null,
                job.options(),
                job.teaching(),
                job.folder(),
                job.begin() == TrainingJob.Begin.RESUMED,
                null,
                job.options().optimisation().epochs(),
                job.cancellation());
    }

    static Plan of(TuningJob job) throws IOException {
        return new Plan(
                job.network(),
                LoadedExamples.toLearnFrom(job.train()),
                LoadedExamples.toJudge(job.validation()),
                job.order(),
                job.options(),
                null,
                null,
                false,
                job.rates(),
                job.lastEpoch(),
                job.cancellation());
    }

    /** Returns what is seen in an epoch, from 1: indices of training examples. */
    int[] order(int epoch) {
        return order == null
                ? Seeds.permutation(train.size(), options.execution().seed(), epoch)
                : order.of(epoch);
    }

    /** A last batch of a single image is left out: BatchNorm has no variance over one value. */
    int stepsPerEpoch() {
        int examples = order(1).length;
        int batchSize = options.optimisation().batchSize();
        return Math.max(1, examples / batchSize + (examples % batchSize > 1 ? 1 : 0));
    }

    /** Returns one weight for each class, null when all classes count the same. */
    float @Nullable [] classWeights() {
        ClassWeighting weighting = options.regularisation().loss().classWeights();
        if (weighting instanceof ClassWeighting.Balanced) {
            int[] counts = train.counts(order(1));
            return Arrays.stream(counts).allMatch(count -> count == counts[0]) ? null : ClassWeights.balanced(counts);
        } else if (weighting instanceof ClassWeighting.Listed listed) {
            int classes = train.labels().size();
            if (listed.weights().size() != classes) {
                throw new IllegalArgumentException(
                        "class weights: expected one for each of the " + classes + " classes " + train.labels()
                                + ", found " + listed.weights().size());
            }
            float[] weights = new float[classes];
            for (int i = 0; i < classes; i++) {
                weights[i] = listed.weights().get(i).floatValue();
            }
            return weights;
        }
        return null;
    }

    /** Returns what a resumed run must share with the run it goes on with, in the words of checkpoints. */
    String settings() {
        TrainingOptions.Optimisation optimisation = options.optimisation();
        TrainingOptions.Regularisation regularisation = options.regularisation();
        TrainingOptions.Selection selection = options.selection();
        return "optimizer " + optimisation.optimizer() + ", schedule " + optimisation.schedule() + ", loss "
                + regularisation.loss() + ", mix " + regularisation.mix() + ", augment " + train.augment()
                + ", plainEpochs " + regularisation.plainEpochs() + ", clipNorm " + regularisation.clipNorm()
                + ", ema " + regularisation.ema() + ", batchSize " + optimisation.batchSize() + ", seed "
                + options.execution().seed() + ", keep " + selection.keep() + ", best by "
                + EpochSelection.monitor(selection.earlyStopping()) + ", " + train.size() + " training images"
                + taughtBy();
    }

    private String taughtBy() {
        return teaching == null
                ? ""
                : ", taught by " + teaching.name() + " with weight "
                        + teaching.settings().weight() + " and temperature "
                        + teaching.settings().temperature();
    }

    /** Returns the data and the arithmetic that a resumed run must share; null where nothing is written. */
    @Nullable Basis basis(Precision precision) throws IOException {
        return folder != null
                        && train.source() instanceof Examples.Images learned
                        && validation.source() instanceof Examples.Images judging
                ? Basis.of(learned.set(), judging.set(), learned.preprocessing(), precision)
                : null;
    }
}
