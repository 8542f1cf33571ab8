package terzi.training.torchscript;

import java.util.OptionalInt;
import java.util.stream.IntStream;

/** Max, average and L2 pooling, over windows and over the whole picture. */
final class Poolings {
    private Poolings() {}

    static void register(Operators operators) {
        operators.add("MaxPool", 1, Poolings::maxPool);
        operators.add("AveragePool", 1, Poolings::averagePool);
        operators.add("GlobalAveragePool", 1, node -> global(node, "mean"));
        operators.add("GlobalMaxPool", 1, node -> global(node, "amax"));
    }

    private static void maxPool(Emission node) {
        if (node.isUsed(1)) {
            throw node.unsupported("its second output (indices) is not supported");
        }
        Window window = window(node);
        String x = node.tensor(0);
        if (!fits(window)) {
            x = Emission.call("constant_pad_nd", x, window.torchPads(node), node.isFloat(0) ? "float('-inf')" : "0");
        }
        node.result(Emission.call(
                "max_pool" + window.kernel().length + "d",
                x,
                Emission.list(window.kernel()),
                Emission.list(window.strides()),
                Emission.list(fits(window) ? window.begin() : window.zeros()),
                Emission.list(window.dilations()),
                ceilMode(node)));
    }

    private static void averagePool(Emission node) {
        Window window = window(node);
        if (IntStream.range(0, window.kernel().length).anyMatch(i -> window.dilations()[i] != 1)) {
            throw node.unsupported("dilations other than 1 are not supported");
        }
        boolean countPads = node.node().intAttribute("count_include_pad", 0) != 0;
        if (fits(window)) {
            node.result(average(node, node.tensor(0), window, window.begin(), countPads));
            return;
        }
        String pads = window.torchPads(node);
        String padded = Emission.call("constant_pad_nd", node.tensor(0), pads, "0.0");
        String mean = average(node, padded, window, window.zeros(), true);
        if (!countPads) {
            // the mean over the window with zeros in it, divided by the share of the window that is no padding
            String ones = Emission.call("constant_pad_nd", "torch.ones_like(" + node.tensor(0) + ")", pads, "0.0");
            mean = Emission.call("div", mean, average(node, ones, window, window.zeros(), true));
        }
        node.result(mean);
    }

    private static String average(Emission node, String x, Window window, long[] padding, boolean countPads) {
        return Emission.call(
                "avg_pool" + window.kernel().length + "d",
                x,
                Emission.list(window.kernel()),
                Emission.list(window.strides()),
                Emission.list(padding),
                ceilMode(node),
                Emission.bool(countPads));
    }

    private static void global(Emission node, String function) {
        int[] axes = IntStream.range(2, node.rank(0)).toArray();
        String list = Emission.list(IntStream.of(axes).asLongStream().toArray());
        node.result(
                0, Emission.call(function, node.tensor(0), list, "True"), node.type(0), OptionalInt.of(node.rank(0)));
    }

    private static Window window(Emission node) {
        return Window.of(
                node,
                node.node()
                        .ints("kernel_shape")
                        .orElseThrow(() -> node.unsupported("attribute kernel_shape is missing")));
    }

    /** Whether torch's poolings take the pads: equal on both sides and at most half of the window. */
    private static boolean fits(Window window) {
        return window.isSymmetric()
                && IntStream.range(0, window.kernel().length)
                        .allMatch(i -> 2 * window.begin()[i] <= window.kernel()[i]);
    }

    private static String ceilMode(Emission node) {
        return Emission.bool(node.node().intAttribute("ceil_mode", 0) != 0);
    }
}
