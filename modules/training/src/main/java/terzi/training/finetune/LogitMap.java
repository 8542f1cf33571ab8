package terzi.training.finetune;

import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import terzi.data.Splits;
import terzi.training.finetune.FineTuningListener.Work;
import terzi.training.recipe.HeadFitting;
import terzi.training.recipe.HeadForm;

/**
 * Multinomial logistic regression from a candidate's out-of-fold logits to logits: a matrix and a bias instead of one temperature
 * (matrix scaling, Guo et al. 2017, "On Calibration of Modern Neural Networks"; on out-of-fold logits it is the stacking of Wolpert
 * 1992). Squared errors and normal densities are not what the log-loss asks for; this makes up for most of the difference, in
 * seconds. The matrix becomes part of the head's weights.
 */
record LogitMap(NDManager manager, HeadFitter.Data data, HeadFitting options, HeadFitter.Search search) {
    private static final List<Double> STRENGTHS = List.of(1e-3, 1e-4);

    /** With fewer images, a matrix fits the noise, and with very many classes it takes too long. */
    private static final int IMAGES_FOR_EACH_VALUE = 4;

    static boolean isPossible(HeadFitter.Data data) {
        long classes = data.classes();
        return IMAGES_FOR_EACH_VALUE * classes * classes <= data.labels().length;
    }

    HeadCandidate best(HeadCandidate base) {
        return STRENGTHS.stream()
                .map(strength -> mapped(base, strength))
                .min(Comparator.comparingDouble(HeadCandidate::logLoss))
                .orElseThrow();
    }

    private HeadCandidate mapped(HeadCandidate base, double strength) {
        float[][] logits = scaled(base.outOfFold(), base.factor());
        return HeadCandidate.of(
                base.setting() + ", logits mapped with strength " + strength,
                base.simplicity() + 1,
                fitted(logits, strength, search.folds(), HeadCandidate::outOfFold),
                data,
                factor -> base.head().get().mapped(fitted(logits, strength, search.folds(), map ->
                        ((LinearHead) map.head().get()))),
                others -> fitted(
                        scaled(base.with().apply(others), base.factor()), strength, others, HeadCandidate::outOfFold));
    }

    private <T> T fitted(float[][] logits, double strength, List<Splits.Split> folds, Function<HeadCandidate, T> use) {
        HeadFitter.Data ofLogits = new HeadFitter.Data(
                (image, view) -> logits[image], data.labels(), data.weights(), data.classes(), data.classes(), 1);
        HeadFitting linear = new HeadFitting(
                HeadForm.LINEAR,
                List.of(strength),
                options.folds(),
                options.iterations(),
                options.tolerance(),
                options.kernel(),
                options.discriminant());
        HeadFitter.Search inner = new HeadFitter.Search(
                folds, search.cancellation(), new Meter(FineTuningListener.NONE, Work.HEAD, 0, folds.size()));
        try (HeadFitter fitter = new HeadFitter(manager, ofLogits, linear, inner, 0, "")) {
            return use.apply(fitter.search().get(0));
        }
    }

    private static float[][] scaled(float[][] logits, double factor) {
        return Arrays.stream(logits)
                .map(row -> LogitMetrics.scaled(row, factor))
                .toArray(float[][]::new);
    }
}
