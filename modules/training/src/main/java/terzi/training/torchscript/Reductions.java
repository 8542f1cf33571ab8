package terzi.training.torchscript;

import java.util.Arrays;
import java.util.OptionalInt;
import java.util.function.BiFunction;
import java.util.stream.LongStream;
import terzi.onnx.DataType;

/** Sums, means, extremes and norms over axes. */
final class Reductions {
    private Reductions() {}

    /** An expression for the reduction of a tensor over a list of axes, the axes kept or not. */
    private interface Reduction {
        String over(String x, String axes, String keep);
    }

    static void register(Operators operators) {
        add(operators, "ReduceMean", (x, axes, keep) -> Emission.call("mean", x, axes, keep));
        add(operators, "ReduceSum", Reductions::sum);
        add(operators, "ReduceMax", (x, axes, keep) -> Emission.call("amax", x, axes, keep));
        add(operators, "ReduceMin", (x, axes, keep) -> Emission.call("amin", x, axes, keep));
        add(operators, "ReduceL1", (x, axes, keep) -> sum("torch.abs(" + x + ")", axes, keep));
        add(operators, "ReduceL2", (x, axes, keep) -> "torch.sqrt(" + sum(square(x), axes, keep) + ")");
        add(operators, "ReduceSumSquare", (x, axes, keep) -> sum(square(x), axes, keep));
        add(operators, "ReduceLogSum", (x, axes, keep) -> "torch.log(" + sum(x, axes, keep) + ")");
        add(operators, "ReduceLogSumExp", (x, axes, keep) -> Emission.call("logsumexp", x, axes, keep));
        operators.add("ReduceProd", 1, Reductions::product);
        operators.add("ArgMax", 1, node -> position(node, "argmax"));
        operators.add("ArgMin", 1, node -> position(node, "argmin"));
    }

    private static void add(Operators operators, String name, Reduction reduction) {
        operators.add(
                name,
                1,
                node -> reduce(node, (x, axes) -> {
                    boolean keep = keepsAxes(node);
                    return reduction.over(x, Emission.list(axes), Emission.bool(keep));
                }));
    }

    private static String sum(String x, String axes, String keep) {
        return Emission.call("sum", x, axes, keep);
    }

    private static String square(String x) {
        return Emission.call("square", x);
    }

    private static void product(Emission node) {
        reduce(node, (x, axes) -> {
            String result = x;
            for (int i = axes.length - 1; i >= 0; i--) {
                result = Emission.call("prod", result, axes[i], Emission.bool(keepsAxes(node)));
            }
            return result;
        });
    }

    private static boolean keepsAxes(Emission node) {
        return node.node().intAttribute("keepdims", 1) != 0;
    }

    private static void reduce(Emission node, BiFunction<String, long[], String> reduction) {
        int rank = node.rank(0);
        long[] axes = node.axes(1).orElse(new long[0]);
        if (axes.length == 0) {
            if (node.node().intAttribute("noop_with_empty_axes", 0) != 0) {
                node.result(0, node.value(0));
                return;
            }
            axes = LongStream.range(0, rank).toArray();
        }
        long[] sorted =
                Arrays.stream(axes).map(axis -> node.axis(axis, rank)).sorted().toArray();
        String x = node.let(node.wide(0));
        String result = rank == 0 ? x : reduction.apply(x, sorted);
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
