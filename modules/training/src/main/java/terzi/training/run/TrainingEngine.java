package terzi.training.run;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import terzi.data.Dataset;
import terzi.data.PackedImages;
import terzi.data.Seeds;
import terzi.images.Preprocessing;
import terzi.onnx.Model;
import terzi.onnx.rewrite.Cut;
import terzi.training.recipe.TrainingOptions;
import terzi.training.torchscript.CompiledGraph;
import terzi.training.torchscript.Precision;
import terzi.training.torchscript.TorchScriptCompiler;

/** The network as the training engine computes it. */
public final class TrainingEngine {
    private static final float DRAWN_RANGE = 0.25f;
    private static final float TINY = 1e-3f;

    private TrainingEngine() {}

    /**
     * Sets how many threads one operation of libtorch uses, for the calling thread and those started later.
     *
     * @param threads 0 = one for each core
     */
    public static void useThreads(int threads) {
        Libtorch.start(); // the native library must be there first
        Learner.setThreads(threads);
    }

    /**
     * Computes the logits of every image in float32: what an exported file must reproduce.
     *
     * @param network one float input {@code [N, C, H, W]}, first output the logits
     * @param preprocessing how images become that input
     * @param images all must be decodable
     * @return {@code [images][K]}
     * @throws IOException if an image cannot be read
     * @throws TrainingException if libtorch does not start, or cannot compute the network
     */
    public static float[][] logits(Model network, Preprocessing preprocessing, Dataset images) throws IOException {
        PackedImages packed = PackedImages.of(images, preprocessing);
        if (packed.size() != images.size()) {
            throw new IOException("cannot compute logits of every image: " + packed.report());
        }
        // what else the network gives may have operators that cannot be trained
        String answer = network.graph().outputs().get(0).name();
        CompiledGraph graph = TorchScriptCompiler.compile(Cut.at(network, List.of(answer)), Precision.FP32);
        float[][] all = new float[packed.size()][];
        try (NDManager manager = Libtorch.manager();
                Learner learner = new Learner(manager, graph, preprocessing, TrainingOptions.defaults(), null)) {
            ImageTensors tensors = ImageTensors.of(manager, packed);
            for (int start = 0;
                    start < all.length;
                    start += TrainingOptions.defaults().optimisation().batchSize()) {
                int end = Math.min(
                        all.length,
                        start + TrainingOptions.defaults().optimisation().batchSize());
                try (NDManager scope = manager.newSubManager()) {
                    NDArray logits = learner.logits(scope, tensors, start, end);
                    int classes = (int) logits.getShape().get(1);
                    float[] values = logits.toFloatArray();
                    for (int i = start; i < end; i++) {
                        all[i] = Arrays.copyOfRange(values, (i - start) * classes, (i - start + 1) * classes);
                    }
                }
            }
        } catch (EngineException e) {
            throw new TrainingException(
                    "libtorch cannot compute the network on images of " + preprocessing.width() + " x "
                            + preprocessing.height() + ": "
                            + String.valueOf(e.getMessage())
                                    .strip()
                                    .lines()
                                    .reduce((first, last) -> last)
                                    .orElse(""),
                    e);
        }
        return all;
    }

    /**
     * Draws elements within ±0.25 for the parameters that are all zeros (the head of a new network, the last scale of a
     * residual branch) or all the same tiny number (layer scale): what lies before such a parameter hardly shows in the logits.
     *
     * @param network any network
     * @param seed of the elements
     * @return the network with these parameters
     * @throws IllegalArgumentException if an operator cannot be trained
     */
    public static Model withDrawnZeros(Model network, long seed) {
        CompiledGraph graph = TorchScriptCompiler.compile(network, Precision.FP32);
        Map<String, float[]> drawn = new HashMap<>();
        for (int index = 0; index < graph.parameters().size(); index++) {
            CompiledGraph.Slot slot = graph.parameters().get(index);
            float[] values = graph.initialValues(slot);
            if (hides(values)) {
                RandomGenerator random = Seeds.of(seed, 0, index);
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float) (random.nextDouble() * 2 - 1) * DRAWN_RANGE;
                }
                drawn.put(slot.initializer(), values);
            }
        }
        return graph.withValues(drawn);
    }

    /** A scalar that is tiny but not zero is an epsilon. */
    private static boolean hides(float[] values) {
        float first = values.length == 0 ? 1 : values[0];
        for (float value : values) {
            if (value != first) {
                return false;
            }
        }
        return first == 0 || (values.length > 1 && Math.abs(first) <= TINY);
    }
}
