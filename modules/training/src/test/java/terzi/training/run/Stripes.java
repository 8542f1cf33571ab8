package terzi.training.run;

import java.util.List;
import java.util.random.RandomGenerator;
import terzi.data.PackedImages;
import terzi.data.Seeds;
import terzi.images.Preprocessing;
import terzi.onnx.Model;
import terzi.onnx.build.InputShape;
import terzi.onnx.build.Layer;
import terzi.onnx.build.Sequential;
import terzi.training.recipe.Optimizer;
import terzi.training.recipe.PrecisionChoice;
import terzi.training.recipe.TrainingOptions;

/** A problem that a small network learns in seconds: noisy 8 x 8 images with rows, columns or a diagonal. */
final class Stripes {
    static final int SIZE = 8;
    static final Preprocessing PREPROCESSING = Preprocessing.plain(SIZE, SIZE, Preprocessing.Channels.GRAY)
            .withNormalisation(List.of(0.5f), List.of(0.25f));

    private Stripes() {}

    static PackedImages images(int count, long seed) {
        byte[] pixels = new byte[count * SIZE * SIZE];
        int[] classes = new int[count];
        for (int i = 0; i < count; i++) {
            RandomGenerator random = Seeds.of(seed, 0, i);
            classes[i] = i % 3;
            for (int y = 0; y < SIZE; y++) {
                for (int x = 0; x < SIZE; x++) {
                    int phase = classes[i] == 0 ? y : classes[i] == 1 ? x : x + y;
                    int value = (phase / 2 % 2 == 0 ? 70 : 180) + random.nextInt(150) - 75;
                    pixels[(i * SIZE + y) * SIZE + x] = (byte) Math.max(0, Math.min(255, value));
                }
            }
        }
        return PackedImages.of(
                List.of("rows", "columns", "diagonal"), new PackedImages.Shape(SIZE, SIZE, 1), pixels, classes);
    }

    static Model network() {
        return Sequential.build(
                new InputShape(1, SIZE, SIZE),
                List.of(
                        new Layer.Conv2d(6, 3).withActivation(new Layer.Relu()),
                        new Layer.BatchNorm(),
                        new Layer.Dropout(0.2),
                        new Layer.Flatten(),
                        new Layer.Dense(3)),
                1);
    }

    /** Four short epochs on one thread with everything that has state. */
    static TrainingOptions options() {
        return TrainingOptions.defaults()
                .withEpochs(4)
                .withBatchSize(32)
                .withOptimizer(Optimizer.Adam.defaults())
                .withPrecision(PrecisionChoice.FP32)
                .withThreads(1);
    }
}
