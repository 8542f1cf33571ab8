package terzi.onnx.shapes;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import terzi.onnx.Attribute;
import terzi.onnx.DataType;
import terzi.onnx.Node;
import terzi.onnx.Tensor;

/**
 * A node with attributes and shapes drawn within ONNX's specification.
 *
 * @param data what a network would compute; their sizes may be free
 * @param constants shapes, axes and the like
 */
record DrawnOperator(long opset, Node node, List<Tensor> data, List<Tensor> constants) {

    private static final Map<String, Function<Draw, DrawnOperator>> OPERATORS = new TreeMap<>();

    static {
        for (String pool : List.of("MaxPool", "AveragePool", "LpPool")) {
            OPERATORS.put(pool, d -> d.pool(pool));
        }
        OPERATORS.put("Conv", Draw::conv);
        OPERATORS.put("ConvTranspose", Draw::convTranspose);
        OPERATORS.put("Add", d -> d.broadcast("Add"));
        OPERATORS.put("Greater", d -> d.broadcast("Greater"));
        OPERATORS.put("Where", Draw::where);
        OPERATORS.put("MatMul", Draw::matMul);
        OPERATORS.put("Gemm", Draw::gemm);
        OPERATORS.put("Reshape", Draw::reshape);
        OPERATORS.put("Flatten", Draw::flatten);
        OPERATORS.put("Squeeze", Draw::squeeze);
        OPERATORS.put("Unsqueeze", Draw::unsqueeze);
        OPERATORS.put("Expand", Draw::expand);
        OPERATORS.put("Transpose", Draw::transpose);
        OPERATORS.put("Concat", Draw::concat);
        OPERATORS.put("Split", Draw::split);
        OPERATORS.put("Pad", Draw::pad);
        OPERATORS.put("Tile", Draw::tile);
        OPERATORS.put("DepthToSpace", d -> d.blocks("DepthToSpace"));
        OPERATORS.put("SpaceToDepth", d -> d.blocks("SpaceToDepth"));
        OPERATORS.put("Slice", Draw::slice);
        OPERATORS.put("Gather", Draw::gather);
        OPERATORS.put("GatherElements", Draw::gatherElements);
        OPERATORS.put("GatherND", Draw::gatherNd);
        OPERATORS.put("TopK", Draw::topK);
        OPERATORS.put("OneHot", Draw::oneHot);
        for (String reduction : List.of("ReduceMean", "ReduceSum", "ReduceMax")) {
            OPERATORS.put(reduction, d -> d.reduce(reduction));
        }
        OPERATORS.put("ArgMax", Draw::argMax);
        OPERATORS.put("Resize", Draw::resize);
        OPERATORS.put("Shape", Draw::shape);
        OPERATORS.put("Size", d -> d.of(Node.of("n", "Size", List.of("x"), List.of("y")), d.data("x", d.shape(0, 4))));
        OPERATORS.put("ConstantOfShape", Draw::constantOfShape);
        OPERATORS.put("Range", Draw::range);
        OPERATORS.put("LayerNormalization", Draw::layerNormalization);
        OPERATORS.put("LSTM", d -> d.recurrent("LSTM", 4));
        OPERATORS.put("GRU", d -> d.recurrent("GRU", 3));
        OPERATORS.put(
                "GlobalAveragePool",
                d -> d.of(Node.of("n", "GlobalAveragePool", List.of("x"), List.of("y")), d.data("x", d.shape(3, 5))));
    }

    static List<String> names() {
        return List.copyOf(OPERATORS.keySet());
    }

    static DrawnOperator of(String name, long seed) {
        return OPERATORS.get(name).apply(new Draw(new Random(seed)));
    }

    /** The node with its inputs: data by shape, constants by value. */
    String describe() {
        StringBuilder text = new StringBuilder("opset " + opset + " " + node + " of " + data);
        for (Tensor tensor : constants) {
            text.append(' ')
                    .append(tensor.name())
                    .append(' ')
                    .append(
                            tensor.type() == DataType.INT64
                                    ? Arrays.toString(tensor.longs())
                                    : Arrays.toString(tensor.doubles()));
        }
        return text.toString();
    }

    /** The draw of one case. */
    private record Draw(Random random) {

        private int from(int least, int most) {
            return least + random.nextInt(most - least + 1);
        }

        private boolean coin() {
            return random.nextBoolean();
        }

        private long[] shape(int leastRank, int mostRank) {
            return longs(from(leastRank, mostRank), 1, 4);
        }

        private long[] longs(int count, int least, int most) {
            long[] values = new long[count];
            for (int i = 0; i < count; i++) {
                values[i] = from(least, most);
            }
            return values;
        }

        private Tensor data(String name, long... dims) {
            float[] values = new float[(int) Tensor.elementCount(name, dims)];
            for (int i = 0; i < values.length; i++) {
                values[i] = random.nextFloat();
            }
            return Tensor.ofFloats(name, dims, values);
        }

        private DrawnOperator of(Node node, Tensor... data) {
            return new DrawnOperator(18, node, List.of(data), List.of());
        }

        private DrawnOperator of(Node node, List<Tensor> data, Tensor... constants) {
            return new DrawnOperator(18, node, data, List.of(constants));
        }

        private static Node node(String opType, String... inputs) {
            return Node.of("n", opType, List.of(inputs), List.of("y"));
        }

        /** An axis of a tensor, counted from either end. */
        private int axis(int rank) {
            return from(-rank, rank - 1);
        }

        /** Some of the axes, in any order. */
        private long[] axes(int rank, int count) {
            List<Integer> all = new ArrayList<>();
            for (int i = 0; i < rank; i++) {
                all.add(i);
            }
            Collections.shuffle(all, random);
            return all.subList(0, count).stream()
                    .mapToLong(axis -> coin() ? axis : axis - rank)
                    .toArray();
        }

        private Node window(Node node, long[] sizes, long[] kernel, boolean dilates) {
            int axes = kernel.length;
            Node windowed = node;
            if (coin()) {
                windowed = windowed.with("strides", Attribute.ints(longs(axes, 1, 3)));
            }
            long[] dilations = longs(axes, 1, 1);
            if (dilates && coin()) {
                dilations = longs(axes, 1, 2);
                windowed = windowed.with("dilations", Attribute.ints(dilations));
            }
            if (random.nextInt(4) == 0) {
                // a window without padding must fit
                String auto =
                        List.of("VALID", "SAME_UPPER", "SAME_LOWER", "NOTSET").get(random.nextInt(4));
                windowed = windowed.with("auto_pad", Attribute.of(auto));
            } else if (coin()) {
                long[] pads = new long[2 * axes];
                for (int i = 0; i < axes; i++) {
                    pads[i] = random.nextInt((int) kernel[i]);
                    pads[i + axes] = random.nextInt((int) kernel[i]);
                }
                windowed = windowed.with("pads", Attribute.ints(pads));
            }
            for (int i = 0; i < axes; i++) {
                sizes[i + 2] += (kernel[i] - 1) * dilations[i];
            }
            return windowed;
        }

        private DrawnOperator pool(String opType) {
            int axes = from(1, 2);
            long[] sizes = shape(axes + 2, axes + 2);
            long[] kernel = longs(axes, 1, 4);
            Node node = window(node(opType, "x"), sizes, kernel, opType.equals("MaxPool"))
                    .with("kernel_shape", Attribute.ints(kernel));
            boolean isSame = node.stringAttribute("auto_pad", "").startsWith("SAME");
            if (isSame) {
                // kernels shorter than the stride are answered otherwise by ONNX Runtime, and refused in training
                node = node.without("strides").without("dilations");
            } else if (!opType.equals("LpPool") && coin()) {
                node = node.with("ceil_mode", Attribute.of(1));
            }
            return new DrawnOperator(
                    opType.equals("AveragePool") ? 19 : 18, node, List.of(data("x", sizes)), List.of());
        }

        private DrawnOperator conv() {
            int axes = from(1, 2);
            long group = from(1, 2);
            long[] sizes = shape(axes + 2, axes + 2);
            long[] kernel = longs(axes, 1, 4);
            long[] weight = new long[axes + 2];
            weight[0] = group * from(1, 3);
            weight[1] = from(1, 2);
            sizes[1] = group * weight[1];
            System.arraycopy(kernel, 0, weight, 2, axes);
            Node node = window(node("Conv", "x", "w"), sizes, kernel, true).with("group", Attribute.of(group));
            if (node.stringAttribute("auto_pad", "").startsWith("SAME")) {
                node = node.without("dilations");
            }
            if (coin()) {
                node = node.with("kernel_shape", Attribute.ints(kernel));
            }
            return of(node, data("x", sizes), data("w", weight));
        }

        private DrawnOperator convTranspose() {
            int axes = from(1, 2);
            long group = from(1, 2);
            long[] kernel = longs(axes, 2, 4);
            long[] strides = longs(axes, 1, 3);
            long[] sizes = shape(axes + 2, axes + 2);
            long[] weight = new long[axes + 2];
            sizes[1] = group * from(1, 2);
            weight[0] = sizes[1];
            weight[1] = from(1, 3);
            System.arraycopy(kernel, 0, weight, 2, axes);
            Node node = node("ConvTranspose", "x", "w")
                    .with("group", Attribute.of(group))
                    .with("strides", Attribute.ints(strides));
            if (coin()) {
                node = node.with("dilations", Attribute.ints(longs(axes, 1, 2)));
            }
            switch (random.nextInt(4)) {
                case 0 -> {
                    long[] pads = new long[2 * axes];
                    Arrays.setAll(pads, i -> random.nextInt(2));
                    for (int i = 0; i < axes; i++) {
                        sizes[i + 2] += 1; // so that something is left
                    }
                    node = node.with("pads", Attribute.ints(pads));
                }
                case 1 -> node = node.with("auto_pad", Attribute.of("VALID"));
                case 2 -> {
                    long[] extra = new long[axes];
                    Arrays.setAll(extra, i -> random.nextInt((int) strides[i]));
                    node = node.with("output_padding", Attribute.ints(extra));
                }
                default -> {}
            }
            return of(node, data("x", sizes), data("w", weight));
        }

        /** Two shapes that fit together: of each axis one may be 1, and the front of one may be missing. */
        private long[][] fitting() {
            long[] whole = shape(0, 4);
            long[][] pair = {whole.clone(), whole.clone()};
            for (int i = 0; i < whole.length; i++) {
                if (random.nextInt(3) == 0) {
                    pair[random.nextInt(2)][i] = 1;
                }
            }
            int shorter = random.nextInt(2);
            pair[shorter] = Arrays.copyOfRange(pair[shorter], from(0, whole.length), whole.length);
            return pair;
        }

        private DrawnOperator broadcast(String opType) {
            long[][] pair = fitting();
            return of(node(opType, "x", "z"), data("x", pair[0]), data("z", pair[1]));
        }

        private DrawnOperator where() {
            long[][] pair = fitting();
            boolean[] flag = {coin()};
            return of(
                    node("Where", "flag", "x", "z"),
                    List.of(data("x", pair[0]), data("z", pair[1])),
                    Tensor.ofBooleans("flag", coin() ? new long[0] : new long[] {1}, flag));
        }

        private DrawnOperator matMul() {
            long inner = from(1, 4);
            long[][] batch = fitting();
            boolean vectorA = batch[0].length == 0 && coin();
            boolean vectorB = batch[1].length == 0 && coin();
            long[] a = vectorA ? new long[] {inner} : joined(batch[0], from(1, 4), inner);
            long[] b = vectorB ? new long[] {inner} : joined(batch[1], inner, from(1, 4));
            return of(node("MatMul", "x", "z"), data("x", a), data("z", b));
        }

        private static long[] joined(long[] front, long... back) {
            long[] all = Arrays.copyOf(front, front.length + back.length);
            System.arraycopy(back, 0, all, front.length, back.length);
            return all;
        }

        private DrawnOperator gemm() {
            long m = from(1, 4);
            long k = from(1, 4);
            long n = from(1, 4);
            boolean transA = coin();
            boolean transB = coin();
            Node node = node("Gemm", "x", "z")
                    .with("transA", Attribute.of(transA ? 1 : 0))
                    .with("transB", Attribute.of(transB ? 1 : 0));
            return of(
                    node,
                    data("x", transA ? new long[] {k, m} : new long[] {m, k}),
                    data("z", transB ? new long[] {n, k} : new long[] {k, n}));
        }

        private DrawnOperator reshape() {
            long[] shape = shape(1, 4);
            List<Long> wanted = new ArrayList<>();
            Arrays.stream(shape).forEach(wanted::add);
            if (coin()) {
                int place = from(0, wanted.size() - 1);
                wanted.set(place, 0L); // as the input has it
            }
            if (wanted.size() > 1 && coin()) {
                // two axes in one, where neither is taken from the input
                int place = from(0, wanted.size() - 2);
                if (!wanted.subList(place, wanted.size()).contains(0L)) {
                    wanted.set(place, wanted.get(place) * wanted.remove(place + 1));
                }
            }
            if (coin()) {
                wanted.set(from(0, wanted.size() - 1), -1L);
            }
            long[] to = wanted.stream().mapToLong(Long::longValue).toArray();
            return of(node("Reshape", "x", "to"), List.of(data("x", shape)), Tensor.ofLongs("to", to));
        }

        private DrawnOperator flatten() {
            long[] shape = shape(1, 4);
            return of(
                    node("Flatten", "x").with("axis", Attribute.of(from(-shape.length, shape.length))),
                    data("x", shape));
        }

        private DrawnOperator squeeze() {
            long[] shape = shape(2, 4);
            long[] axes = axes(shape.length, from(1, shape.length - 1));
            for (long axis : axes) {
                shape[(int) (axis < 0 ? axis + shape.length : axis)] = 1;
            }
            return coin()
                    ? of(node("Squeeze", "x"), data("x", shape))
                    : of(node("Squeeze", "x", "axes"), List.of(data("x", shape)), Tensor.ofLongs("axes", axes));
        }

        private DrawnOperator unsqueeze() {
            long[] shape = shape(0, 3);
            int more = from(1, 2);
            return of(
                    node("Unsqueeze", "x", "axes"),
                    List.of(data("x", shape)),
                    Tensor.ofLongs("axes", axes(shape.length + more, more)));
        }

        private DrawnOperator expand() {
            long[][] pair = fitting();
            return of(node("Expand", "x", "to"), List.of(data("x", pair[0])), Tensor.ofLongs("to", pair[1]));
        }

        private DrawnOperator transpose() {
            long[] shape = shape(0, 4);
            Node node = node("Transpose", "x");
            if (shape.length > 0 && coin()) {
                long[] order = axes(shape.length, shape.length);
                Arrays.setAll(order, i -> Math.floorMod(order[i], shape.length)); // perm is not counted from the end
                node = node.with("perm", Attribute.ints(order));
            }
            return of(node, data("x", shape));
        }

        private DrawnOperator concat() {
            long[] shape = shape(1, 4);
            int axis = axis(shape.length);
            List<Tensor> data = new ArrayList<>();
            List<String> names = new ArrayList<>();
            for (int i = from(1, 3); i > 0; i--) {
                long[] next = shape.clone();
                next[Math.floorMod(axis, shape.length)] = from(1, 4);
                names.add("x" + i);
                data.add(data("x" + i, next));
            }
            return of(
                    node("Concat", names.toArray(new String[0])).with("axis", Attribute.of(axis)),
                    data.toArray(new Tensor[0]));
        }

        private DrawnOperator split() {
            long[] shape = shape(1, 3);
            int axis = axis(shape.length);
            int parts = from(1, 3);
            int at = Math.floorMod(axis, shape.length);
            List<String> outputs = List.of("y", "y2", "y3").subList(0, parts);
            if (coin()) {
                shape[at] = (long) parts * from(2, 4) + random.nextInt(2);
                Node node = Node.of("n", "Split", List.of("x"), outputs)
                        .with("axis", Attribute.of(axis))
                        .with("num_outputs", Attribute.of(parts));
                return of(node, data("x", shape));
            }
            long[] sizes = longs(parts, 0, 3);
            shape[at] = Arrays.stream(sizes).sum();
            Node node = Node.of("n", "Split", List.of("x", "sizes"), outputs).with("axis", Attribute.of(axis));
            return of(node, List.of(data("x", shape)), Tensor.ofLongs("sizes", sizes));
        }

        private DrawnOperator pad() {
            long[] shape = shape(1, 4);
            if (coin()) {
                return of(
                        node("Pad", "x", "pads"),
                        List.of(data("x", shape)),
                        Tensor.ofLongs("pads", longs(2 * shape.length, 0, 3)));
            }
            long[] axes = axes(shape.length, from(1, shape.length));
            return of(
                    node("Pad", "x", "pads", "", "axes"),
                    List.of(data("x", shape)),
                    Tensor.ofLongs("pads", longs(2 * axes.length, 0, 3)),
                    Tensor.ofLongs("axes", axes));
        }

        private DrawnOperator tile() {
            long[] shape = shape(1, 4);
            return of(
                    node("Tile", "x", "repeats"),
                    List.of(data("x", shape)),
                    Tensor.ofLongs("repeats", longs(shape.length, 0, 3)));
        }

        private DrawnOperator blocks(String opType) {
            long block = from(1, 3);
            long[] shape = shape(4, 4);
            if (opType.equals("DepthToSpace")) {
                shape[1] *= block * block;
            } else {
                shape[2] *= block;
                shape[3] *= block;
            }
            return of(node(opType, "x").with("blocksize", Attribute.of(block)), data("x", shape));
        }

        private DrawnOperator slice() {
            long[] shape = shape(1, 3);
            boolean named = coin();
            int count = named ? from(1, shape.length) : shape.length;
            long[] starts = longs(count, -6, 6);
            long[] ends = longs(count, -6, 6);
            List<Tensor> constants = new ArrayList<>(List.of(Tensor.ofLongs("starts", starts)));
            if (coin()) {
                starts[0] = 0;
                ends[0] = Long.MAX_VALUE;
                constants.set(0, Tensor.ofLongs("starts", starts));
            }
            constants.add(Tensor.ofLongs("ends", ends));
            List<String> inputs = new ArrayList<>(List.of("x", "starts", "ends"));
            if (named) {
                constants.add(Tensor.ofLongs("axes", axes(shape.length, count)));
                inputs.add("axes");
            }
            if (coin()) {
                long[] steps = longs(count, 1, 3);
                // backwards, ONNX Runtime takes the largest end for none and not for the last element
                Arrays.setAll(steps, i -> ends[i] == Long.MAX_VALUE || coin() ? steps[i] : -steps[i]);
                constants.add(Tensor.ofLongs("steps", steps));
                if (!named) {
                    inputs.add("");
                }
                inputs.add("steps");
            }
            return of(
                    Node.of("n", "Slice", inputs, List.of("y")),
                    List.of(data("x", shape)),
                    constants.toArray(new Tensor[0]));
        }

        private DrawnOperator gather() {
            long[] shape = shape(1, 3);
            int axis = axis(shape.length);
            long[] of = shape(0, 2);
            long[] indices = longs((int) Tensor.elementCount("i", of), 0, 0);
            Arrays.setAll(indices, i -> axis((int) shape[Math.floorMod(axis, shape.length)]));
            return of(
                    node("Gather", "x", "i").with("axis", Attribute.of(axis)),
                    List.of(data("x", shape)),
                    Tensor.ofLongs("i", of, indices));
        }

        private DrawnOperator gatherElements() {
            long[] shape = shape(1, 3);
            long[] of = longs(shape.length, 1, 1);
            Arrays.setAll(of, i -> from(1, (int) shape[i]));
            return of(
                    node("GatherElements", "x", "i").with("axis", Attribute.of(axis(shape.length))),
                    List.of(data("x", shape)),
                    Tensor.ofLongs("i", of, new long[(int) Tensor.elementCount("i", of)]));
        }

        private DrawnOperator gatherNd() {
            long[] shape = shape(2, 4);
            int batch = from(0, 1);
            long[] of = new long[batch + 2];
            System.arraycopy(shape, 0, of, 0, batch);
            of[batch] = from(1, 3);
            of[batch + 1] = from(1, shape.length - batch);
            return of(
                    node("GatherND", "x", "i").with("batch_dims", Attribute.of(batch)),
                    List.of(data("x", shape)),
                    Tensor.ofLongs("i", of, new long[(int) Tensor.elementCount("i", of)]));
        }

        private DrawnOperator topK() {
            long[] shape = shape(1, 3);
            int axis = axis(shape.length);
            Node node = Node.of("n", "TopK", List.of("x", "k"), List.of("y", "places"))
                    .with("axis", Attribute.of(axis));
            return of(node, List.of(data("x", shape)), Tensor.ofLongs("k", from(1, (int)
                    shape[Math.floorMod(axis, shape.length)])));
        }

        private DrawnOperator oneHot() {
            long[] shape = shape(1, 3);
            Tensor labels = Tensor.ofLongs("x", shape, new long[(int) Tensor.elementCount("x", shape)]);
            return of(
                    node("OneHot", "x", "depth", "values").with("axis", Attribute.of(axis(shape.length + 1))),
                    List.of(labels),
                    Tensor.ofLongs("depth", from(1, 5)),
                    Tensor.ofFloats("values", new long[] {2}, 0, 1));
        }

        private DrawnOperator reduce(String opType) {
            long[] shape = shape(1, 4);
            long[] axes = axes(shape.length, from(0, shape.length));
            Node node = node(opType, "x").with("keepdims", Attribute.of(random.nextInt(2)));
            if (coin()) {
                node = node.with("noop_with_empty_axes", Attribute.of(random.nextInt(2)));
            }
            if (opType.equals("ReduceSum")) {
                return of(
                        node.withInputs(List.of("x", "axes")), List.of(data("x", shape)), Tensor.ofLongs("axes", axes));
            }
            // before opset 18 they were an attribute
            node = node.without("noop_with_empty_axes");
            if (axes.length > 0) {
                node = node.with("axes", Attribute.ints(axes));
            }
            return new DrawnOperator(13, node, List.of(data("x", shape)), List.of());
        }

        private DrawnOperator argMax() {
            long[] shape = shape(1, 4);
            Node node = node("ArgMax", "x").with("axis", Attribute.of(axis(shape.length)));
            return of(coin() ? node.with("keepdims", Attribute.of(0)) : node, data("x", shape));
        }

        private DrawnOperator resize() {
            long[] shape = shape(4, 4);
            if (coin()) {
                long[] sizes = {shape[0], shape[1], from(1, 9), from(1, 9)};
                return of(
                        node("Resize", "x", "", "", "sizes"),
                        List.of(data("x", shape)),
                        Tensor.ofLongs("sizes", sizes));
            }
            float[] scales = {1, 1, from(5, 30) / 10f, from(5, 30) / 10f};
            shape[2] *= 3;
            shape[3] *= 3;
            if (coin()) {
                return of(
                        node("Resize", "x", "", "scales").with("axes", Attribute.ints(3, -2)),
                        List.of(data("x", shape)),
                        Tensor.ofFloats("scales", new long[] {2}, scales[2], scales[3]));
            }
            return of(
                    node("Resize", "x", "", "scales"),
                    List.of(data("x", shape)),
                    Tensor.ofFloats("scales", new long[] {4}, scales));
        }

        private DrawnOperator shape() {
            long[] shape = shape(0, 4);
            Node node = node("Shape", "x");
            if (coin()) {
                node = node.with("start", Attribute.of(from(-5, 5)));
            }
            if (coin()) {
                node = node.with("end", Attribute.of(from(-5, 5)));
            }
            return of(node, data("x", shape));
        }

        private DrawnOperator constantOfShape() {
            Node node = node("ConstantOfShape", "to");
            if (coin()) {
                node = node.with("value", Attribute.of(Tensor.ofLongs("", 7)));
            }
            return of(node, List.of(), Tensor.ofLongs("to", longs(from(0, 3), 0, 4)));
        }

        private DrawnOperator range() {
            long step = coin() ? from(1, 4) : -from(1, 4);
            return of(
                    node("Range", "start", "limit", "step"),
                    List.of(),
                    Tensor.scalar("start", from(-9, 9)),
                    Tensor.scalar("limit", from(-9, 9)),
                    Tensor.scalar("step", step));
        }

        private DrawnOperator layerNormalization() {
            long[] shape = shape(1, 4);
            int axis = axis(shape.length);
            long[] scaled = Arrays.copyOfRange(shape, Math.floorMod(axis, shape.length), shape.length);
            Node node = Node.of("n", "LayerNormalization", List.of("x", "scale"), List.of("y", "mean", "inverse"))
                    .with("axis", Attribute.of(axis));
            return of(node, List.of(data("x", shape)), data("scale", scaled));
        }

        private DrawnOperator recurrent(String opType, int gates) {
            long steps = from(1, 3);
            long batch = from(1, 3);
            long inputs = from(1, 3);
            long hidden = from(1, 3);
            boolean both = coin();
            long directions = both ? 2 : 1;
            List<String> outputs = opType.equals("LSTM") ? List.of("y", "last", "cell") : List.of("y", "last");
            Node node = Node.of("n", opType, List.of("x", "w", "r"), outputs).with("hidden_size", Attribute.of(hidden));
            if (both || coin()) {
                node = node.with("direction", Attribute.of(both ? "bidirectional" : coin() ? "reverse" : "forward"));
            }
            return of(
                    node,
                    List.of(data("x", steps, batch, inputs)),
                    data("w", directions, gates * hidden, inputs),
                    data("r", directions, gates * hidden, hidden));
        }
    }
}
