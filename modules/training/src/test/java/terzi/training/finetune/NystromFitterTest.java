package terzi.training.finetune;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import terzi.data.Seeds;
import terzi.data.Splits;
import terzi.training.recipe.HeadFitting;
import terzi.training.recipe.HeadForm;
import terzi.training.run.Cancellation;
import terzi.training.run.TrainingEngine;

class NystromFitterTest {
    private static final int WIDTH = 4;
    private static final int FOLDS = 3;
    private static final HeadFitting DEFAULTS = HeadFitting.defaults();

    @BeforeAll
    static void oneThread() {
        TrainingEngine.useThreads(1);
    }

    /** Two classes of which one lies around the other, so that no line parts them. */
    private static float[][] rings(int[] labels, long seed) {
        float[][] rows = new float[labels.length][WIDTH];
        for (int i = 0; i < rows.length; i++) {
            RandomGenerator random = Seeds.of(seed, 0, i);
            double angle = random.nextDouble() * 2 * Math.PI;
            double radius = (labels[i] == 0 ? 0.4 : 1.4) + 0.2 * random.nextGaussian();
            rows[i][0] = (float) (2 + radius * Math.cos(angle));
            rows[i][1] = (float) (2 + radius * Math.sin(angle));
            rows[i][2] = (float) (0.2 * random.nextGaussian() - 1);
            rows[i][3] = (float) (0.2 * random.nextGaussian() + 1);
        }
        return rows;
    }

    private static int[] labels(int first, int second) {
        int[] labels = new int[first + second];
        Arrays.fill(labels, first, labels.length, 1);
        return labels;
    }

    private static double[] ones(int size) {
        double[] ones = new double[size];
        Arrays.fill(ones, 1);
        return ones;
    }

    private static HeadFitter.Data data(float[][] rows, int[] labels, double[] weights, int views) {
        return new HeadFitter.Data((image, view) -> rows[image * views + view], labels, weights, 2, WIDTH, views);
    }

    private static HeadFitter.Search search(int[] labels) {
        return new HeadFitter.Search(
                Splits.folds(labels, FOLDS, 3),
                new Cancellation(),
                new Meter(FineTuningListener.NONE, FineTuningListener.Work.HEAD, 0, 1));
    }

    private static <T> T withFitter(HeadFitter.Data data, HeadFitter.Search search, Function<NystromFitter, T> use) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
                Powers powers = new Powers(manager, data);
                NystromFitter fitter = new NystromFitter(manager, powers, data, search, 0, "")) {
            return use.apply(fitter);
        }
    }

    /** A setting's logits of images that are held out, and of unseen ones by the head; neither is calibrated. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Found(float[][] outOfFold, float[][] unseen) {}

    private static Found found(KernelFitter.Tried tried, float[][] unseen) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            float[][] scaled = tried.candidate().head().get().logits(manager, unseen);
            return new Found(
                    tried.candidate().outOfFold(),
                    Arrays.stream(scaled)
                            .map(row -> LogitMetrics.scaled(
                                    row, 1 / tried.candidate().factor()))
                            .toArray(float[][]::new));
        }
    }

    private static Found approximate(HeadFitter.Data data, int landmarks, double strength, float[][] unseen) {
        return withFitter(
                data,
                search(data.labels()),
                fitter -> found(
                        fitter.judged(0.5, 0.7, List.of(strength), landmarks).get(0), unseen));
    }

    @Test
    void withEveryRowALandmarkItIsTheExactKernel() {
        int[] labels = labels(25, 16);
        labels[40] = 2;
        double[] weights = ones(41);
        Arrays.fill(weights, 25, 41, 1.6);
        float[][] rows = rings(labels, 1);
        float[][] unseen = rings(labels(20, 20), 2);
        HeadFitter.Data data = new HeadFitter.Data((image, view) -> rows[image], labels, weights, 3, WIDTH, 1);
        Found exact;
        HeadFitting.Kernel only = new HeadFitting.Kernel(List.of(0.5), List.of(0.7), List.of(0.2), 100, 100);
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
                Powers powers = new Powers(manager, data);
                KernelFitter fitter = new KernelFitter(manager, powers, data, search(labels), 0, "")) {
            exact = found(fitter.search(only, KernelFitter.Setting.middle(only)).get(0), unseen);
        }
        Found approximate = approximate(data, 41, 0.2, unseen);
        for (int i = 0; i < 41; i++) {
            assertArrayEquals(exact.outOfFold()[i], approximate.outOfFold()[i], 1e-6f, "image " + i);
        }
        for (int i = 0; i < unseen.length; i++) {
            // weights of the landmarks are stored in float32
            assertArrayEquals(exact.unseen()[i], approximate.unseen()[i], 5e-6f, "unseen image " + i);
        }
    }

    /** Ridge regression by elimination on the rows of the other folds: (C' w C + strength L) a = C' w t. */
    @Test
    void whatItSaysOfImagesHeldOutIsWhatAFitWithoutThemSays() {
        int[] labels = labels(30, 15);
        double[] weights = ones(45);
        Arrays.fill(weights, 30, 45, 2);
        float[][] rows = rings(labels, 4);
        HeadFitter.Data data = data(rows, labels, weights, 1);
        int landmarks = 12;
        HeadFitter.Search search = search(labels);
        KernelHead head =
                withFitter(data, search, fitter -> (KernelHead) fitter.judged(0.5, 0.7, List.of(0.2), landmarks)
                        .get(0)
                        .candidate()
                        .head()
                        .get());
        float[][] outOfFold = approximate(data, landmarks, 0.2, rows).outOfFold();
        assertEquals(landmarks, head.learnedFrom());
        KernelFitterTest.Reference reference = KernelFitterTest.Reference.of(rows, 0.5, 0.7);
        int[] chosen = IntStream.range(0, landmarks)
                .map(l -> reference.nearest(Arrays.copyOfRange(head.rows(), l * WIDTH, (l + 1) * WIDTH)))
                .toArray();
        for (Splits.Split fold : search.folds()) {
            double[][] expected = reference.answers(labels, weights, 0.2, fold.kept(), chosen);
            for (int image : fold.held()) {
                for (int c = 0; c < 2; c++) {
                    assertEquals(expected[image][c], outOfFold[image][c], 2e-5, "image " + image);
                }
            }
        }
    }

    private static HeadFitting above(HeadForm form, int landmarks) {
        HeadFitting.Kernel kernel = DEFAULTS.kernel();
        return new HeadFitting(
                form,
                DEFAULTS.strengths(),
                FOLDS,
                DEFAULTS.iterations(),
                DEFAULTS.tolerance(),
                new HeadFitting.Kernel(kernel.powers(), kernel.gammas(), kernel.strengths(), 99, landmarks),
                DEFAULTS.discriminant());
    }

    private static HeadFit fit(float[][] rows, int[] labels, HeadFitting options, FineTuningListener listener) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            return HeadSearch.fit(
                    manager,
                    data(rows, labels, ones(labels.length), rows.length / labels.length),
                    List.of(FeatureSet.all(WIDTH)),
                    options,
                    new HeadSearch.Divisions(Splits.folds(labels, FOLDS, 3), Optional.empty()),
                    new Cancellation(),
                    listener);
        }
    }

    @Test
    void tellsApartWhatNoLineCan() {
        int[] labels = labels(150, 150);
        List<FineTuningListener.Progress> progress = new ArrayList<>();
        HeadFit fit = fit(rings(labels, 1), labels, above(HeadForm.AUTO, 60), new FineTuningListener() {
            @Override
            public void progressed(Progress now) {
                progress.add(now);
            }
        });
        assertTrue(fit.chosen().startsWith("kernel, ") && fit.chosen().contains("60 landmarks"), fit.chosen());
        assertEquals(60, ((KernelHead) fit.head()).learnedFrom());
        int[] asked = labels(200, 200);
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            double accuracy = new LogitMetrics(fit.head().logits(manager, rings(asked, 2)), asked).accuracy();
            assertTrue(accuracy > 0.95, "right on " + accuracy);
        }
        double discriminant = fit.tried().stream()
                .filter(trial -> trial.setting().startsWith("discriminant"))
                .mapToDouble(FineTuningResult.Trial::logLoss)
                .min()
                .orElseThrow();
        assertTrue(discriminant > 0.6, "a plane: " + discriminant);
        FineTuningListener.Progress last = progress.get(progress.size() - 1);
        assertEquals(3 + 5 + 4, last.total(), "powers of the discriminant, of 5 settings, and 4 for all landmarks");
        assertEquals(last.total(), last.done());
    }

    @Test
    void theHeadAnswersAsTheChosenSettingDoesForImagesHeldOut() {
        int[] labels = labels(150, 150);
        float[][] rows = rings(labels, 1);
        HeadFit fit = fit(rows, labels, above(HeadForm.KERNEL, 60), FineTuningListener.NONE);
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            double ofHead = new LogitMetrics(fit.head().logits(manager, rows), labels).logLoss(ones(300));
            double held = new LogitMetrics(fit.outOfFold(), labels).logLoss(ones(300));
            assertTrue(ofHead < held, ofHead + " on its own images, " + held + " on images held out");
            assertEquals(held, ofHead, 0.05);
        }
    }

    @Test
    void theSameFoldsGiveTheSameBitsAndOthersOtherLandmarks() {
        int[] labels = labels(70, 50);
        HeadFitter.Data data = data(rings(labels, 5), labels, ones(120), 1);
        Function<HeadFitter.Search, KernelHead> fitted =
                search -> withFitter(data, search, fitter -> (KernelHead) fitter.judged(0.5, 0.4, List.of(0.1), 30)
                        .get(0)
                        .candidate()
                        .head()
                        .get());
        KernelHead first = fitted.apply(search(labels));
        KernelHead second = fitted.apply(search(labels));
        assertArrayEquals(first.weight(), second.weight());
        assertArrayEquals(first.rows(), second.rows());
        HeadFitter.Search other = new HeadFitter.Search(
                Splits.folds(labels, FOLDS, 4),
                new Cancellation(),
                search(labels).meter());
        assertNotEquals(
                Arrays.toString(first.rows()),
                Arrays.toString(fitted.apply(other).rows()));
    }

    /** Two of 200 images: a draw among all images would nearly always miss them. */
    @Test
    void aRareClassHasLandmarks() {
        int[] labels = labels(198, 2);
        float[][] rows = rings(labels, 6);
        rows[198][3] = 50;
        rows[199][3] = 60;
        HeadFitter.Data data = data(rows, labels, ones(200), 1);
        KernelHead head = withFitter(data, search(labels), fitter -> (KernelHead)
                fitter.judged(1, 0.4, List.of(0.1), 4).get(0).candidate().head().get());
        int far = 0;
        for (int l = 0; l < 4; l++) {
            far += head.rows()[l * WIDTH + 3] > 1 ? 1 : 0;
        }
        assertEquals(2, far, Arrays.toString(head.rows()));
    }

    /** Two equal views of each image at twice the strength are one: each row counts as much as before. */
    @Test
    void allViewsTeachAndAreHeldOutTogether() {
        int[] labels = labels(40, 30);
        float[][] plain = rings(labels, 8);
        float[][] twice = new float[140][];
        for (int i = 0; i < 140; i++) {
            twice[i] = plain[i / 2].clone();
        }
        float[][] once =
                approximate(data(plain, labels, ones(70), 1), 20, 0.2, plain).outOfFold();
        float[][] views =
                approximate(data(twice, labels, ones(70), 2), 20, 0.4, plain).outOfFold();
        for (int i = 0; i < 70; i++) {
            assertArrayEquals(once[i], views[i], 1e-5f, "image " + i);
        }
    }

    @Test
    void equalImagesAndImagesThatDoNotCountDoNoHarm() {
        int[] labels = labels(60, 60);
        float[][] rows = rings(labels, 9);
        for (int i = 0; i < 30; i++) {
            rows[i] = rows[60].clone();
        }
        double[] weights = ones(120);
        weights[3] = 0;
        for (float[] logits :
                approximate(data(rows, labels, weights, 1), 120, 0.03, rows).outOfFold()) {
            assertTrue(Float.isFinite(logits[0]) && Float.isFinite(logits[1]), Arrays.toString(logits));
        }
    }

    @Test
    void aRequestToEndIsHeeded() {
        int[] labels = labels(60, 60);
        HeadFitter.Search search = search(labels);
        search.cancellation().request();
        HeadFitter.Data data = data(rings(labels, 1), labels, ones(120), 1);
        assertThrows(
                CancellationException.class,
                () -> withFitter(data, search, fitter -> fitter.judged(0.5, 0.4, List.of(0.1), 30)));
    }
}
