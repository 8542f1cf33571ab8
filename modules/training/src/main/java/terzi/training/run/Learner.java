package terzi.training.run;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import terzi.data.Seeds;
import terzi.data.augment.BatchMix;
import terzi.images.Preprocessing;
import terzi.onnx.Model;
import terzi.training.recipe.Distillation;
import terzi.training.recipe.TrainingOptions;
import terzi.training.torchscript.CompiledGraph;
import terzi.training.torchscript.CompiledGraph.Slot;
import terzi.training.torchscript.Precision;
import terzi.training.torchscript.ScriptModule;

/**
 * A network in libtorch that learns: weights, buffers, optimizer state and moving average as tensors that one TorchScript
 * call per step changes in place.
 */
final class Learner implements AutoCloseable {
    /** Random draws of the same epoch and step for different purposes. */
    private static final long DROPOUT = 1;

    private static final long MIXING = 2;

    private final NDManager manager;
    private final CompiledGraph graph;
    private final TrainingOptions options;
    private final OptimizerKernel kernel;
    private final ScriptModule module;
    private final NDArray nothing;

    // what the arguments of a step are taken from
    final NDArray mean;
    final NDArray std;
    final NDArray classWeights;
    final NDArray totals;
    final NDList parameters;
    final NDList buffers;
    final NDList optimizerState = new NDList();
    final NDList average = new NDList();

    /** @param classWeights one for each class, or null when all count the same */
    Learner(
            NDManager parent,
            CompiledGraph graph,
            Preprocessing preprocessing,
            TrainingOptions options,
            float @Nullable [] classWeights) {
        this(parent, graph, preprocessing, options, classWeights, null, null);
    }

    /**
     * @param preprocessing of images; null when the examples are rows of activations
     * @param rates for a network that has been trained before: share of the learning rate by initializer, 1 where nothing
     *     is said
     * @param teacher how much the answers of another network count, or null for not at all
     */
    Learner(
            NDManager parent,
            CompiledGraph graph,
            @Nullable Preprocessing preprocessing,
            TrainingOptions options,
            float @Nullable [] classWeights,
            @Nullable Map<String, Double> rates,
            @Nullable Distillation teacher) {
        this.manager = parent.newSubManager();
        this.graph = graph;
        this.options = options;
        double[] shares = graph.parameters().stream()
                .mapToDouble(slot -> rates == null ? 1 : rates.getOrDefault(slot.initializer(), 1.0))
                .toArray();
        this.kernel = new OptimizerKernel(
                options.optimisation().optimizer(),
                graph.precision(),
                graph.parameters().stream().map(Slot::decays).toList(),
                shares);
        StepSource.Tuning tuning = new StepSource.Tuning(
                rates != null,
                IntStream.range(0, shares.length)
                        .filter(i -> shares[i] == 0)
                        .boxed()
                        .toList());
        this.module = ScriptModule.load(
                manager,
                StepSource.evaluation(graph, preprocessing),
                StepSource.training(kernel, options, classWeights != null, tuning, teacher));
        this.mean = perChannel(preprocessing == null ? List.of() : preprocessing.mean());
        this.std = perChannel(preprocessing == null ? List.of() : preprocessing.std());
        this.nothing = manager.create(new long[0]);
        this.classWeights = classWeights == null ? nothing : manager.create(classWeights);
        this.totals = manager.zeros(new Shape(4), DataType.FLOAT64);
        this.parameters = initial(graph.parameters());
        this.buffers = initial(graph.buffers());
        for (int i = 0; i < kernel.statesPerParameter(); i++) {
            graph.parameters().forEach(slot -> optimizerState.add(manager.zeros(new Shape(slot.dims()))));
        }
        if (options.regularisation().ema() > 0) {
            average.addAll(initial(graph.parameters()));
            average.addAll(initial(graph.buffers()));
        }
    }

    private NDArray perChannel(List<Float> values) {
        float[] floats = new float[values.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = values.get(i);
        }
        return manager.create(floats, new Shape(1, floats.length, 1, 1));
    }

    private NDList initial(List<Slot> slots) {
        NDList list = new NDList();
        slots.forEach(slot -> list.add(manager.create(graph.initialValues(slot), new Shape(slot.dims()))));
        return list;
    }

    /**
     * Where a batch's images are: at {@code order[start..end)} of the tensors.
     *
     * @param taught the teacher's logits {@code [N, K]} for the same images, empty without a teacher
     */
    record Batch(ImageTensors images, NDArray taught, NDArray order, int start, int end) {}

    /**
     * When a step happens.
     *
     * @param epoch from 1
     * @param step in the epoch, from 0
     * @param number in the whole run, from 1
     */
    record StepIndex(int epoch, int step, long number) {}

    /** One step of gradient descent. */
    void step(Batch batch, StepIndex moment, double rate) {
        step(batch, moment, rate, mix(batch, moment));
    }

    private BatchMix.Mix mix(Batch batch, StepIndex moment) {
        int n = batch.end() - batch.start();
        return options.regularisation().mix() == null || options.isPlain(moment.epoch())
                ? BatchMix.Mix.none(n)
                : options.regularisation()
                        .mix()
                        .draw(
                                n,
                                batch.images().width(),
                                batch.images().height(),
                                Seeds.of(options.execution().seed() + MIXING, moment.epoch(), moment.step()));
    }

    /** A step whose images are mixed in a given way, where the options mix at all. */
    void step(Batch batch, StepIndex moment, double rate, BatchMix.Mix mix) {
        try (NDManager scope = manager.newSubManager()) {
            NDArray partner = options.regularisation().mix() == null ? nothing : longs(scope, mix.partner());
            long seed = Seeds.mix(options.execution().seed() + DROPOUT, moment.epoch(), moment.step()) & Long.MAX_VALUE;
            double[] k = kernel.coefficients(rate, moment.number());
            double keep = Math.min(options.regularisation().ema(), (1.0 + moment.number()) / (10.0 + moment.number()));
            StepArgument.Step step =
                    new StepArgument.Step(this, batch, mix, partner, seed, moment.number(), 1 - keep, k);
            module.call(scope, "step", StepArgument.of(step));
        }
    }

    static NDArray longs(NDManager manager, int[] values) {
        long[] wide = new long[values.length];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = values[i];
        }
        return manager.create(wide);
    }

    /** Loss and accuracy over a whole dataset, with the averaged weights if there are any. */
    Totals validate(ImageTensors images, int batchSize) {
        long size = images.labels().size();
        try (NDManager scope = manager.newSubManager()) {
            NDArray sums = scope.zeros(new Shape(4), DataType.FLOAT64);
            for (long start = 0; start < size; start += batchSize) {
                try (NDManager batch = scope.newSubManager()) {
                    module.call(
                            batch,
                            "validate",
                            images.pixels(),
                            images.labels(),
                            mean,
                            std,
                            start,
                            Math.min(size, start + batchSize),
                            answering(graph.parameters().size(), 0, parameters),
                            answering(graph.buffers().size(), graph.parameters().size(), buffers),
                            sums);
                }
            }
            return Totals.of(sums.toDoubleArray());
        }
    }

    /** The logits {@code [end - start, K]} of some images, attached to {@code scope}. */
    NDArray logits(NDManager scope, ImageTensors images, int start, int end) {
        return module.call(
                        scope,
                        "evaluate",
                        images.pixels(),
                        mean,
                        std,
                        start,
                        end,
                        answering(graph.parameters().size(), 0, parameters),
                        answering(graph.buffers().size(), graph.parameters().size(), buffers))
                .singletonOrThrow();
    }

    /** The averaged tensors in place of the ones that learn, when averaging is on. */
    private NDList answering(int count, int from, NDList learning) {
        return options.regularisation().ema() > 0 ? new NDList(average.subList(from, from + count)) : learning;
    }

    Precision precision() {
        return graph.precision();
    }

    /** Sums over the epoch so far; waits for the device. */
    Totals totals() {
        return Totals.of(totals.toDoubleArray());
    }

    void setTotals(List<Double> values) {
        replace(
                totals,
                manager.create(values.stream().mapToDouble(Double::doubleValue).toArray()));
    }

    void resetTotals() {
        setTotals(List.of(0.0, 0.0, 0.0, 0.0));
    }

    /**
     * Sums over some images.
     *
     * @param badStep number of the first step whose loss was not finite, 0 = none
     */
    record Totals(double lossSum, double correct, double count, long badStep) {
        static Totals of(double[] values) {
            return new Totals(values[StepSource.LOSS], values[StepSource.CORRECT], values[StepSource.COUNT], (long)
                    values[StepSource.BAD_STEP]);
        }

        double loss() {
            return lossSum / count;
        }

        double accuracy() {
            return correct / count;
        }

        List<Double> values() {
            return List.of(lossSum, correct, count, (double) badStep);
        }
    }

    /** The network with the weights that {@link #validate} uses. */
    Model network() {
        List<NDArray> values = options.regularisation().ema() > 0
                ? average
                : Stream.concat(parameters.stream(), buffers.stream()).toList();
        List<Slot> slots = slots();
        Map<String, float[]> named = new LinkedHashMap<>();
        for (int i = 0; i < slots.size(); i++) {
            named.put(slots.get(i).initializer(), values.get(i).toFloatArray());
        }
        return graph.withValues(named);
    }

    private List<Slot> slots() {
        List<Slot> all = new ArrayList<>(graph.parameters());
        all.addAll(graph.buffers());
        return all;
    }

    /** Everything that learning changes, by name. */
    private Map<String, NDArray> tensors() {
        Map<String, NDArray> named = new LinkedHashMap<>();
        List<Slot> slots = slots();
        int count = graph.parameters().size();
        for (int i = 0; i < slots.size(); i++) {
            String name = slots.get(i).initializer();
            named.put("value/" + name, i < count ? parameters.get(i) : buffers.get(i - count));
            if (options.regularisation().ema() > 0) {
                named.put("average/" + name, average.get(i));
            }
        }
        for (int i = 0; i < optimizerState.size(); i++) {
            named.put("optimizer" + i / count + "/" + slots.get(i % count).initializer(), optimizerState.get(i));
        }
        return named;
    }

    /** A copy of everything that learning changes. */
    Map<String, TensorFile.Values> state() {
        Map<String, TensorFile.Values> copy = new LinkedHashMap<>();
        tensors().forEach((name, tensor) -> {
            List<Long> shape = new ArrayList<>();
            for (long axis : tensor.getShape().getShape()) {
                shape.add(axis);
            }
            copy.put(name, new TensorFile.Values(shape, tensor.toFloatArray()));
        });
        return copy;
    }

    /**
     * Puts back what {@link #state} gave.
     *
     * @throws IllegalArgumentException if it comes from another network or optimizer
     */
    void restore(Map<String, TensorFile.Values> state) {
        Map<String, NDArray> tensors = tensors();
        if (!tensors.keySet().equals(state.keySet())) {
            throw new IllegalArgumentException("the checkpoint belongs to another network or optimizer: it holds "
                    + state.size() + " tensors, this run has " + tensors.size()
                    + "; resume with the recipe that the run began with");
        }
        state.forEach((name, values) -> {
            NDArray tensor = tensors.get(name);
            Shape shape = new Shape(values.shape());
            if (tensor == null || !tensor.getShape().equals(shape)) {
                throw new IllegalArgumentException("the checkpoint belongs to another network: its " + name
                        + " has the shape " + shape + "; resume with the recipe that the run began with");
            }
            replace(tensor, manager.create(values.values(), shape));
        });
    }

    /**
     * Copies values into a tensor. NDArray.set and NDArray.intern would leave the tensor on the JVM's memory, the first with
     * a warning on stderr, the second without keeping that memory: the next step would write where nothing is any more.
     */
    private void replace(NDArray tensor, NDArray value) {
        try (NDManager scope = manager.newSubManager()) {
            module.call(scope, "assign", tensor, value);
        }
        value.close();
    }

    /** libtorch's threads for one operation, as {@link #threads}. For the calling thread and those started later. */
    static void setThreads(int wanted) {
        JniUtils.setNumThreads(threads(wanted));
    }

    /** What is wanted; 0 = one for each core. */
    static int threads(int wanted) {
        return wanted == 0 ? Runtime.getRuntime().availableProcessors() : wanted;
    }

    @Override
    public void close() {
        module.close();
        manager.close();
    }
}
