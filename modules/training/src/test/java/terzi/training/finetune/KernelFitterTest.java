package terzi.training.finetune;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import terzi.data.Seeds;
import terzi.data.Splits;
import terzi.training.recipe.HeadFitting;
import terzi.training.recipe.HeadForm;
import terzi.training.run.Cancellation;
import terzi.training.run.TrainingEngine;

class KernelFitterTest {
    private static final int WIDTH = 6;
    private static final int FOLDS = 3;
    private static final long SEED = 3;

    /** Two classes of which one lies around the other, so that no line parts them, and a feature that never changes. */
    private static float[][] rings(int[] labels, long seed) {
        float[][] rows = new float[labels.length][WIDTH];
        for (int i = 0; i < rows.length; i++) {
            RandomGenerator random = Seeds.of(seed, 0, i);
            double angle = random.nextDouble() * 2 * Math.PI;
            double radius = (labels[i] == 0 ? 0.4 : 1.4) + 0.2 * random.nextGaussian();
            rows[i][0] = (float) (2 + radius * Math.cos(angle));
            rows[i][1] = (float) (2 + radius * Math.sin(angle));
            for (int f = 2; f < WIDTH - 1; f++) {
                rows[i][f] = (float) (0.01 * random.nextGaussian() - 1);
            }
            rows[i][WIDTH - 1] = 7;
        }
        return rows;
    }

    private static int[] labels(int first, int second) {
        int[] labels = new int[first + second];
        Arrays.fill(labels, first, labels.length, 1);
        return labels;
    }

    private static HeadFitting only(double power, double gamma, double strength) {
        return new HeadFitting(
                HeadForm.KERNEL,
                List.of(1.0),
                FOLDS,
                10,
                1e-3,
                new HeadFitting.Kernel(List.of(power), List.of(gamma), List.of(strength), 1000, 1000),
                HeadFitting.Discriminant.defaults());
    }

    private static HeadFit fit(float[][] rows, int[] labels, double[] weights, int views, HeadFitting options) {
        TrainingEngine.useThreads(1);
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            return HeadSearch.fit(
                    manager,
                    data(rows, labels, weights, views),
                    List.of(FeatureSet.all(WIDTH)),
                    options,
                    new HeadSearch.Divisions(Splits.folds(labels, FOLDS, SEED), Optional.empty()),
                    new Cancellation(),
                    FineTuningListener.NONE);
        }
    }

    private static HeadFitter.Data data(float[][] rows, int[] labels, double[] weights, int views) {
        return new HeadFitter.Data((image, view) -> rows[image * views + view], labels, weights, 2, WIDTH, views);
    }

    /** Logits for images held out before they are calibrated, {@code [N, K]}. */
    private static float[][] uncalibrated(
            float[][] rows, int[] labels, double[] weights, int views, HeadFitting options) {
        TrainingEngine.useThreads(1);
        HeadFitter.Data data = data(rows, labels, weights, views);
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
                Powers powers = new Powers(manager, data);
                KernelFitter fitter = new KernelFitter(
                        manager,
                        powers,
                        data,
                        new HeadFitter.Search(
                                Splits.folds(labels, FOLDS, SEED),
                                new Cancellation(),
                                new Meter(FineTuningListener.NONE, FineTuningListener.Work.HEAD, 0, 1)),
                        0,
                        "")) {
            return fitter.search(options.kernel(), KernelFitter.Setting.middle(options.kernel()))
                    .get(0)
                    .candidate()
                    .outOfFold();
        }
    }

    private static float[][] logits(FittedHead head, float[][] rows) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            return head.logits(manager, rows);
        }
    }

    private static double[] ones(int size) {
        double[] ones = new double[size];
        Arrays.fill(ones, 1);
        return ones;
    }

    @Test
    void tellsApartWhatNoLineCan() {
        int[] labels = labels(60, 60);
        float[][] rows = rings(labels, 1);
        HeadFit fit = fit(rows, labels, ones(120), 1, HeadFitting.defaults().withForm(HeadForm.KERNEL));
        int[] asked = labels(200, 200);
        double accuracy = new LogitMetrics(logits(fit.head(), rings(asked, 2)), asked).accuracy();
        assertTrue(accuracy > 0.9, "right on " + accuracy);
        assertEquals(7, fit.tried().size(), fit.tried().toString());
        double best = fit.tried().stream()
                .filter(trial -> trial.setting().equals(fit.chosen()))
                .findFirst()
                .orElseThrow()
                .logLoss();
        assertTrue(
                fit.tried().stream().allMatch(trial -> trial.logLoss() >= best),
                fit.tried().toString());
        assertTrue(best < 0.3, "log-loss " + best);
    }

    @Test
    void answersWhatTheNormalEquationsSay() {
        int[] labels = labels(9, 5);
        double[] weights = new double[14];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = labels[i] == 0 ? 14.0 / 18 : 14.0 / 10;
        }
        float[][] rows = rings(labels, 3);
        HeadFit fit = fit(rows, labels, weights, 1, only(0.5, 0.7, 0.2));
        double[][] expected = Reference.of(rows, 0.5, 0.7).answers(labels, weights, 0.2, allOf(14), rows);
        // logits are a common multiple of these
        float[][] logits = logits(fit.head(), rows);
        double factor = (logits[0][0] - logits[13][0]) / (expected[0][0] - expected[13][0]);
        assertTrue(factor > 0, "factor " + factor);
        for (int i = 0; i < rows.length; i++) {
            for (int c = 0; c < 2; c++) {
                assertEquals(factor * expected[i][c], logits[i][c], 2e-3 * factor, "image " + i);
            }
        }
    }

    @Test
    void whatItSaysOfImagesHeldOutIsWhatAFitWithoutThemSays() {
        int[] labels = labels(12, 8);
        double[] weights = ones(20);
        Arrays.fill(weights, 12, 20, 1.5);
        float[][] rows = rings(labels, 4);
        float[][] outOfFold = uncalibrated(rows, labels, weights, 1, only(0.5, 0.7, 0.2));
        Reference reference = Reference.of(rows, 0.5, 0.7);
        double factor = Double.NaN;
        for (Splits.Split fold : Splits.folds(labels, FOLDS, SEED)) {
            double[][] expected = reference.answers(labels, weights, 0.2, fold.kept(), rows);
            for (int image : fold.held()) {
                float[] own = outOfFold[image];
                if (Double.isNaN(factor)) {
                    factor = (own[0] - own[1]) / (expected[image][0] - expected[image][1]);
                    assertTrue(factor > 0, "factor " + factor);
                }
                assertEquals(factor * expected[image][0], own[0], 2e-3 * factor, "image " + image);
                assertEquals(factor * expected[image][1], own[1], 2e-3 * factor, "image " + image);
            }
        }
    }

    private static int[] allOf(int count) {
        int[] all = new int[count];
        Arrays.setAll(all, i -> i);
        return all;
    }

    /** The same by plain elimination in double precision; scales, and the bias, are those of all rows. */
    @SuppressWarnings("ArrayRecordComponent")
    record Reference(double[][] z, double gamma) {
        static Reference of(float[][] rows, double power, double gamma) {
            double magnitude = 0;
            for (float[] row : rows) {
                for (float value : row) {
                    magnitude += Math.abs(value) / (rows.length * row.length);
                }
            }
            double e = 0.1 * magnitude;
            int width = rows[0].length;
            double[][] z = new double[rows.length][width];
            for (int f = 0; f < width; f++) {
                double mean = 0;
                for (int i = 0; i < rows.length; i++) {
                    z[i][f] =
                            Math.signum(rows[i][f]) * (Math.pow(Math.abs(rows[i][f]) + e, power) - Math.pow(e, power));
                    mean += z[i][f] / rows.length;
                }
                double square = 0;
                for (double[] row : z) {
                    square += (row[f] - mean) * (row[f] - mean) / rows.length;
                }
                for (double[] row : z) {
                    row[f] = square < 1e-9 ? 0 : (row[f] - mean) / Math.sqrt(square * width);
                }
            }
            return new Reference(z, gamma);
        }

        private double likeness(int i, int j) {
            double sum = 0;
            for (int f = 0; f < z[i].length; f++) {
                sum += (z[i][f] - z[j][f]) * (z[i][f] - z[j][f]);
            }
            return Math.exp(-gamma * sum);
        }

        /** The image whose z is closest to this one. */
        int nearest(float[] wanted) {
            return IntStream.range(0, z.length)
                    .boxed()
                    .min(Comparator.comparingDouble(i -> IntStream.range(0, wanted.length)
                            .mapToDouble(f -> Math.abs(z[i][f] - wanted[f]))
                            .sum()))
                    .orElseThrow();
        }

        private static double[] means(int[] labels, double[] weights) {
            double total = Arrays.stream(weights).sum();
            double[] mean = new double[2];
            for (int i = 0; i < labels.length; i++) {
                for (int c = 0; c < 2; c++) {
                    mean[c] += weights[i] / total * (labels[i] == c ? 1 : -1);
                }
            }
            return mean;
        }

        /** Of all rows, by functions of the likeness to landmarks: (C' w C + strength L) a = C' w t. */
        double[][] answers(int[] labels, double[] weights, double strength, int[] taught, int[] landmarks) {
            double total = Arrays.stream(weights).sum();
            double[] mean = means(labels, weights);
            int m = landmarks.length;
            double[][] system = new double[m][m + 2];
            for (int p = 0; p < m; p++) {
                for (int q = 0; q < m; q++) {
                    system[p][q] = strength * likeness(landmarks[p], landmarks[q]);
                }
                for (int i : taught) {
                    double weighted = weights[i] * labels.length / total * likeness(i, landmarks[p]);
                    for (int q = 0; q < m; q++) {
                        system[p][q] += weighted * likeness(i, landmarks[q]);
                    }
                    for (int c = 0; c < 2; c++) {
                        system[p][m + c] += weighted * ((labels[i] == c ? 1 : -1) - mean[c]);
                    }
                }
            }
            eliminate(system);
            double[][] answers = new double[labels.length][2];
            for (int i = 0; i < labels.length; i++) {
                for (int c = 0; c < 2; c++) {
                    answers[i][c] = mean[c];
                    for (int p = 0; p < m; p++) {
                        answers[i][c] += likeness(i, landmarks[p]) * system[p][m + c];
                    }
                }
            }
            return answers;
        }

        double[][] answers(int[] labels, double[] weights, double strength, int[] taught, float[][] asked) {
            double total = Arrays.stream(weights).sum();
            double[] mean = means(labels, weights);
            int n = taught.length;
            double[][] system = new double[n][n + 2];
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    system[i][j] = likeness(taught[i], taught[j]);
                }
                system[i][i] += strength / (weights[taught[i]] * labels.length / total);
                for (int c = 0; c < 2; c++) {
                    system[i][n + c] = (labels[taught[i]] == c ? 1 : -1) - mean[c];
                }
            }
            eliminate(system);
            double[][] answers = new double[asked.length][2];
            for (int a = 0; a < asked.length; a++) {
                for (int c = 0; c < 2; c++) {
                    answers[a][c] = mean[c];
                    for (int j = 0; j < n; j++) {
                        answers[a][c] += likeness(a, taught[j]) * system[j][n + c];
                    }
                }
            }
            return answers;
        }

        private static void eliminate(double[][] system) {
            int n = system.length;
            for (int p = 0; p < n; p++) {
                for (int i = 0; i < n; i++) {
                    if (i != p) {
                        double share = system[i][p] / system[p][p];
                        for (int j = p; j < system[i].length; j++) {
                            system[i][j] -= share * system[p][j];
                        }
                    }
                }
            }
            for (int p = 0; p < n; p++) {
                for (int j = n; j < system[p].length; j++) {
                    system[p][j] /= system[p][p];
                }
            }
        }
    }

    @Test
    void weightsMakeARareClassBeFound() {
        int[] labels = labels(200, 8);
        float[][] rows = rings(labels, 5);
        double[] weights = new double[208];
        Arrays.fill(weights, 0, 200, 208.0 / 400);
        Arrays.fill(weights, 200, 208, 208.0 / 16);
        int[] asked = labels(0, 200);
        float[][] unseen = rings(asked, 6);
        double without = new LogitMetrics(
                        logits(fit(rows, labels, ones(208), 1, only(1, 0.4, 3)).head(), unseen), asked)
                .accuracy();
        double with = new LogitMetrics(
                        logits(fit(rows, labels, weights, 1, only(1, 0.4, 3)).head(), unseen), asked)
                .accuracy();
        assertTrue(with > without + 0.2, without + " without weights, " + with + " with them");
    }

    @Test
    void imagesThatDoNotCountAndAClassOfOneImageDoNoHarm() {
        int[] labels = labels(12, 1);
        double[] weights = ones(13);
        weights[0] = 0;
        HeadFit fit =
                fit(rings(labels, 7), labels, weights, 1, HeadFitting.defaults().withForm(HeadForm.KERNEL));
        for (float[] logits : fit.outOfFold()) {
            assertTrue(Float.isFinite(logits[0]) && Float.isFinite(logits[1]), Arrays.toString(logits));
        }
        assertTrue(
                fit.tried().stream().allMatch(trial -> Double.isFinite(trial.logLoss())),
                fit.tried().toString());
    }

    @Test
    void allViewsOfAnImageAreHeldOutTogetherAndTheSameBitsComeOut() {
        int[] labels = labels(10, 10);
        float[][] plain = rings(labels, 8);
        float[][] twice = new float[40][];
        for (int i = 0; i < 40; i++) {
            twice[i] = plain[i / 2].clone();
        }
        HeadFit first = fit(twice, labels, ones(20), 2, only(0.5, 0.7, 0.4));
        HeadFit second = fit(twice, labels, ones(20), 2, only(0.5, 0.7, 0.4));
        assertArrayEquals(((KernelHead) first.head()).weight(), ((KernelHead) second.head()).weight());
        // a view of an image that taught would give its twin away: with both held out it is as if there were one
        HeadFit once = fit(plain, labels, ones(20), 1, only(0.5, 0.7, 0.2));
        assertEquals(once.tried().get(0).logLoss(), first.tried().get(0).logLoss(), 1e-3);
    }

    /** The only image of a class teaches every fold and is answered by the fit to all; two equal views at twice the ridge are one. */
    @Test
    void theOnlyImageOfAClassIsAnsweredByTheFitToAll() {
        int[] labels = labels(9, 1);
        double[] weights = ones(10);
        weights[9] = 3;
        float[][] rows = rings(labels, 11);
        Reference reference = Reference.of(rows, 0.5, 0.7);
        float[][] once = uncalibrated(rows, labels, weights, 1, only(0.5, 0.7, 0.2));
        Splits.Split fold = Splits.folds(labels, FOLDS, SEED).get(0);
        int[] taught = IntStream.concat(Arrays.stream(fold.kept()), IntStream.of(9))
                .distinct()
                .toArray();
        int held = Arrays.stream(fold.held())
                .filter(image -> image != 9)
                .findFirst()
                .orElseThrow();
        double[] other = reference.answers(labels, weights, 0.2, taught, rows)[held];
        double factor = (once[held][0] - once[held][1]) / (other[0] - other[1]);
        double[] own = reference.answers(labels, weights, 0.2, allOf(10), rows)[9];
        for (int c = 0; c < 2; c++) {
            assertEquals(factor * own[c], once[9][c], 2e-3 * factor);
        }
        float[][] views = new float[20][];
        for (int i = 0; i < 20; i++) {
            views[i] = rows[i / 2].clone();
        }
        float[][] twice = uncalibrated(views, labels, weights, 2, only(0.5, 0.7, 0.4));
        for (int i = 0; i < 10; i++) {
            assertArrayEquals(once[i], twice[i], 2e-3f, "image " + i);
        }
    }

    @Test
    void seesFewerViewsOfManyImagesAndNoneOfTooMany() {
        HeadFitting.Kernel options = HeadFitting.Kernel.defaults();
        assertEquals(2, KernelFitter.views(3000, 2, options));
        assertEquals(1, KernelFitter.views(3001, 2, options));
        assertEquals(0, KernelFitter.views(6001, 2, options));
    }
}
