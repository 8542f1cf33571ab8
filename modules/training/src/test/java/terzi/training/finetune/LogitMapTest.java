package terzi.training.finetune;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import terzi.data.Seeds;
import terzi.data.Splits;
import terzi.training.finetune.FineTuningListener.Work;
import terzi.training.recipe.HeadFitting;
import terzi.training.run.Cancellation;
import terzi.training.run.TrainingEngine;

class LogitMapTest {
    private static final int IMAGES = 1500;
    private static final int CLASSES = 3;
    private static final float[] BLURRED = {1, 0, 0, 0.8f, 1, 0, 0, 0, 0.2f};

    @BeforeAll
    static void oneThread() {
        TrainingEngine.useThreads(1);
    }

    private static int[] labels(int count) {
        int[] labels = new int[count];
        Arrays.setAll(labels, i -> i % CLASSES);
        return labels;
    }

    /** Normal clouds with the right class's logit 3 higher: softmax of these logits is the probability of the classes. */
    private static float[][] right(int[] labels) {
        float[][] logits = new float[labels.length][CLASSES];
        for (int i = 0; i < logits.length; i++) {
            RandomGenerator random = Seeds.of(5, 0, i);
            for (int c = 0; c < CLASSES; c++) {
                double z = (c == labels[i] ? 1.7 : 0) + random.nextGaussian();
                logits[i][c] = (float) (1.7 * z);
            }
        }
        return logits;
    }

    private static float[][] blurred(float[][] logits) {
        LinearHead blur = new LinearHead(BLURRED, new float[] {3, 0, -1});
        return Arrays.stream(logits).map(blur::logits).toArray(float[][]::new);
    }

    private static HeadFitter.Data data(int[] labels) {
        double[] ones = new double[labels.length];
        Arrays.fill(ones, 1);
        return new HeadFitter.Data((image, view) -> new float[0], labels, ones, CLASSES, 0, 1);
    }

    private static LogitMap map(NDManager manager, HeadFitter.Data data) {
        HeadFitter.Search search = new HeadFitter.Search(
                Splits.folds(data.labels(), 5, 1),
                new Cancellation(),
                new Meter(FineTuningListener.NONE, Work.HEAD, 0, 1));
        return new LogitMap(manager, data, HeadFitting.defaults(), search);
    }

    /** The head of the candidate gives its features as logits, times the factor. */
    private static HeadCandidate candidate(float[][] logits, HeadFitter.Data data) {
        LinearHead same = new LinearHead(new float[] {1, 0, 0, 0, 1, 0, 0, 0, 1}, new float[CLASSES]);
        return HeadCandidate.of("setting", 4, logits, data, same::scaled, others -> logits);
    }

    @Test
    void findsTheMatrixThatATemperatureCannotMakeUpFor() {
        int[] labels = labels(IMAGES);
        HeadFitter.Data data = data(labels);
        HeadCandidate ideal = candidate(right(labels), data);
        HeadCandidate blurred = candidate(blurred(right(labels)), data);
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            HeadCandidate mapped = map(manager, data).best(blurred);
            assertTrue(blurred.logLoss() > ideal.logLoss() + 0.1, blurred.logLoss() + " against " + ideal.logLoss());
            assertEquals(ideal.logLoss(), mapped.logLoss(), 0.01);
            assertEquals(5, mapped.simplicity());
            float[][] ofHead = mapped.head().get().logits(manager, blurred(right(labels)));
            double own = new LogitMetrics(ofHead, labels).logLoss();
            assertEquals(mapped.logLoss(), own, 0.01, "the head that is kept has the matrix");
            assertTrue(own < mapped.logLoss(), "held-out images cannot do better than its own");
            double others = new LogitMetrics(mapped.with().apply(Splits.folds(labels, 4, 2)), labels).logLoss();
            assertEquals(mapped.logLoss(), others, 0.01, "with other folds");
        }
    }

    /** Labels in another order cannot be told from the logits: a map that has seen the fold would seem to know them. */
    @Test
    void imagesOfAFoldDoNotFitTheirOwnMap() {
        int[] labels =
                Arrays.stream(Seeds.permutation(42, 9, 0)).map(i -> i % CLASSES).toArray();
        HeadFitter.Data data = data(labels);
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            double mapped =
                    map(manager, data).best(candidate(right(labels(42)), data)).logLoss();
            assertTrue(mapped > Math.log(CLASSES) - 0.02, "log-loss " + mapped);
        }
    }

    @Test
    void everyHeadTakesTheMapIntoItsWeights() {
        LinearHead map = new LinearHead(new float[] {1, -2, 0.5f, 3}, new float[] {0.25f, -1});
        PoweredFeatures features =
                new PoweredFeatures(0.5, 0.1, new float[] {0.2f, -0.1f, 0.4f}, new float[] {1, 0.5f, 2});
        float[] weight = {1, -1, 0.5f, 2, 0, -3};
        float[] bias = {0.5f, -0.75f};
        float[] rows = {0, 1, 0, 1, 0, 1, -1, 0.5f, 2};
        List<FittedHead> heads = List.of(
                new LinearHead(weight, bias),
                new DiscriminantHead(features, weight, bias),
                new KernelHead(features, 0.3, rows, weight, bias));
        float[][] asked = {{1, 2, 3}, {-1, 0, 0.5f}};
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            for (FittedHead head : heads) {
                float[][] expected = map.logits(manager, head.logits(manager, asked));
                float[][] found = head.mapped(map).logits(manager, asked);
                for (int i = 0; i < asked.length; i++) {
                    assertArrayEquals(
                            expected[i], found[i], 1e-5f, head.getClass().getSimpleName());
                }
            }
        }
    }

    @Test
    void needsFourImagesForEachNumberOfTheMatrix() {
        assertTrue(LogitMap.isPossible(data(labels(36))));
        assertFalse(LogitMap.isPossible(data(labels(35))));
    }
}
