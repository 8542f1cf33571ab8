package terzi.training.finetune;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import terzi.data.Seeds;
import terzi.data.Splits;
import terzi.training.recipe.HeadFitting;
import terzi.training.recipe.HeadForm;
import terzi.training.run.Cancellation;
import terzi.training.run.TrainingEngine;

class HeadFitterTest {
    private static final int WIDTH = 5;

    /** Three overlapping clouds of unequal size, on features of unequal scale, one of them constant. */
    private static float[][] clouds(int[] labels, long seed) {
        float[][] rows = new float[labels.length][WIDTH];
        for (int i = 0; i < rows.length; i++) {
            RandomGenerator random = Seeds.of(seed, 0, i);
            for (int f = 0; f < WIDTH - 1; f++) {
                double centre = f == labels[i] ? 1.5 : 0;
                rows[i][f] = (float) ((centre + random.nextGaussian()) * (f + 1) * 3 + 10 * f);
            }
            rows[i][WIDTH - 1] = 7;
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

    private static HeadFit fit(float[][] rows, int[] labels, double[] weights, List<Double> strengths) {
        TrainingEngine.useThreads(1);
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            return HeadSearch.fit(
                    manager,
                    new HeadFitter.Data((image, view) -> rows[image], labels, weights, 3, WIDTH, 1),
                    List.of(FeatureSet.all(WIDTH)),
                    new HeadFitting(
                            HeadForm.LINEAR,
                            strengths,
                            4,
                            500,
                            1e-6,
                            HeadFitting.Kernel.defaults(),
                            HeadFitting.Discriminant.defaults()),
                    new HeadSearch.Divisions(Splits.folds(labels, 4, 3), Optional.empty()),
                    new Cancellation(),
                    FineTuningListener.NONE);
        }
    }

    private static double[] ones(int size) {
        double[] ones = new double[size];
        Arrays.fill(ones, 1);
        return ones;
    }

    /** Plain gradient descent in double precision on standardised features, for as long as it takes. */
    private static double[][] solvedSlowly(float[][] rows, int[] labels, double[] weights, double strength) {
        int n = rows.length;
        double[][] x = new double[n][WIDTH + 1];
        for (int f = 0; f < WIDTH; f++) {
            double mean = 0;
            double square = 0;
            for (float[] row : rows) {
                mean += row[f] / n;
            }
            for (float[] row : rows) {
                square += (row[f] - mean) * (row[f] - mean) / n;
            }
            for (int i = 0; i < n; i++) {
                x[i][f] = square < 1e-9 ? 0 : (rows[i][f] - mean) / Math.sqrt(square);
            }
        }
        double total = Arrays.stream(weights).sum();
        double[][] w = new double[3][WIDTH + 1];
        double[][] logits = new double[n][3];
        for (int step = 0; step < 2_000; step++) {
            double[][] g = new double[3][WIDTH + 1];
            for (int i = 0; i < n; i++) {
                x[i][WIDTH] = 1;
                double sum = 0;
                for (int c = 0; c < 3; c++) {
                    logits[i][c] = 0;
                    for (int f = 0; f <= WIDTH; f++) {
                        logits[i][c] += w[c][f] * x[i][f];
                    }
                    sum += Math.exp(logits[i][c]);
                }
                for (int c = 0; c < 3; c++) {
                    double error = (Math.exp(logits[i][c]) / sum - (labels[i] == c ? 1 : 0)) * weights[i] / total;
                    for (int f = 0; f <= WIDTH; f++) {
                        g[c][f] += error * x[i][f];
                    }
                }
            }
            for (int c = 0; c < 3; c++) {
                for (int f = 0; f <= WIDTH; f++) {
                    w[c][f] -= 0.5 * (g[c][f] + (f < WIDTH ? strength * w[c][f] : 0));
                }
            }
        }
        return logits;
    }

    @Test
    void answersLikeASlowSolverOfTheSameProblem() {
        int[] labels = labels(60, 30, 10);
        float[][] rows = clouds(labels, 1);
        double[] weights = new double[labels.length];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = labels[i] == 2 ? 10.0 / 3 : labels[i] == 1 ? 10.0 / 9 : 5.0 / 9;
        }
        HeadFit fit = fit(rows, labels, weights, List.of(0.05));
        assertEquals("linear, strength 0.05", fit.chosen());
        double[][] expected = solvedSlowly(rows, labels, weights, 0.05);
        LinearHead head = (LinearHead) fit.head();
        float[] first = head.logits(rows[0]);
        // the head is calibrated: its logits are a common multiple of these
        double factor = (first[1] - first[0]) / (expected[0][1] - expected[0][0]);
        assertTrue(factor > 0, "factor " + factor);
        for (int i = 0; i < rows.length; i++) {
            float[] logits = head.logits(rows[i]);
            for (int c = 0; c < 3; c++) {
                // softmax does not see a common summand
                assertEquals(
                        factor * (expected[i][c] - expected[i][0]), logits[c] - logits[0], 4e-3 * factor, "image " + i);
            }
        }
    }

    @Test
    void choosesTheStrengthThatDoesBestOnImagesLeftOut() {
        int[] labels = labels(8, 8, 8);
        float[][] rows = clouds(labels, 2);
        HeadFit fit = fit(rows, labels, ones(24), List.of(1e-7, 0.1, 1000.0));
        assertEquals("linear, strength 0.1", fit.chosen());
        assertEquals("linear, strength 1000.0", fit.tried().get(0).setting());
        // an answer that knows nothing has log-loss ln 3
        assertTrue(fit.tried().get(0).logLoss() > 1.09, fit.tried().toString());
        assertTrue(fit.tried().get(1).logLoss() < 1.05, fit.tried().toString());
    }

    @Test
    void weightsMakeARareClassBeFound() {
        int[] labels = labels(150, 150, 8);
        float[][] rows = clouds(labels, 3);
        double[] weights = new double[labels.length];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = labels[i] == 2 ? 308.0 / 24 : 308.0 / 450;
        }
        int[] asked = labels(0, 0, 200);
        float[][] unseen = clouds(asked, 4);
        LinearHead plain = (LinearHead)
                fit(rows, labels, ones(labels.length), List.of(0.1)).head();
        LinearHead weighted =
                (LinearHead) fit(rows, labels, weights, List.of(0.1)).head();
        double without = recall(plain, unseen, asked);
        double with = recall(weighted, unseen, asked);
        assertTrue(with > without + 0.2, without + " without weights, " + with + " with them");
    }

    private static double recall(LinearHead head, float[][] rows, int[] labels) {
        return new LogitMetrics(Arrays.stream(rows).map(head::logits).toArray(float[][]::new), labels).accuracy();
    }

    @Test
    void fitsTheSameHeadEachTime() {
        int[] labels = labels(20, 20, 20);
        float[][] rows = clouds(labels, 5);
        LinearHead first =
                (LinearHead) fit(rows, labels, ones(60), List.of(0.01, 0.1)).head();
        LinearHead second =
                (LinearHead) fit(rows, labels, ones(60), List.of(0.01, 0.1)).head();
        assertArrayEquals(first.weight(), second.weight());
        assertArrayEquals(first.bias(), second.bias());
    }

    @Test
    void copesWithAClassOfOneImageAsAFoldMayLeaveIt() {
        int[] labels = labels(12, 12, 1);
        HeadFit fit = fit(clouds(labels, 6), labels, ones(25), List.of(0.1));
        assertTrue(Double.isFinite(fit.tried().get(0).logLoss()));
    }
}
