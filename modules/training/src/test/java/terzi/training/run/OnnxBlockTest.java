package terzi.training.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Batch;
import ai.djl.training.initializer.Initializer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import terzi.onnx.Model;
import terzi.onnx.build.InputShape;
import terzi.onnx.build.Layer;
import terzi.onnx.build.Sequential;
import terzi.training.torchscript.Precision;

class OnnxBlockTest {

    private static final Model NETWORK = Sequential.build(
            new InputShape(1, 8, 8),
            List.of(
                    new Layer.Conv2d(4, 3),
                    new Layer.BatchNorm(),
                    new Layer.Relu(),
                    new Layer.MaxPool(2),
                    new Layer.Flatten(),
                    new Layer.Dense(3)),
            7);

    @Test
    void learnsInAPlainDjlTrainer() throws Exception {
        Random random = new Random(1);
        int count = 96;
        float[] images = new float[count * 64];
        float[] labels = new float[count];
        for (int i = 0; i < count; i++) {
            int label = i % 3;
            labels[i] = label;
            for (int k = 0; k < 64; k++) {
                boolean bright = k / 24 == label;
                images[64 * i + k] = (bright ? 1 : 0) + 0.3f * (float) random.nextGaussian();
            }
        }
        DefaultTrainingConfig config = new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                .optOptimizer(Optimizer.sgd()
                        .setLearningRateTracker(Tracker.fixed(0.1f))
                        .build())
                .optInitializer(Initializer.ZEROS, Parameter.Type.WEIGHT);
        try (OnnxBlock block = new OnnxBlock(NETWORK, Precision.FP32);
                ai.djl.Model model = ai.djl.Model.newInstance("network")) {
            model.setBlock(block);
            try (Trainer trainer = model.newTrainer(config)) {
                NDManager manager = trainer.getManager();
                ArrayDataset data = new ArrayDataset.Builder()
                        .setData(manager.create(images, new Shape(count, 1, 8, 8)))
                        .optLabels(manager.create(labels))
                        .setSampling(32, false)
                        .build();
                trainer.initialize(new Shape(32, 1, 8, 8));
                float first = loss(trainer, data);
                for (int epoch = 0; epoch < 5; epoch++) {
                    for (Batch batch : trainer.iterateDataset(data)) {
                        EasyTrain.trainBatch(trainer, batch);
                        trainer.step();
                        batch.close();
                    }
                }
                float last = loss(trainer, data);
                assertTrue(last < 0.5 * first, "loss went from " + first + " to " + last);
            }
            Model trained = block.trained();
            assertEquals(NETWORK.graph().nodes().size(), trained.graph().nodes().size());
            assertFalse(
                    trained.graph().initializers().equals(NETWORK.graph().initializers()),
                    "training changed the values");
        }
    }

    private static float loss(Trainer trainer, ArrayDataset data) throws Exception {
        float sum = 0;
        int batches = 0;
        for (Batch batch : trainer.iterateDataset(data)) {
            NDList logits = trainer.evaluate(batch.getData());
            sum += trainer.getLoss().evaluate(batch.getLabels(), logits).getFloat();
            batches++;
            batch.close();
        }
        return sum / batches;
    }

    @Test
    void worksWithDjlsGradientCollectorAndGivesEveryParameterAGradient() {
        try (OnnxBlock block = new OnnxBlock(NETWORK, Precision.FP32);
                NDManager manager = NDManager.newBaseManager()) {
            ParameterStore store = new ParameterStore(manager, false);
            NDArray x = manager.randomNormal(new Shape(4, 1, 8, 8));
            block.initialize(manager, ai.djl.ndarray.types.DataType.FLOAT32, x.getShape());
            try (GradientCollector collector =
                    ai.djl.engine.Engine.getInstance().newGradientCollector()) {
                NDArray loss = block.forward(store, new NDList(x), true)
                        .head()
                        .square()
                        .sum();
                collector.backward(loss);
            }
            block.getParameters().forEach(pair -> {
                NDArray array = pair.getValue().getArray();
                if (pair.getValue().requiresGradient() && !isBiasBeforeBatchNorm(pair.getKey())) {
                    assertTrue(array.getGradient().abs().sum().getFloat() > 0, pair.getKey());
                }
            });
        }
    }

    /** Batch normalisation subtracts what such a bias adds. */
    private static boolean isBiasBeforeBatchNorm(String name) {
        return NETWORK.graph().nodes().stream()
                .anyMatch(node -> node.is("Conv")
                        && node.inputs().size() > 2
                        && name.endsWith(node.inputs().get(2)));
    }

    @Test
    void keepsTheGraphsNamesShapesAndValues() {
        try (OnnxBlock block = new OnnxBlock(NETWORK, Precision.FP32)) {
            assertEquals(
                    NETWORK.graph().initializers().size(), block.getParameters().size());
            NETWORK.graph().initializers().forEach(tensor -> {
                NDArray array = block.getParameters().get(tensor.name()).getArray();
                assertArrayEquals(tensor.dims(), array.getShape().getShape());
                assertArrayEquals(tensor.floats(), array.toFloatArray());
            });
            assertEquals(NETWORK.graph().nodes(), block.trained().graph().nodes());
            assertArrayEquals(
                    new Shape[] {new Shape(5, 3)}, block.getOutputShapes(new Shape[] {new Shape(5, 1, 8, 8)}));
        }
    }
}
