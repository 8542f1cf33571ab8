package terzi.training.torchscript;

import java.util.Arrays;
import java.util.OptionalInt;
import java.util.stream.LongStream;
import terzi.onnx.DataType;

/** Sums, means, extremes and norms over axes. */
final class Reductions {
    private Reductions() {}

    /** An expression for the reduction of a tensor over axes, which are kept with one element or dropped. */
    private interface Reduction {
        String over(String x, long[] axes, boolean keep);
    }

    static void register(Operators operators) {
        add(operators, "ReduceMean", (x, axes, keep) -> call("mean", x, axes, keep));
        add(operators, "ReduceSum", (x, axes, keep) -> call("sum", x, axes, keep));
        add(operators, "ReduceMax", (x, axes, keep) -> call("amax", x, axes, keep));
        add(operators, "ReduceMin", (x, axes, keep) -> call("amin", x, axes, keep));
        add(operators, "ReduceL1", (x, axes, keep) -> call("sum", "torch.abs(" + x + ")", axes, keep));
        add(operators, "ReduceL2", (x, axes, keep) -> "torch.sqrt(" + call("sum", square(x), axes, keep) + ")");
        add(operators, "ReduceSumSquare", (x, axes, keep) -> call("sum", square(x), axes, keep));
        add(operators, "ReduceLogSum", (x, axes, keep) -> "torch.log(" + call("sum", x, axes, keep) + ")");
        add(operators, "ReduceLogSumExp", (x, axes, keep) -> call("logsumexp", x, axes, keep));
        add(operators, "ReduceProd", Reductions::product);
        operators.add("ArgMax", 1, node -> position(node, "argmax"));
        operators.add("ArgMin", 1, node -> position(node, "argmin"));
    }

    private static void add(Operators operators, String name, Reduction reduction) {
        operators.add(name, 1, node -> reduce(node, reduction));
    }

    private static String call(String function, String x, long[] axes, boolean keep) {
        return Emission.call(function, x, Emission.list(axes), Emission.bool(keep));
    }

    private static String square(String x) {
        return Emission.call("square", x);
    }

    /** One axis after the other, the last one first: libtorch's product takes one. */
    private static String product(String x, long[] axes, boolean keep) {
        String result = x;
        for (int i = axes.length - 1; i >= 0; i--) {
            result = Emission.call("prod", result, axes[i], Emission.bool(keep));
        }
        return result;
    }

    private static boolean keepsAxes(Emission node) {
        return node.node().intAttribute("keepdims", 1) != 0;
    }

    private static void reduce(Emission node, Reduction reduction) {
        int rank = node.rank(0);
        if (node.node().opType().equals("ReduceMean") && node.type(0).isInteger()) {
            throw node.unsupported("means of whole numbers are not supported; cast its input to float32");
        }
        long[] axes = node.axes(1).orElse(new long[0]);
        boolean reducesNothing =
                rank == 0 || (axes.length == 0 && node.node().intAttribute("noop_with_empty_axes", 0) != 0);
        String x = node.let(node.wide(0));
        long[] sorted = new long[0];
        String result;
        if (reducesNothing) {
            // each element is the reduction of itself: its square, its absolute value and so on
            result = reduction.over(Emission.call("unsqueeze", x, -1), new long[] {-1}, false);
        } else {
            sorted = (axes.length == 0 ? LongStream.range(0, rank) : Arrays.stream(axes))
                    .map(axis -> node.axis(axis, rank))
                    .sorted()
                    .toArray();
            result = reduction.over(x, sorted, keepsAxes(node));
        }
        if (node.type(0).isInteger()) {
            result = Emission.call("to", result, GraphCompiler.torchType(node.type(0)));
        }
        node.result(0, result, node.type(0), OptionalInt.of(keepsAxes(node) ? rank : rank - sorted.length));
    }

    private static void position(Emission node, String function) {
        int axis = node.axis(node.node().intAttribute("axis", 0), node.rank(0));
        boolean keep = keepsAxes(node);
        boolean last = node.node().intAttribute("select_last_index", 0) != 0;
        String x = last ? Emission.call("flip", node.tensor(0), "[" + axis + "]") : node.tensor(0);
        String place = Emission.call(function, x, axis, Emission.bool(keep));
        node.result(
                0,
                last
                        ? Emission.call(
                                "rsub",
                                place,
                                node.size(0, axis).minus(Size.of(1)).text())
                        : place,
                DataType.INT64,
                OptionalInt.of(keep ? node.rank(0) : node.rank(0) - 1));
    }
}
