package terzi.onnx.rewrite;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import terzi.onnx.Attribute;
import terzi.onnx.DataType;
import terzi.onnx.Dim;
import terzi.onnx.Graph;
import terzi.onnx.Model;
import terzi.onnx.Node;
import terzi.onnx.Tensor;
import terzi.onnx.TensorType;
import terzi.onnx.ValueInfo;
import terzi.onnx.shapes.ShapeInference;
import terzi.onnx.shapes.ShapeWalk;

/**
 * Settles what a graph computes from the sizes of its image: integers that do not depend on the number of images become
 * constants, and where that number is needed it is taken from a value close by. A network that was exported for a fixed
 * number of images takes any: the number is removed from the types, the constant shapes of {@code Reshape} nodes, and
 * constants that are joined to images, such as the class token of a transformer.
 *
 * <p>The graph is walked with a batch size that no other size has, so that each size shows whether it counts images.
 * Where a fixed number is elsewhere, the result may compute wrong answers for several images: compare them with those to
 * one.
 */
final class SettleShapes {
    private static final Dim N = Dim.of("N");

    /** A prime above all sizes of networks; a size that it divides counts images. */
    private static final long PROBE = 1_000_003;

    /** Sizes above half the probe that do not count images may be sums with the batch, up to where "to the end" begins. */
    private static final long LARGEST = 1L << 40;

    private final Model model;
    private final long fixedBatch;
    private final long batch;
    private final GraphIndex index;
    private final ShapeWalk walk;
    private final SmallTensors small;
    private final List<Node> nodes = new ArrayList<>();
    private final List<Tensor> initializers;
    private String images;

    private SettleShapes(Model model, ValueInfo input, long fixedBatch) {
        this.model = model;
        this.fixedBatch = fixedBatch;
        this.batch = PROBE * Math.max(1, fixedBatch);
        Graph graph = model.graph();
        this.index = new GraphIndex(graph);
        this.initializers = new ArrayList<>(graph.initializers());
        this.images = input.name();
        Graph probed = graph.withInputs(List.of(withBatch(input, Dim.of(batch))))
                .withOutputs(List.of())
                .withValues(isFixed() ? List.of() : graph.values());
        this.walk = new ShapeWalk(model.withGraph(probed));
        this.small = new SmallTensors(walk);
        graph.initializers().forEach(small::add);
    }

    /**
     * The network with the input {@code [N, ...]}; unchanged when it has not one input, or an input of unknown rank.
     *
     * @throws IllegalArgumentException when an output keeps a fixed batch; the message says what to do
     */
    static Model apply(Model given) {
        Model model = LiftConstants.apply(given);
        List<ValueInfo> inputs = model.graph().trueInputs();
        Optional<TensorType> type = inputs.size() == 1 ? inputs.get(0).tensorType() : Optional.empty();
        List<Dim> shape = type.flatMap(TensorType::shape).orElse(List.of());
        if (shape.size() < 2) {
            return given;
        }
        long fixedBatch = shape.get(0) instanceof Dim.Fixed fixed ? fixed.size() : 0;
        return new SettleShapes(model, inputs.get(0), fixedBatch).settled();
    }

    private boolean isFixed() {
        return fixedBatch > 0;
    }

    private static ValueInfo withBatch(ValueInfo value, Dim dim) {
        TensorType type = value.tensorType().orElseThrow();
        List<Dim> shape = new ArrayList<>(type.shape().orElseThrow());
        shape.set(0, dim);
        return value.withType(type.withShape(shape));
    }

    private Model settled() {
        Graph graph = model.graph();
        graph.nodes().forEach(this::add);
        if (!isFixed() && nodes.equals(graph.nodes())) {
            return model;
        }
        ValueInfo input = graph.trueInputs().get(0);
        Graph settled = graph.withNodes(nodes)
                .withInitializers(initializers)
                .withInputs(isFixed() ? List.of(withBatch(input, N)) : graph.trueInputs())
                .withOutputs(graph.outputs().stream().map(this::freed).toList())
                .withValues(isFixed() ? List.of() : graph.values());
        Model result = Prune.apply(GraphIndex.edited(model, settled));
        if (isFixed()) {
            requireFree(result);
        }
        return result;
    }

    private ValueInfo freed(ValueInfo output) {
        List<Dim> shape = output.tensorType().flatMap(TensorType::shape).orElse(List.of());
        boolean countsImages = !shape.isEmpty() && shape.get(0).equals(Dim.of(fixedBatch));
        return isFixed() && countsImages ? withBatch(output, N) : output;
    }

    private void requireFree(Model result) {
        for (ValueInfo output : result.graph().outputs()) {
            List<Dim> shape = walk.shape(output.name())
                    .or(() -> Optional.ofNullable(ShapeInference.infer(result).get(output.name()))
                            .flatMap(TensorType::shape))
                    .orElse(List.of());
            if (!shape.isEmpty() && shape.get(0) instanceof Dim.Fixed fixed && fixed.size() % PROBE != 0) {
                throw new IllegalArgumentException("network " + result.graph().name() + ": has a fixed batch of "
                        + fixedBatch + ", and output " + output.name() + " " + shape
                        + " does not follow when the input's batch is freed. Export it again with a free batch axis"
                        + " (PyTorch: dynamic_axes={'input': {0: 'N'}})");
            }
        }
    }

    // ---- one node

    private void add(Node node) {
        Node ready = isFixed() ? unbaked(node) : node;
        walk.add(ready);
        small.add(ready);
        List<Tensor> constants = constants(ready);
        if (!constants.isEmpty()) {
            constants.forEach(this::constant);
            return;
        }
        nodes.add(settled(ready));
        for (String output : ready.outputs()) {
            List<Dim> shape = walk.shape(output).orElse(List.of());
            boolean isFloat = walk.type(output)
                    .filter(type -> type.elementType().isFloat())
                    .isPresent();
            if (isFloat && !shape.isEmpty() && isBatch(shape.get(0))) {
                images = output;
            }
        }
    }

    private void constant(Tensor constant) {
        walk.add(constant);
        initializers.add(constant);
    }

    private boolean isBatch(Dim dim) {
        return dim.equals(Dim.of(batch));
    }

    private static boolean countsImages(Dim dim) {
        return dim instanceof Dim.Fixed fixed && countsImages(fixed.size());
    }

    private static boolean countsImages(long size) {
        return size > 0 && size < LARGEST && size % PROBE == 0;
    }

    private static boolean countsImages(double element) {
        return element == Math.rint(element) && countsImages((long) element);
    }

    private static boolean isSettled(SmallTensors.Values values) {
        return Arrays.stream(values.elements())
                .allMatch(element -> Math.abs(element) < PROBE / 2.0 || Math.abs(element) >= LARGEST);
    }

    /** All outputs of a node as constants; none if one is not known, depends on the batch or is a float to be trained. */
    private List<Tensor> constants(Node node) {
        List<Tensor> constants = new ArrayList<>();
        for (String output : node.outputs()) {
            Optional<Tensor> constant = small.find(output)
                    .filter(SettleShapes::isSettled)
                    .filter(values -> values.type() != DataType.FLOAT || values.dims().length == 0)
                    .flatMap(values -> values.tensor(output));
            if (constant.isEmpty()) {
                return List.of();
            }
            constants.add(constant.get());
        }
        return constants;
    }

    /** The node with constants for its shape, or with the number of images taken from the value made last. */
    private Node settled(Node node) {
        if (node.input(1).filter(shape -> index.constant(shape).isPresent()).isPresent()
                && (node.is("Reshape") || node.is("Expand"))) {
            return node;
        } else if (node.is("Reshape") && node.inputs().size() == 2) {
            Optional<long[]> shape = walk.type(node.outputs().get(0))
                    .flatMap(TensorType::fixedShape)
                    .flatMap(sizes -> reshaped(node, sizes));
            if (shape.isPresent()) {
                return withShape(node, shape.get());
            }
        } else if (node.is("Expand")) {
            Optional<long[]> shape = walk.type(node.outputs().get(0))
                    .flatMap(TensorType::fixedShape)
                    .flatMap(sizes -> expanded(node, sizes));
            if (shape.isPresent()) {
                return withShape(node, shape.get());
            }
        }
        boolean computesSizes =
                node.outputs().stream().allMatch(output -> small.find(output).isPresent());
        if (computesSizes) {
            return node; // those that take it get the sizes in another way, or in this one
        }
        List<String> inputs = new ArrayList<>(node.inputs());
        for (int i = 0; i < inputs.size(); i++) {
            if (index.producer(inputs.get(i)).isPresent()) {
                Optional<String> live = small.find(inputs.get(i)).flatMap(values -> live(values, images));
                if (live.isPresent()) {
                    inputs.set(i, live.get());
                }
            }
        }
        return inputs.equals(node.inputs()) ? node : node.withInputs(inputs);
    }

    private Node withShape(Node node, long... shape) {
        String name = index.claim(node.outputs().get(0) + ".shape");
        constant(Tensor.ofLongs(name, shape));
        return node.withInputs(List.of(node.inputs().get(0), name)).without("allowzero");
    }

    /** A shape in which the batch is 0, as in the input, or -1; empty where more than one axis depends on it. */
    private Optional<long[]> reshaped(Node node, long[] sizes) {
        List<Dim> data = walk.shape(node.inputs().get(0)).orElse(List.of());
        long[] shape = sizes.clone();
        int free = 0;
        for (int axis = 0; axis < shape.length; axis++) {
            if (countsImages(shape[axis])) {
                boolean same = axis < data.size() && data.get(axis).equals(Dim.of(sizes[axis]));
                shape[axis] = same ? 0 : -1;
                free += same ? 0 : 1;
            } else if (shape[axis] == 0) {
                return Optional.empty();
            }
        }
        return free > 1 ? Optional.empty() : Optional.of(shape);
    }

    /** A shape to expand to in which the batch is 1, since the input has it; empty where it has not. */
    private Optional<long[]> expanded(Node node, long[] sizes) {
        List<Dim> data = walk.shape(node.inputs().get(0)).orElse(List.of());
        long[] shape = sizes.clone();
        for (int axis = 0; axis < shape.length; axis++) {
            int own = axis - shape.length + data.size();
            if (countsImages(shape[axis])) {
                if (own < 0 || !data.get(own).equals(Dim.of(shape[axis]))) {
                    return Optional.empty();
                }
                shape[axis] = 1;
            }
        }
        return Optional.of(shape);
    }

    /** A vector or scalar of sizes, computed from the number of images in a value; empty for others. */
    private Optional<String> live(SmallTensors.Values values, String of) {
        boolean isInteger = values.type() == DataType.INT64 && values.dims().length <= 1;
        boolean hasBatch = Arrays.stream(values.elements()).anyMatch(SettleShapes::countsImages);
        boolean isPlain = Arrays.stream(values.elements())
                .allMatch(e -> Math.abs(e) < PROBE / 2.0 || Math.abs(e) >= LARGEST || (e < LARGEST && e % batch == 0));
        if (!isInteger || !hasBatch || !isPlain || values.elements().length > 16) {
            return Optional.empty();
        }
        String shape = node("Shape", of, List.of(of));
        String count = node("Gather", of, List.of(shape, longs(of, new long[] {1}, 0)));
        List<String> parts = new ArrayList<>();
        for (long element : values.longs()) {
            if (!countsImages(element)) {
                parts.add(longs(of, new long[] {1}, element));
            } else if (element == batch) {
                parts.add(count);
            } else {
                parts.add(node("Mul", of, List.of(count, longs(of, new long[] {1}, element / batch))));
            }
        }
        if (values.dims().length == 0) {
            return Optional.of(node("Gather", of, List.of(parts.get(0), longs(of, new long[0], 0))));
        }
        String joined = index.claim(of + ".sizes");
        place(Node.of(joined, "Concat", parts, List.of(joined)).with("axis", Attribute.of(0)));
        return Optional.of(joined);
    }

    private String longs(String of, long[] dims, long... elements) {
        String name = index.claim(of + ".number");
        constant(Tensor.ofLongs(name, dims, elements));
        return name;
    }

    private String node(String operator, String of, List<String> inputs) {
        String name = index.claim(of + ".n");
        place(Node.of(name, operator, inputs, List.of(name)));
        return name;
    }

    private void place(Node node) {
        walk.add(node);
        nodes.add(node);
    }

    // ---- what a fixed batch left in constants

    private Node unbaked(Node node) {
        if (node.is("Reshape") && node.inputs().size() == 2) {
            return unbakedReshape(node);
        } else if (node.is("Concat")) {
            return unbakedConcat(node);
        } else if (node.is("Expand")) {
            return unbakedExpand(node);
        }
        return node;
    }

    private Optional<long[]> constantShape(Node node) {
        return node.input(1)
                .flatMap(small::find)
                .filter(values -> Arrays.stream(values.elements()).noneMatch(SettleShapes::countsImages))
                .map(SmallTensors.Values::longs);
    }

    /**
     * The batch is the outermost part of the axis that it is in, so in the new shape it is in the axis that begins where
     * that one does in the order of the elements.
     */
    private Node unbakedReshape(Node node) {
        Optional<long[]> wanted = constantShape(node);
        Optional<long[]> data = walk.type(node.inputs().get(0)).flatMap(TensorType::fixedShape);
        if (wanted.isEmpty() || data.isEmpty() || Arrays.stream(data.get()).noneMatch(SettleShapes::countsImages)) {
            return node;
        }
        long[] sizes = data.get();
        long[] shape = wanted.get().clone();
        long before = 1;
        int from = 0;
        while (!countsImages(sizes[from])) {
            before *= sizes[from++];
        }
        long rest = 1;
        for (long size : sizes) {
            rest *= countsImages(size) ? size / PROBE : size;
        }
        int open = -1;
        for (int axis = 0; axis < shape.length; axis++) {
            if (shape[axis] == 0 && node.intAttribute("allowzero", 0) == 0 && axis < sizes.length) {
                shape[axis] = countsImages(sizes[axis]) ? sizes[axis] / PROBE : sizes[axis];
            }
            if (shape[axis] == -1) {
                open = axis;
            } else if (shape[axis] > 0 && rest % shape[axis] == 0) {
                rest /= shape[axis];
            } else {
                return node;
            }
        }
        if (open >= 0) {
            shape[open] = rest;
        } else if (rest != 1) {
            return node;
        }
        int to = from < shape.length && product(shape, from) == before ? from : 0;
        while (to < shape.length && (product(shape, to) != before || shape[to] % fixedBatch != 0)) {
            to++;
        }
        if (to == shape.length) {
            return node;
        }
        shape[to] = -1;
        return withShape(node, shape);
    }

    private static long product(long[] sizes, int end) {
        return Arrays.stream(sizes).limit(end).reduce(1, Math::multiplyExact);
    }

    /** An Expand that leaves the axis of the images as it is. */
    private Node unbakedExpand(Node node) {
        List<Dim> data = walk.shape(node.inputs().get(0)).orElse(List.of());
        Optional<long[]> wanted = constantShape(node);
        if (wanted.isEmpty() || data.stream().noneMatch(SettleShapes::countsImages)) {
            return node;
        }
        long[] shape = wanted.get().clone();
        for (int axis = 0; axis < data.size(); axis++) {
            int own = axis - data.size() + shape.length;
            if (own >= 0 && countsImages(data.get(axis))) {
                shape[own] = 1;
            }
        }
        return withShape(node, shape);
    }

    /** A Concat whose other values are first repeated for every image. */
    private Node unbakedConcat(Node node) {
        Optional<String> ofImages = node.inputs().stream()
                .filter(input -> walk.shape(input)
                        .filter(shape -> !shape.isEmpty() && isBatch(shape.get(0)))
                        .isPresent())
                .findFirst();
        long axis = node.intAttribute("axis", 0);
        if (ofImages.isEmpty()
                || axis == 0
                || axis == -walk.shape(ofImages.get()).orElseThrow().size()) {
            return node;
        }
        List<String> inputs = new ArrayList<>();
        for (String input : node.inputs()) {
            Optional<long[]> sizes = walk.type(input).flatMap(TensorType::fixedShape);
            if (sizes.isEmpty() || sizes.get().length < 2 || sizes.get()[0] != 1 || fixedBatch != 1) {
                inputs.add(input);
                continue;
            }
            double[] wanted = Arrays.stream(sizes.get()).asDoubleStream().toArray();
            wanted[0] = batch;
            String shape = live(
                            new SmallTensors.Values(DataType.INT64, new long[] {wanted.length}, wanted), ofImages.get())
                    .orElseThrow();
            String each = index.claim(input + ".of_each");
            place(Node.of(each, "Expand", List.of(input, shape), List.of(each)));
            inputs.add(each);
        }
        return node.withInputs(inputs);
    }
}
