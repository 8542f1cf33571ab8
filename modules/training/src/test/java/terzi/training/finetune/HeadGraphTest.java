package terzi.training.finetune;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import terzi.data.PackedImages;
import terzi.data.Splits;
import terzi.onnx.Model;
import terzi.onnx.rewrite.Cut;
import terzi.training.recipe.HeadFitting;
import terzi.training.recipe.HeadForm;
import terzi.training.run.Cancellation;
import terzi.training.run.TrainingEngine;

class HeadGraphTest {
    private static final PackedImages IMAGES = Shapes.images(3, 6, 6, 6);
    private static final int CLASSES = 3;

    private static float[][] run(NDManager manager, Model network, String output) {
        int bytes = IMAGES.pixels().remaining();
        ByteBuffer pixels =
                ByteBuffer.allocateDirect(bytes).put(IMAGES.pixels()).flip();
        try (FrozenNetwork frozen =
                new FrozenNetwork(manager, Cut.at(network, List.of(output)), Shapes.PREPROCESSING)) {
            return frozen.run(pixels, IMAGES.size()).features();
        }
    }

    private static float[][] times(float[][] rows, double factor) {
        float[][] scaled = new float[rows.length][];
        for (int i = 0; i < rows.length; i++) {
            scaled[i] = rows[i].clone();
            for (int f = 0; f < scaled[i].length; f++) {
                scaled[i][f] *= (float) factor;
            }
        }
        return scaled;
    }

    private static FittedHead fitted(NDManager manager, HeadForm form, float[][] features, double power) {
        double[] ones = new double[features.length];
        Arrays.fill(ones, 1);
        HeadFitting options = new HeadFitting(
                form,
                List.of(1.0),
                3,
                10,
                1e-3,
                new HeadFitting.Kernel(List.of(power), List.of(0.5), List.of(0.1), 100, 100),
                new HeadFitting.Discriminant(List.of(power), List.of(0.5)));
        return HeadSearch.fit(
                        manager,
                        new HeadFitter.Data(
                                (image, view) -> features[image],
                                IMAGES.labelIndices(),
                                ones,
                                CLASSES,
                                features[0].length,
                                1),
                        List.of(FeatureSet.all(features[0].length)),
                        options,
                        new HeadSearch.Divisions(Splits.folds(IMAGES.labelIndices(), 3, 1), Optional.empty()),
                        new Cancellation(),
                        FineTuningListener.NONE)
                .head();
    }

    @ParameterizedTest
    @EnumSource(
            value = HeadForm.class,
            names = {"DISCRIMINANT", "KERNEL"})
    void theGraphAnswersAsTheHeadDoes(HeadForm form) {
        TrainingEngine.useThreads(1);
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            Prepared prepared =
                    Prepared.of(Shapes.residual(2), Shapes.headOnly().withInput(Shapes.input(2)), CLASSES);
            float[][] features = run(manager, prepared.features(), Prepared.FEATURES);
            FittedHead head = fitted(manager, form, features, 0.35);
            float[][] expected = head.logits(manager, features);
            float[][] logits = run(manager, prepared.network(head), Prepared.LOGITS);
            for (int i = 0; i < logits.length; i++) {
                assertArrayEquals(expected[i], logits[i], 1e-4f, "image " + i);
            }
        }
    }

    /** With features as they are, a map's mean is how fast the logit grows when all features grow together. */
    @ParameterizedTest
    @EnumSource(
            value = HeadForm.class,
            names = {"DISCRIMINANT", "KERNEL"})
    void mapsShareOutWhatTheFeaturesAddToALogit(HeadForm form) {
        TrainingEngine.useThreads(1);
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            Prepared prepared = Prepared.of(Shapes.residual(2), Shapes.headOnly(), CLASSES);
            float[][] features = run(manager, prepared.features(), Prepared.FEATURES);
            FittedHead head = fitted(manager, form, features, 1);
            float[][] more = head.logits(manager, times(features, 1.002));
            float[][] less = head.logits(manager, times(features, 0.998));
            float[][] maps = run(manager, prepared.network(head), "activation_map");
            double largest = 0;
            for (int i = 0; i < maps.length; i++) {
                int places = maps[i].length / CLASSES;
                assertTrue(places > 1, places + " places");
                for (int c = 0; c < CLASSES; c++) {
                    double mean = 0;
                    for (int p = 0; p < places; p++) {
                        mean += maps[i][c * places + p] / places;
                    }
                    double growth = (more[i][c] - less[i][c]) / 0.004;
                    assertEquals(growth, mean, 1e-2 * Math.max(1, Math.abs(growth)), "image " + i + ", class " + c);
                    largest = Math.max(largest, Math.abs(growth));
                }
            }
            assertTrue(largest > 0.5, "nothing to compare: " + largest);
        }
    }
}
