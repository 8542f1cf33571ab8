package terzi.training.finetune;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import terzi.data.PackedImages;
import terzi.data.Seeds;
import terzi.images.Preprocessing;
import terzi.onnx.Model;
import terzi.onnx.Tensor;
import terzi.onnx.build.InputShape;
import terzi.onnx.build.Layer;
import terzi.onnx.build.Sequential;
import terzi.training.recipe.ClassWeighting;
import terzi.training.recipe.Depth;
import terzi.training.recipe.FineTuningOptions;
import terzi.training.recipe.HeadFitting;
import terzi.training.recipe.HeadForm;
import terzi.training.recipe.Loss;
import terzi.training.recipe.Optimizer;
import terzi.training.recipe.PrecisionChoice;
import terzi.training.recipe.Preset;
import terzi.training.recipe.Sampling;
import terzi.training.recipe.TrainingOptions;
import terzi.training.recipe.Unfreezing;
import terzi.training.recipe.Views;

/** Coloured shapes on noise, and a small network with random weights that stands for a pretrained one. */
final class Shapes {
    static final int SIZE = 20;
    static final Preprocessing PREPROCESSING = Preprocessing.plain(SIZE, SIZE, Preprocessing.Channels.RGB)
            .withNormalisation(List.of(0.5f, 0.5f, 0.5f), List.of(0.25f, 0.25f, 0.25f));

    private Shapes() {}

    /** Squares, bars and crosses, of any colour; as many of each as {@code counts} says. */
    static PackedImages images(long seed, int... counts) {
        List<String> labels = new ArrayList<>();
        int size = 0;
        for (int c = 0; c < counts.length; c++) {
            labels.add(c == 0 ? "square" : c == 1 ? "bar" : c == 2 ? "cross" : "kind " + c);
            size += counts[c];
        }
        byte[] pixels = new byte[size * SIZE * SIZE * 3];
        int[] classes = new int[size];
        int i = 0;
        for (int c = 0; c < counts.length; c++) {
            for (int n = 0; n < counts[c]; n++, i++) {
                classes[i] = c;
                draw(pixels, i, c, Seeds.of(seed, c, n));
            }
        }
        return PackedImages.of(labels, new PackedImages.Shape(SIZE, SIZE, 3), pixels, classes);
    }

    private static void draw(byte[] pixels, int index, int kind, RandomGenerator random) {
        int left = 3 + random.nextInt(6);
        int top = 3 + random.nextInt(6);
        int[] colour = {random.nextInt(100), random.nextInt(100), random.nextInt(100)};
        // kinds after the third are told apart by colour
        int[] own = kind < 3 ? colour : new int[] {kind * 53 % 100, kind * 31 % 100, kind * 17 % 100};
        for (int y = 0; y < SIZE; y++) {
            for (int x = 0; x < SIZE; x++) {
                int dx = x - left;
                int dy = y - top;
                boolean inside = dx >= 0 && dx < 9 && dy >= 0 && dy < 9;
                boolean on =
                        switch (kind) {
                            case 1 -> inside && dy >= 3 && dy < 6;
                            case 2 -> inside && ((dx >= 3 && dx < 6) || (dy >= 3 && dy < 6));
                            default -> inside;
                        };
                for (int c = 0; c < 3; c++) {
                    int value = (on ? 150 + own[c] : 60) + random.nextInt(60) - 30;
                    pixels[((index * SIZE + y) * SIZE + x) * 3 + c] = (byte) Math.max(0, Math.min(255, value));
                }
            }
        }
    }

    /** A plain network of three stages with batch normalisation, for ten other classes. */
    static Model network(long seed) {
        List<Layer> layers = new ArrayList<>();
        for (int filters : new int[] {8, 16, 24}) {
            layers.add(
                    new Layer.Conv2d(filters, 3).withPadding(Layer.Padding.SAME).withoutBias());
            layers.add(new Layer.BatchNorm());
            layers.add(new Layer.Relu());
            layers.add(new Layer.MaxPool(2));
        }
        layers.add(new Layer.GlobalAveragePool());
        layers.add(new Layer.Dense(10));
        return withStatistics(Sequential.build(new InputShape(3, SIZE, SIZE), layers, seed), seed);
    }

    /** A network with residual blocks: a stem, then two stages of two blocks each. */
    static Model residual(long seed) {
        List<Layer> layers = new ArrayList<>();
        layers.add(new Layer.Conv2d(8, 3).withPadding(Layer.Padding.SAME));
        layers.add(new Layer.Relu());
        for (int stage = 0; stage < 2; stage++) {
            int filters = 8 << stage;
            for (int block = 0; block < 2; block++) {
                int stride = stage == 1 && block == 0 ? 2 : 1;
                List<Layer> shortcut = stride == 1
                        ? List.of()
                        : List.of(
                                new Layer.Conv2d(filters, 1).withStride(stride).withPadding(Layer.Padding.SAME));
                layers.add(new Layer.Residual(
                        List.of(
                                new Layer.Conv2d(filters, 3)
                                        .withStride(stride)
                                        .withPadding(Layer.Padding.SAME)
                                        .withoutBias(),
                                new Layer.BatchNorm(),
                                new Layer.Relu(),
                                new Layer.Conv2d(filters, 3)
                                        .withPadding(Layer.Padding.SAME)
                                        .withoutBias(),
                                new Layer.BatchNorm()),
                        shortcut));
                layers.add(new Layer.Relu());
            }
        }
        layers.add(new Layer.GlobalAveragePool());
        layers.add(new Layer.Dense(10));
        return withStatistics(Sequential.build(new InputShape(3, SIZE, SIZE), layers, seed), seed);
    }

    /** Statistics as if the network had seen something. */
    private static Model withStatistics(Model model, long seed) {
        List<Tensor> tensors = new ArrayList<>();
        for (Tensor tensor : model.graph().initializers()) {
            boolean statistic = tensor.name().matches(".*(bn|norm|running).*") && tensor.rank() == 1;
            if (!statistic) {
                tensors.add(tensor);
                continue;
            }
            float[] values = tensor.floats();
            RandomGenerator random = Seeds.of(seed, 9, tensor.name().hashCode());
            for (int i = 0; i < values.length; i++) {
                values[i] += tensor.name().contains("mean") || tensor.name().endsWith("bias")
                        ? (float) (random.nextDouble() - 0.5) * 0.2f
                        : (float) random.nextDouble() * 0.5f;
            }
            tensors.add(Tensor.ofFloats(tensor.name(), tensor.dims(), values));
        }
        return model.withGraph(model.graph().withInitializers(tensors));
    }

    /** Only the head, on one thread. */
    static FineTuningOptions headOnly() {
        return Preset.FAST
                .options()
                .withInput(input(1))
                .withImages(new FineTuningOptions.Images(0.15, Sampling.PLAIN, new Views(2)))
                .withTestViews(2)
                .withTraining(training(1))
                .withHead(fitting());
    }

    static FineTuningOptions.Input input(int featureStages) {
        return new FineTuningOptions.Input(null, featureStages, 0, 8 / 7.0, Preprocessing.Fit.STRETCH);
    }

    static HeadFitting fitting() {
        return new HeadFitting(
                HeadForm.LINEAR,
                List.of(0.003, 0.03, 0.3),
                3,
                200,
                1e-5,
                HeadFitting.Kernel.defaults(),
                HeadFitting.Discriminant.defaults());
    }

    /** The last stage too, in a few short epochs. */
    static FineTuningOptions lastStage() {
        return headOnly()
                .withUnfreeze(new Unfreezing(new Depth.Stages(1), 3, 100, 0.7))
                .withImages(new FineTuningOptions.Images(0.25, Sampling.PLAIN, new Views(2)))
                .withTraining(training(8));
    }

    static TrainingOptions training(int epochs) {
        return TrainingOptions.defaults()
                .withEpochs(epochs)
                .withBatchSize(16)
                .withOptimizer(Optimizer.AdamW.defaults())
                .withLoss(new Loss(0.05, new ClassWeighting.Balanced()))
                .withEma(0.9)
                .withPrecision(PrecisionChoice.FP32)
                .withSeed(1)
                .withThreads(1);
    }
}
