package terzi.training.finetune;

import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import terzi.data.Splits;

/**
 * A setting of a head with its answers for images that it was not fitted on.
 *
 * @param setting for people
 * @param simplicity rank of its form and features, 0 = simplest
 * @param outOfFold logits by the inner fold that did not learn from the image, {@code [N, K]}
 * @param factor the factor of the logits with the smallest weighted log-loss
 * @param losses of each image with that factor, {@code [N]}
 * @param logLoss their weighted mean
 * @param head fits the head to all images, with logits times the factor
 * @param with logits {@code [N, K]} with other folds, not scaled
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
record HeadCandidate(
        String setting,
        int simplicity,
        float[][] outOfFold,
        double factor,
        double[] losses,
        double logLoss,
        Supplier<FittedHead> head,
        Function<List<Splits.Split>, float[][]> with) {
    static HeadCandidate of(
            String setting,
            int simplicity,
            float[][] outOfFold,
            HeadFitter.Data data,
            Function<Double, FittedHead> head,
            Function<List<Splits.Split>, float[][]> with) {
        LogitMetrics metrics = new LogitMetrics(outOfFold, data.labels());
        double factor = metrics.bestFactor(data.weights());
        double[] losses = metrics.losses(factor);
        double sum = 0;
        double total = 0;
        for (int i = 0; i < losses.length; i++) {
            sum += data.weights()[i] * losses[i];
            total += data.weights()[i];
        }
        double logLoss = Double.isNaN(sum) ? Double.POSITIVE_INFINITY : sum / total;
        return new HeadCandidate(
                setting, simplicity, outOfFold, factor, losses, logLoss, () -> head.apply(factor), with);
    }

    FineTuningResult.Trial trial() {
        return new FineTuningResult.Trial(setting, logLoss);
    }
}
