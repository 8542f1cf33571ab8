package terzi.training.finetune;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import terzi.data.Seeds;
import terzi.data.Splits;
import terzi.training.recipe.HeadFitting;
import terzi.training.recipe.HeadForm;
import terzi.training.run.Cancellation;
import terzi.training.run.TrainingEngine;
import terzi.training.run.TrainingException;

/** What holds for every form of a head. */
class HeadContractTest {
    private static final int WIDTH = 3;
    private static final long SEED = 3;
    private static final int FOLDS = 3;

    @BeforeAll
    static void oneThread() {
        TrainingEngine.useThreads(1);
    }

    /** Three overlapping clouds. */
    private static float[][] clouds(int[] labels, long seed) {
        float[][] rows = new float[labels.length][WIDTH];
        for (int i = 0; i < rows.length; i++) {
            RandomGenerator random = Seeds.of(seed, 0, i);
            for (int f = 0; f < WIDTH; f++) {
                rows[i][f] = (float) ((f == labels[i] ? 1.5 : 0) + random.nextGaussian() + 2 * f);
            }
        }
        return rows;
    }

    private static int[] labels(int... counts) {
        int[] labels = new int[Arrays.stream(counts).sum()];
        int i = 0;
        for (int c = 0; c < counts.length; c++) {
            Arrays.fill(labels, i, i + counts[c], c);
            i += counts[c];
        }
        return labels;
    }

    private static double[] ones(int size) {
        double[] ones = new double[size];
        Arrays.fill(ones, 1);
        return ones;
    }

    private static HeadFitting options(int iterations, Double... strengths) {
        return new HeadFitting(
                HeadForm.LINEAR,
                List.of(strengths),
                FOLDS,
                iterations,
                1e-7,
                new HeadFitting.Kernel(List.of(0.5), List.of(0.5), List.of(strengths), 5000, 5000),
                new HeadFitting.Discriminant(
                        List.of(0.5),
                        Arrays.stream(strengths).map(s -> Math.min(1, s / 4)).toList()));
    }

    /** What a fit needs beside the data. */
    private static final class Fitting implements FineTuningListener {
        private final Cancellation cancellation = new Cancellation();
        private final List<Progress> progress = new ArrayList<>();

        @Override
        public void progressed(Progress now) {
            progress.add(now);
        }

        HeadFit fit(HeadForm form, float[][] rows, int[] labels, double[] weights, int views, HeadFitting options) {
            HeadFitter.Data data =
                    new HeadFitter.Data((image, view) -> rows[image * views + view], labels, weights, 3, WIDTH, views);
            try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
                return HeadSearch.fit(
                        manager,
                        data,
                        List.of(FeatureSet.all(WIDTH)),
                        options.withForm(form),
                        new HeadSearch.Divisions(Splits.folds(labels, FOLDS, SEED), Optional.empty()),
                        cancellation,
                        this);
            }
        }
    }

    private static float[][] logits(FittedHead head, float[][] rows) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            return head.logits(manager, rows);
        }
    }

    @ParameterizedTest
    @EnumSource(value = HeadForm.class, names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void aRequestToEndIsHeeded(HeadForm form) {
        int[] labels = labels(6, 6, 6);
        Fitting cancelled = new Fitting();
        cancelled.cancellation.request();
        assertThrows(
                CancellationException.class,
                () -> cancelled.fit(form, clouds(labels, 1), labels, ones(18), 1, options(50, 0.1)));
    }

    @Test
    void featuresThatAreNotNumbersAreRefused() {
        int[] labels = labels(6, 6, 6);
        float[][] rows = clouds(labels, 1);
        rows[4][1] = Float.NaN;
        TrainingException e = assertThrows(TrainingException.class, () -> new Fitting()
                .fit(HeadForm.LINEAR, rows, labels, ones(18), 1, options(50, 0.1)));
        assertTrue(e.getMessage().contains("not a finite number"), e.getMessage());
    }

    @ParameterizedTest
    @EnumSource(value = HeadForm.class, names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void everySettingIsTriedOnceTheBestIsChosenAndTheWorkIsCountedToItsEnd(HeadForm form) {
        int[] labels = labels(8, 8, 8);
        Fitting fitting = new Fitting();
        HeadFit fit = fitting.fit(form, clouds(labels, 2), labels, ones(24), 1, options(300, 0.03, 0.3, 3.0));
        assertEquals(3, fit.tried().size());
        assertEquals(
                3,
                fit.tried().stream()
                        .map(FineTuningResult.Trial::setting)
                        .distinct()
                        .count());
        double best = fit.tried().stream()
                .mapToDouble(FineTuningResult.Trial::logLoss)
                .min()
                .orElseThrow();
        FineTuningResult.Trial chosen = fit.tried().stream()
                .filter(trial -> fit.chosen().startsWith(trial.setting()))
                .findFirst()
                .orElseThrow();
        assertEquals(best, chosen.logLoss());
        FineTuningListener.Progress last = fitting.progress.get(fitting.progress.size() - 1);
        assertEquals(last.total(), last.done());
        long expected =
                switch (form) {
                    case LINEAR -> 3 * FOLDS;
                    case KERNEL -> 3;
                    default -> 1;
                };
        assertEquals(expected, last.total());
        assertEquals(24, fit.outOfFold().length);
        for (float[] logits : fit.outOfFold()) {
            assertEquals(3, logits.length);
        }
    }

    @ParameterizedTest
    @EnumSource(value = HeadForm.class, names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void manyRowsAreAnsweredLikeSingleOnes(HeadForm form) {
        int[] labels = labels(6, 6, 6);
        FittedHead head = new Fitting()
                .fit(form, clouds(labels, 1), labels, ones(18), 1, options(100, 0.1))
                .head();
        float[][] many = clouds(labels(400, 400, 400), 5);
        float[][] all = logits(head, many);
        for (int i : new int[] {0, 1023, 1024, 1025, 1199}) {
            assertArrayEquals(logits(head, new float[][] {many[i]})[0], all[i], 1e-5f, "row " + i);
        }
        long values = form == HeadForm.KERNEL ? 18 * 3 + 3 : 3 * WIDTH + 3;
        assertEquals(values, head.values());
    }

    @Test
    void aLinearHeadOfSeveralViewsIsThatOfAllTheirRows() {
        int[] labels = labels(7, 5, 6);
        float[][] first = clouds(labels, 1);
        float[][] second = clouds(labels, 2);
        float[][] both = new float[36][];
        int[] doubled = new int[36];
        for (int i = 0; i < 36; i++) {
            both[i] = i % 2 == 0 ? first[i / 2] : second[i / 2];
            doubled[i] = labels[i / 2];
        }
        FittedHead views = new Fitting()
                .fit(HeadForm.LINEAR, both, labels, ones(18), 2, options(300, 0.1))
                .head();
        FittedHead rows = new Fitting()
                .fit(HeadForm.LINEAR, both, doubled, ones(36), 1, options(300, 0.1))
                .head();
        float[][] expected = logits(rows, first);
        float[][] found = logits(views, first);
        // both are calibrated, each on its own folds: a common multiple
        double factor = (found[0][1] - found[0][0]) / (expected[0][1] - expected[0][0]);
        assertTrue(factor > 0, "factor " + factor);
        for (int i = 0; i < 18; i++) {
            for (int c = 0; c < 3; c++) {
                assertEquals(factor * expected[i][c], found[i][c], 2e-4 * Math.max(1, factor), "image " + i);
            }
        }
    }

    /** Standardised features, from all rows. */
    private static double[][] standardised(float[][] rows) {
        double[][] x = new double[rows.length][WIDTH];
        for (int f = 0; f < WIDTH; f++) {
            double mean = 0;
            for (float[] row : rows) {
                mean += row[f] / rows.length;
            }
            double square = 0;
            for (float[] row : rows) {
                square += (row[f] - mean) * (row[f] - mean) / rows.length;
            }
            for (int i = 0; i < rows.length; i++) {
                x[i][f] = (rows[i][f] - mean) / Math.sqrt(square);
            }
        }
        return x;
    }

    /** Weighted softmax regression by plain gradient descent; logits of all rows. */
    private static double[][] solved(double[][] x, int[] labels, double[] weights, double strength) {
        double total = Arrays.stream(weights).sum();
        double[][] w = new double[3][WIDTH + 1];
        double[][] logits = new double[x.length][3];
        for (int step = 0; step < 1500; step++) {
            double[][] g = new double[3][WIDTH + 1];
            for (int i = 0; i < x.length; i++) {
                double sum = 0;
                for (int c = 0; c < 3; c++) {
                    logits[i][c] = w[c][WIDTH];
                    for (int f = 0; f < WIDTH; f++) {
                        logits[i][c] += w[c][f] * x[i][f];
                    }
                    sum += Math.exp(logits[i][c]);
                }
                for (int c = 0; c < 3; c++) {
                    double error = (Math.exp(logits[i][c]) / sum - (labels[i] == c ? 1 : 0)) * weights[i] / total;
                    for (int f = 0; f < WIDTH; f++) {
                        g[c][f] += error * x[i][f];
                    }
                    g[c][WIDTH] += error;
                }
            }
            for (int c = 0; c < 3; c++) {
                for (int f = 0; f <= WIDTH; f++) {
                    w[c][f] -= g[c][f] + (f < WIDTH ? strength * w[c][f] : 0);
                }
            }
        }
        return logits;
    }

    @Test
    void whatALinearHeadSaysOfImagesHeldOutIsWhatAFitWithoutThemSays() {
        int[] labels = labels(8, 7, 1);
        double[] weights = new double[16];
        for (int i = 0; i < 16; i++) {
            weights[i] = 1 + labels[i];
        }
        float[][] rows = clouds(labels, 4);
        HeadFit fit = new Fitting().fit(HeadForm.LINEAR, rows, labels, weights, 1, options(300, 0.2));
        double[][] x = standardised(rows);
        double[][] heldOut = new double[16][];
        for (Splits.Split fold : Splits.folds(labels, FOLDS, SEED)) {
            double[] kept = weights.clone();
            for (int image : fold.held()) {
                // the only one of its class taught every fold
                kept[image] = labels[image] == 2 ? weights[image] : 0;
            }
            double[][] expected = solved(x, labels, kept, 0.2);
            // the answers of a fold are calibrated on the others: a common multiple of these
            double factor = Double.NaN;
            for (int image : fold.held()) {
                heldOut[image] = expected[image];
                float[] own = fit.outOfFold()[image];
                factor = Double.isNaN(factor) ? (own[1] - own[0]) / (expected[image][1] - expected[image][0]) : factor;
                assertTrue(factor > 0, "factor " + factor);
                for (int c = 0; c < 3; c++) {
                    assertEquals(
                            factor * (expected[image][c] - expected[image][0]),
                            own[c] - own[0],
                            2e-2 * factor,
                            "image " + image);
                }
            }
        }
        double least = Double.POSITIVE_INFINITY;
        for (double factor = 0.05; factor <= 20; factor *= 1.001) {
            double loss = 0;
            for (int i = 0; i < 16; i++) {
                double all = 0;
                for (double logit : heldOut[i]) {
                    all += Math.exp(factor * (logit - heldOut[i][labels[i]]));
                }
                loss += weights[i] * Math.log(all) / Arrays.stream(weights).sum();
            }
            least = Math.min(least, loss);
        }
        assertEquals(least, fit.tried().get(0).logLoss(), 1e-3);
    }

    @Test
    void strengthsThatAreWorseTwiceInARowEndTheSearch() {
        int[] labels = labels(6, 6, 6);
        // labels by chance: the stronger the penalty, the better
        float[][] rows = clouds(labels(18), 8);
        Fitting fitting = new Fitting();
        HeadFit fit = fitting.fit(
                HeadForm.LINEAR, rows, labels, ones(18), 1, options(300, 1e-4, 1e-3, 1e-2, 1e-1, 1.0, 1000.0));
        assertTrue(
                fit.chosen().startsWith("linear, strength 1000.0"), fit.tried().toString());
        assertEquals(
                List.of("linear, strength 1000.0", "linear, strength 1.0", "linear, strength 0.1"),
                fit.tried().stream().map(FineTuningResult.Trial::setting).toList());
        FineTuningListener.Progress last = fitting.progress.get(fitting.progress.size() - 1);
        assertEquals(6 * FOLDS, last.total());
        assertEquals(last.total(), last.done(), "what is left out counts as done");
    }

    @Test
    void aFitThatRunsOutOfIterationsSaysSo() {
        int[] labels = labels(6, 6, 6);
        HeadFit fit = new Fitting().fit(HeadForm.LINEAR, clouds(labels, 1), labels, ones(18), 1, options(1, 1e-3));
        assertEquals("linear, strength 0.001, stopped after 1 iterations", fit.chosen());
    }

    @Test
    void moreRowsThanAreStandardisedAtOnceAreAllLearnedFrom() {
        int[] labels = new int[1030];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = i % 3;
        }
        // the last rows alone tell the third class
        for (int i = 1024; i < 1030; i++) {
            labels[i] = 2;
        }
        float[][] rows = clouds(labels, 6);
        double[] weights = ones(1030);
        HeadFitter.Data data = new HeadFitter.Data((image, view) -> rows[image], labels, weights, 3, WIDTH, 1);
        HeadFitter.Search search = new HeadFitter.Search(
                Splits.folds(labels, FOLDS, SEED),
                new Cancellation(),
                new Meter(FineTuningListener.NONE, FineTuningListener.Work.HEAD, 0, FOLDS));
        float[][] found;
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
                HeadFitter fitter = new HeadFitter(manager, data, options(60, 1.0), search, 0, "")) {
            HeadCandidate candidate = fitter.search().get(0);
            found = candidate.head().get().logits(manager, rows);
            for (float[] row : found) {
                for (int c = 0; c < 3; c++) {
                    row[c] /= (float) candidate.factor();
                }
            }
        }
        // at the minimum the weighted errors balance: the gradient of every bias is 0
        for (int c = 0; c < 3; c++) {
            double error = 0;
            for (int i = 0; i < 1030; i++) {
                double sum = 0;
                for (float logit : found[i]) {
                    sum += Math.exp(logit - found[i][c]);
                }
                error += (1 / sum - (labels[i] == c ? 1 : 0)) / 1030;
            }
            assertEquals(0, error, 1e-5, "class " + c);
        }
    }
}
