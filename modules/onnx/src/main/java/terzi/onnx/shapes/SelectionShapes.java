package terzi.onnx.shapes;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import terzi.onnx.DataType;
import terzi.onnx.Dim;
import terzi.onnx.TensorType;

/** Operators that pick elements. */
final class SelectionShapes {
    private SelectionShapes() {}

    static void addTo(ShapeRules rules) {
        rules.add(SelectionShapes::gather, "Gather");
        rules.add(n -> n.output(n.element(0), n.shape(1)), "GatherElements");
        rules.add(SelectionShapes::gatherNd, "GatherND");
        rules.add(SelectionShapes::slice, "Slice");
        rules.add(SelectionShapes::largest, "TopK");
        rules.add(SelectionShapes::oneHot, "OneHot");
        rules.add(SelectionShapes::compress, "Compress");
        rules.add(n -> n.output(DataType.INT64, List.of(Dim.of(n.shape(0).size()), Dim.UNKNOWN)), "NonZero");
        rules.add(n -> n.output(DataType.INT64, List.of(Dim.UNKNOWN, Dim.of(3))), "NonMaxSuppression");
    }

    private static void gather(NodeShapes n) {
        DataType element = n.element(0);
        n.output(0, TensorType.of(element));
        List<Dim> data = n.shape(0);
        List<Dim> indices = n.shape(1);
        int axis = n.axis(n.node().intAttribute("axis", 0), data.size());
        List<Dim> shape = new ArrayList<>(data.subList(0, axis));
        shape.addAll(indices);
        shape.addAll(data.subList(axis + 1, data.size()));
        n.output(element, shape);
        if (data.size() == 1 && indices.size() <= 1) {
            List<Quantity> from = n.integers(0);
            List<Quantity> picked = new ArrayList<>();
            for (Quantity index : n.integers(1)) {
                OptionalLong at = index.number();
                picked.add(at.isEmpty() ? Quantity.hidden() : from.get(n.axis(at.getAsLong(), from.size())));
            }
            n.integers(picked);
        }
    }

    private static void gatherNd(NodeShapes n) {
        List<Dim> data = n.shape(0);
        List<Dim> indices = n.shape(1);
        long batch = n.node().intAttribute("batch_dims", 0);
        long depth = indices.isEmpty()
                ? -1
                : Dims.size(indices.get(indices.size() - 1)).orElse(-1);
        if (depth < 1 || batch < 0) {
            return;
        }
        if (batch + depth > data.size()) {
            n.problem("indices go along " + (batch + depth) + " axes, the tensor has " + data.size());
            return;
        }
        List<Dim> shape = new ArrayList<>(indices.subList(0, indices.size() - 1));
        shape.addAll(data.subList((int) (batch + depth), data.size()));
        n.output(n.element(0), shape);
    }

    private static void slice(NodeShapes n) {
        DataType element = n.element(0);
        n.output(0, TensorType.of(element));
        List<Dim> shape = n.shape(0);
        n.output(element, Dims.unknown(shape.size()));
        boolean byAttribute = n.node().ints("starts").isPresent();
        int[] axes = axes(n, byAttribute, shape.size());
        List<Quantity> starts = bounds(n, byAttribute, "starts", 1);
        List<Quantity> ends = bounds(n, byAttribute, "ends", 2);
        List<Quantity> steps =
                !byAttribute && n.hasInput(4) ? n.integers(4) : Collections.nCopies(axes.length, Quantity.of(1));
        if (starts.size() != axes.length || ends.size() != axes.length || steps.size() != axes.length) {
            n.problem("starts, ends, axes and steps must be equally long");
            return;
        }
        List<Dim> result = new ArrayList<>(shape);
        for (int i = 0; i < axes.length; i++) {
            Optional<long[]> range = range(shape.get(axes[i]), starts.get(i), ends.get(i), steps.get(i));
            result.set(axes[i], range.map(r -> Dim.of(count(r))).orElseGet(() -> Dim.UNKNOWN));
            // a slice of everything keeps the name of its axis
            if (isAll(starts.get(i), ends.get(i), steps.get(i))) {
                result.set(axes[i], shape.get(axes[i]));
            }
        }
        n.output(element, result);
        if (shape.size() == 1 && axes.length == 1) {
            List<Quantity> from = n.integers(0);
            long[] range = range(Dim.of(from.size()), starts.get(0), ends.get(0), steps.get(0))
                    .orElseThrow(NodeShapes::notKnown);
            List<Quantity> picked = new ArrayList<>();
            for (long i = 0; i < count(range); i++) {
                picked.add(from.get((int) (range[0] + i * range[2])));
            }
            n.integers(picked);
        }
    }

    private static int[] axes(NodeShapes n, boolean byAttribute, int rank) {
        Optional<long[]> given =
                byAttribute ? n.node().ints("axes") : n.hasInput(3) ? Optional.of(n.numbers(3)) : Optional.empty();
        if (given.isPresent()) {
            return n.axes(given.get(), rank);
        }
        int count = bounds(n, byAttribute, "starts", 1).size();
        long[] first = new long[Math.min(count, rank)];
        for (int i = 0; i < first.length; i++) {
            first[i] = i;
        }
        return n.axes(first, rank);
    }

    private static List<Quantity> bounds(NodeShapes n, boolean byAttribute, String name, int input) {
        return byAttribute
                ? Arrays.stream(n.node().ints(name).orElseThrow(NodeShapes::notKnown))
                        .mapToObj(Quantity::of)
                        .toList()
                : n.integers(input);
    }

    private static boolean isAll(Quantity start, Quantity end, Quantity step) {
        return start.number().orElse(-1) == 0
                && end.number().orElse(0) >= Integer.MAX_VALUE
                && step.number().orElse(0) == 1;
    }

    /** First index, end and step with negative and too large indices resolved; empty when something is not known. */
    private static Optional<long[]> range(Dim dim, Quantity start, Quantity end, Quantity step) {
        OptionalLong size = Dims.size(dim);
        if (size.isEmpty()
                || start.number().isEmpty()
                || end.number().isEmpty()
                || step.number().isEmpty()) {
            return Optional.empty();
        }
        long s = size.getAsLong();
        long by = step.number().getAsLong();
        if (by == 0 || by == Long.MIN_VALUE) {
            return Optional.empty();
        }
        long from = start.number().getAsLong();
        long to = end.number().getAsLong();
        from = from < 0 ? from + s : from;
        to = to < 0 ? to + s : to;
        return Optional.of(
                by > 0
                        ? new long[] {clamp(from, 0, s), clamp(to, 0, s), by}
                        : new long[] {Math.min(Math.max(0, from), s - 1), Math.max(-1, to), by});
    }

    private static long clamp(long value, long least, long most) {
        return Math.max(least, Math.min(most, value));
    }

    private static long count(long[] range) {
        long distance = range[2] > 0 ? range[1] - range[0] : range[0] - range[1];
        long step = Math.abs(range[2]);
        return distance <= 0 ? 0 : (distance - 1) / step + 1;
    }

    private static void largest(NodeShapes n) {
        DataType element = n.element(0);
        List<Dim> shape = new ArrayList<>(n.shape(0));
        int axis = n.axis(n.node().intAttribute("axis", -1), shape.size());
        long attribute = n.node().intAttribute("k", -1);
        Dim count = attribute >= 0
                ? Dim.of(attribute)
                : n.integersIfKnown(1)
                        .filter(k -> k.size() == 1)
                        .map(k -> k.get(0).dim())
                        .orElse(Dim.UNKNOWN);
        shape.set(axis, count);
        n.output(0, element, shape);
        n.output(1, DataType.INT64, shape);
    }

    private static void oneHot(NodeShapes n) {
        DataType element = n.element(2);
        List<Dim> shape = new ArrayList<>(n.shape(0));
        long axis = n.node().intAttribute("axis", -1);
        int at = n.axis(axis, shape.size() + 1);
        shape.add(
                at,
                n.integersIfKnown(1)
                        .filter(depth -> depth.size() == 1)
                        .map(depth -> depth.get(0).dim())
                        .orElse(Dim.UNKNOWN));
        n.output(element, shape);
    }

    private static void compress(NodeShapes n) {
        if (n.node().attributes().containsKey("axis")) {
            List<Dim> shape = new ArrayList<>(n.shape(0));
            shape.set(n.axis(n.node().intAttribute("axis", 0), shape.size()), Dim.UNKNOWN);
            n.output(n.element(0), shape);
        } else {
            n.output(n.element(0), List.of(Dim.UNKNOWN));
        }
    }
}
