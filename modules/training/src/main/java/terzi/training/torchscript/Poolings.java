package terzi.training.torchscript;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/** Max and average pooling, over windows and over the whole image. */
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
        if (!node.isFloat(0)) {
            throw node.unsupported(
                    "expected a float tensor, found " + node.type(0).label() + "; cast its input to float32");
        }
        Window window = window(node);
        boolean fits = fits(window);
        String x = node.tensor(0);
        if (!fits) {
            x = extended(node, window, padded(node, window, x, "float('-inf')"), "float('-inf')");
        }
        node.result(Emission.call(
                "max_pool" + window.kernel().length + "d",
                x,
                Emission.list(window.kernel()),
                Emission.list(window.strides()),
                Emission.list(fits ? window.begin() : window.zeros()),
                Emission.list(window.dilations()),
                Emission.bool(fits && isCeiling(node))));
    }

    private static void averagePool(Emission node) {
        Window window = window(node);
        if (IntStream.range(0, window.kernel().length).anyMatch(i -> window.dilations()[i] != 1)) {
            throw node.unsupported("dilations other than 1 are not supported");
        }
        boolean countPads = node.node().intAttribute("count_include_pad", 0) != 0;
        if (countPads && node.opset() < 19) {
            requireWholeWindows(node, window);
        }
        if (fits(window)) {
            node.result(average(
                    window,
                    node.tensor(0),
                    window.begin(),
                    List.of(Emission.bool(isCeiling(node)), Emission.bool(countPads))));
            return;
        }
        // the mean of x with zeros around it, divided by the share of each window that counts
        String ones = "torch.ones_like(" + node.tensor(0) + ")";
        String counted = padded(node, window, ones, countPads ? "1.0" : "0.0");
        List<String> plain = List.of("False", "True");
        node.result(Emission.call(
                "div",
                average(
                        window,
                        extended(node, window, padded(node, window, node.tensor(0), "0.0"), "0.0"),
                        window.zeros(),
                        plain),
                average(window, extended(node, window, counted, "0.0"), window.zeros(), plain)));
    }

    private static String average(Window window, String x, long[] padding, List<String> ceilingAndCountPads) {
        return Emission.call(
                "avg_pool" + window.kernel().length + "d",
                x,
                Emission.list(window.kernel()),
                Emission.list(window.strides()),
                Emission.list(padding),
                String.join(", ", ceilingAndCountPads));
    }

    private static void global(Emission node, String function) {
        int[] axes = IntStream.range(2, node.rank(0)).toArray();
        String list = Emission.list(IntStream.of(axes).asLongStream().toArray());
        node.result(
                0, Emission.call(function, node.tensor(0), list, "True"), node.type(0), OptionalInt.of(node.rank(0)));
    }

    private static Window window(Emission node) {
        Window window = Window.of(
                node,
                node.node()
                        .ints("kernel_shape")
                        .orElseThrow(() -> node.unsupported("attribute kernel_shape is missing")));
        if (node.node().stringAttribute("auto_pad", "NOTSET").startsWith("SAME")) {
            requireNoGaps(node, window);
        }
        return window;
    }

    /** Under SAME padding ONNX Runtime ignores dilations, and shifts windows that leave out the end of an axis. */
    private static void requireNoGaps(Emission node, Window window) {
        for (int i = 0; i < window.kernel().length; i++) {
            if (window.dilations()[i] != 1) {
                throw node.unsupported("auto_pad SAME with dilations is answered by ONNX Runtime otherwise than the"
                        + " specification says; give pads in place of auto_pad");
            }
            long extent = window.extent(i);
            long stride = window.strides()[i];
            OptionalLong size = node.knownSize(0, i + 2);
            boolean covers = extent >= stride
                    || (size.isPresent() && (size.getAsLong() - 1) / stride * stride + extent >= size.getAsLong());
            if (!covers) {
                throw node.unsupported("auto_pad SAME with a window of " + extent + " and a stride of " + stride
                        + " along spatial axis " + i + " is answered by ONNX Runtime otherwise than the specification"
                        + " says; give pads in place of auto_pad");
            }
        }
    }

    /** Before opset 19 ONNX Runtime counts what lies beyond the pads, which the specification does not. */
    private static void requireWholeWindows(Emission node, Window window) {
        for (int i = 0; i < window.kernel().length && isCeiling(node); i++) {
            OptionalLong size = node.knownSize(0, i + 2);
            long around = window.begin()[i] + window.end()[i] - window.extent(i);
            boolean whole = window.strides()[i] == 1
                    || (size.isPresent() && (size.getAsLong() + around) % window.strides()[i] == 0);
            if (!whole) {
                throw node.unsupported("ceil_mode with count_include_pad, where the last window along spatial axis " + i
                        + " reaches beyond the pads, is answered by ONNX Runtime otherwise than the specification says"
                        + " before opset 19; export with count_include_pad=False or with opset 19");
            }
        }
    }

    /** Whether torch's poolings take the pads: equal on both sides and at most half of the window. */
    private static boolean fits(Window window) {
        return window.isSymmetric()
                && IntStream.range(0, window.kernel().length)
                        .allMatch(i -> 2 * window.begin()[i] <= window.kernel()[i]);
    }

    private static String padded(Emission node, Window window, String x, String filling) {
        return Emission.call("constant_pad_nd", x, window.torchPads(node), filling);
    }

    /**
     * With {@code ceil_mode}, a padded tensor with as much more at its end as the last window needs. That window is the
     * last one that begins in front of the end padding; what comes after it is cut off.
     */
    private static String extended(Emission node, Window window, String padded, String filling) {
        if (!isCeiling(node) || !window.samePads().isEmpty()) {
            return padded;
        }
        List<String> pads = new ArrayList<>();
        for (int i = window.kernel().length - 1; i >= 0; i--) {
            long stride = window.strides()[i];
            Size inFront = node.size(0, i + 2).plus(Size.of(window.begin()[i]));
            Size all = inFront.plus(Size.of(window.end()[i]));
            Size steps = all.plus(Size.of(stride - 1 - window.extent(i)))
                    .flooredBy(stride)
                    .min(inFront.plus(Size.of(-1)).flooredBy(stride));
            pads.add("0");
            pads.add(steps.times(Size.of(stride))
                    .plus(Size.of(window.extent(i)))
                    .minus(all)
                    .text());
        }
        return Emission.call("constant_pad_nd", padded, Emission.list(pads), filling);
    }

    private static boolean isCeiling(Emission node) {
        return node.node().intAttribute("ceil_mode", 0) != 0;
    }
}
