package terzi.training.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import terzi.data.PackedImages;
import terzi.data.Seeds;
import terzi.data.augment.AugmentationChain;
import terzi.onnx.DataType;
import terzi.onnx.Model;
import terzi.onnx.Tensor;
import terzi.training.recipe.Optimizer;
import terzi.training.recipe.Schedule;
import terzi.training.recipe.TrainingOptions;

class TuningTest {
    private static final PackedImages TRAIN = Stripes.images(32, 1);

    private static Map<String, float[]> afterOneStep(Optimizer optimizer, Map<String, Double> rates)
            throws IOException {
        Examples.Images examples = new Examples.Images(TRAIN, Stripes.PREPROCESSING, AugmentationChain.NONE);
        TrainingOptions options = Stripes.options()
                .withEpochs(1)
                .withBatchSize(32)
                .withOptimizer(optimizer)
                .withSchedule(new Schedule.Constant());
        TuningJob job = new TuningJob(
                Stripes.network(),
                examples,
                epoch -> Seeds.permutation(32, 1, epoch),
                examples,
                rates,
                options,
                new Cancellation());
        return values(Trainer.tune(job, TrainingListener.NONE).last());
    }

    private static Map<String, float[]> values(Model model) {
        Map<String, float[]> values = new HashMap<>();
        for (Tensor tensor : model.graph().initializers()) {
            if (tensor.rank() > 0 && tensor.type() == DataType.FLOAT) {
                values.put(tensor.name(), tensor.floats());
            }
        }
        return values;
    }

    @Test
    void eachWeightMovesAtItsOwnRateUnderEveryOptimizer() throws IOException {
        Map<String, float[]> before = values(Stripes.network());
        String slow = name(before, "conv.*weight");
        String frozen = name(before, "dense.*bias");
        List<Optimizer> optimizers = List.of(
                new Optimizer.Sgd(0.01, 0, false, 0),
                new Optimizer.Sgd(0.01, 0.9, true, 0),
                new Optimizer.Sgd(0.01, 0.9, false, 0.01),
                Optimizer.Adam.defaults(),
                Optimizer.AdamW.defaults(),
                Optimizer.RmsProp.defaults(),
                new Optimizer.RmsProp(1e-3, 0.99, 1e-8, 0.9, true, 0),
                Optimizer.Nadam.defaults(),
                Optimizer.Muon.defaults());
        for (Optimizer optimizer : optimizers) {
            Map<String, float[]> full = afterOneStep(optimizer, Map.of());
            Map<String, float[]> shared = afterOneStep(optimizer, Map.of(slow, 0.25, frozen, 0.0));
            for (String name : before.keySet()) {
                double rate = name.equals(slow) ? 0.25 : name.equals(frozen) ? 0 : 1;
                float[] start = before.get(name);
                for (int i = 0; i < start.length; i++) {
                    double moved = full.get(name)[i] - start[i];
                    assertEquals(rate * moved, shared.get(name)[i] - start[i], 1e-6, optimizer + " " + name + " " + i);
                }
            }
            assertTrue(full.get(slow)[0] != before.get(slow)[0], optimizer.toString());
        }
    }

    private static String name(Map<String, float[]> values, String pattern) {
        return values.keySet().stream()
                .filter(name -> name.matches(pattern))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void batchNormalisationKeepsItsStatistics() throws IOException {
        Map<String, float[]> before = values(Stripes.network());
        Map<String, float[]> after = afterOneStep(Optimizer.Adam.defaults(), Map.of());
        int statistics = 0;
        for (String name : before.keySet()) {
            if (name.contains("running")) {
                assertArrayEquals(before.get(name), after.get(name), name);
                statistics++;
            }
        }
        assertEquals(2, statistics);
    }
}
