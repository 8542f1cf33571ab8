package terzi.onnx.shapes;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import terzi.onnx.DataType;
import terzi.onnx.Dim;
import terzi.onnx.TensorType;

/** Operators that move, join, split, pad or repeat elements. */
final class LayoutShapes {
    private LayoutShapes() {}

    static void addTo(ShapeRules rules) {
        rules.add(LayoutShapes::transpose, "Transpose");
        rules.add(LayoutShapes::concat, "Concat");
        rules.add(LayoutShapes::split, "Split");
        rules.add(LayoutShapes::pad, "Pad");
        rules.add(LayoutShapes::tile, "Tile");
        rules.add(LayoutShapes::blocks, "DepthToSpace", "SpaceToDepth");
    }

    private static void transpose(NodeShapes n) {
        List<Dim> shape = n.shape(0);
        List<Dim> result = new ArrayList<>();
        Optional<long[]> order = n.node().ints("perm");
        if (order.isEmpty()) {
            result.addAll(shape);
            Collections.reverse(result);
        } else if (order.get().length != shape.size()) {
            n.problem("perm has " + order.get().length + " axes, the tensor has " + shape.size());
            return;
        } else {
            for (int axis : n.axes(order.get(), shape.size())) {
                result.add(shape.get(axis));
            }
        }
        n.output(n.element(0), result);
    }

    private static void concat(NodeShapes n) {
        DataType element = n.element(0);
        n.output(0, TensorType.of(element));
        List<Dim> result = new ArrayList<>(n.shape(0));
        int axis = n.axis(n.node().intAttribute("axis", 1), result.size());
        if (axis == 0) {
            // along another axis the elements would be interleaved
            joinIntegers(n);
        }
        for (int input = 1; input < n.inputCount(); input++) {
            List<Dim> next = n.shape(input);
            if (next.size() != result.size()) {
                n.problem("tensors with " + result.size() + " and " + next.size() + " axes cannot be joined");
                return;
            }
            for (int i = 0; i < result.size(); i++) {
                Dim a = result.get(i);
                Dim b = next.get(i);
                if (i == axis) {
                    result.set(i, Dims.sum(a, b));
                } else if (a instanceof Dim.Fixed && b instanceof Dim.Fixed && !a.equals(b)) {
                    n.problem(
                            "axis " + i + " has the sizes " + a + " and " + b + "; only axis " + axis + " may differ");
                    return;
                } else {
                    result.set(i, Dims.mostExact(List.of(a), List.of(b)).get(0));
                }
            }
        }
        n.output(element, result);
    }

    private static void joinIntegers(NodeShapes n) {
        List<Quantity> all = new ArrayList<>();
        for (int input = 0; input < n.inputCount(); input++) {
            Optional<List<Quantity>> part = n.integersIfKnown(input);
            if (part.isEmpty()) {
                // the place of the elements still follows when their number is known
                Optional<List<Dim>> shape = n.shapeIfKnown(input);
                long size = shape.filter(s -> s.size() == 1)
                        .map(s -> Dims.size(s.get(0)).orElse(-1))
                        .orElse(-1L);
                if (size < 0 || size > Inference.MOST_ELEMENTS) {
                    return;
                }
                part = Optional.of(Collections.nCopies((int) size, Quantity.hidden()));
            }
            all.addAll(part.get());
            if (all.size() > Inference.MOST_ELEMENTS) {
                return;
            }
        }
        if (n.element(0) == DataType.INT64 || n.element(0) == DataType.INT32) {
            n.integers(all);
        }
    }

    private static void split(NodeShapes n) {
        DataType element = n.element(0);
        List<Dim> shape = n.shape(0);
        int axis = n.axis(n.node().intAttribute("axis", 0), shape.size());
        int parts = n.outputCount();
        boolean sized = n.node().ints("split").isPresent() || n.hasInput(1);
        List<Quantity> sizes = sized ? sizes(n) : equalSizes(shape.get(axis), parts);
        if (sizes.size() != parts) {
            n.problem("split has " + sizes.size() + " sizes, the node has " + parts + " outputs");
            return;
        }
        for (int i = 0; i < parts; i++) {
            List<Dim> part = new ArrayList<>(shape);
            part.set(axis, sizes.get(i).dim());
            n.output(i, element, part);
        }
    }

    private static List<Quantity> sizes(NodeShapes n) {
        Optional<long[]> attribute = n.node().ints("split");
        return attribute.isPresent()
                ? Arrays.stream(attribute.get()).mapToObj(Quantity::of).toList()
                : n.integersIfKnown(1).orElseGet(() -> Collections.nCopies(n.outputCount(), Quantity.hidden()));
    }

    /** Equal parts; when that does not work out the last one is smaller. */
    private static List<Quantity> equalSizes(Dim dim, int parts) {
        if (!(dim instanceof Dim.Fixed fixed)) {
            return Collections.nCopies(parts, Quantity.hidden());
        }
        long size = (fixed.size() + parts - 1) / parts;
        List<Quantity> sizes = new ArrayList<>(Collections.nCopies(parts - 1, Quantity.of(size)));
        sizes.add(Quantity.of(fixed.size() - size * (parts - 1)));
        return sizes;
    }

    private static void pad(NodeShapes n) {
        DataType element = n.element(0);
        n.output(0, TensorType.of(element));
        List<Dim> shape = n.shape(0);
        n.output(element, Dims.unknown(shape.size()));
        // the first opset called it paddings
        Optional<long[]> old = n.node().ints("paddings");
        long[] pads =
                old.isPresent() ? old.get() : n.attributeOrInput("pads", 1).orElseThrow(NodeShapes::notKnown);
        int[] axes = n.hasInput(3)
                ? n.axes(n.numbers(3), shape.size())
                : IntStream.range(0, shape.size()).toArray();
        if (pads.length != 2 * axes.length) {
            n.problem("pads must have " + 2 * axes.length + " numbers, it has " + pads.length);
            return;
        }
        List<Dim> result = new ArrayList<>(shape);
        for (int i = 0; i < axes.length; i++) {
            result.set(axes[i], Dims.plus(shape.get(axes[i]), pads[i] + pads[i + axes.length]));
        }
        n.output(element, result);
    }

    private static void tile(NodeShapes n) {
        DataType element = n.element(0);
        n.output(0, TensorType.of(element));
        List<Dim> shape = n.shape(0);
        n.output(element, Dims.unknown(shape.size()));
        List<Quantity> repeats = n.integers(1);
        if (repeats.size() != shape.size()) {
            return;
        }
        List<Dim> result = new ArrayList<>();
        for (int i = 0; i < shape.size(); i++) {
            result.add(
                    Quantity.multiply(Quantity.of(shape.get(i)), repeats.get(i)).dim());
        }
        n.output(element, result);
    }

    /** Moves blocks of channels into the image, or back. */
    private static void blocks(NodeShapes n) {
        List<Dim> shape = n.shape(0);
        long block = n.node().intAttribute("blocksize", 0);
        if (shape.size() != 4 || block < 1) {
            return;
        }
        boolean toImage = n.node().is("DepthToSpace");
        Quantity edge = Quantity.of(block);
        Quantity area = Quantity.multiply(edge, edge);
        Quantity channels = Quantity.of(shape.get(1));
        List<Dim> result = new ArrayList<>(shape);
        result.set(1, (toImage ? Quantity.divide(channels, area) : Quantity.multiply(channels, area)).dim());
        for (int i = 2; i < 4; i++) {
            Quantity size = Quantity.of(shape.get(i));
            result.set(i, (toImage ? Quantity.multiply(size, edge) : Quantity.divide(size, edge)).dim());
        }
        n.output(n.element(0), result);
    }
}
