package terzi.training.torchscript;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Conv and ConvTranspose in one to three dimensions. */
final class Convolutions {
    private Convolutions() {}

    static void register(Operators operators) {
        operators.add("Conv", 1, Convolutions::conv);
        operators.add("ConvTranspose", 1, Convolutions::convTranspose);
    }

    private static void conv(Emission node) {
        Window window = Window.of(node, kernel(node));
        String x = node.image(0);
        long[] strides = window.strides();
        String padding = Emission.list(window.zeros());
        if (window.isPointwise()) {
            x = everyOther(x, strides);
            strides = new long[strides.length];
            Arrays.fill(strides, 1);
        } else if (window.isSymmetric()) {
            padding = Emission.list(window.begin());
        } else {
            x = Emission.call("constant_pad_nd", x, window.torchPads(node), "0.0");
        }
        node.result(Emission.call(
                "convolution",
                x,
                node.image(1),
                node.narrowOrNone(2),
                Emission.list(strides),
                padding,
                Emission.list(window.dilations()),
                "False",
                Emission.list(window.zeros()),
                node.node().intAttribute("group", 1)));
    }

    /**
     * The elements that a pointwise convolution with strides looks at. Left to the convolution, oneDNN's gradient of the weight
     * writes out of bounds in PyTorch 2.7 for 3 to 12 channels that are last in memory.
     */
    private static String everyOther(String x, long[] strides) {
        String some = x;
        for (int i = 0; i < strides.length; i++) {
            if (strides[i] > 1) {
                some = Emission.call("slice", some, i + 2, 0, Long.toString(Long.MAX_VALUE), strides[i]);
            }
        }
        return some;
    }

    /** Convolves without padding and then cuts off what the pads say (a negative pad cuts), which covers pads that differ on both sides. */
    private static void convTranspose(Emission node) {
        long[] kernel = kernel(node);
        Window window = Window.ofTransposed(node, kernel);
        int spatial = kernel.length;
        long[] outputPadding = node.node().ints("output_padding").orElseGet(() -> window.zeros());
        String full = node.let(Emission.call(
                "convolution",
                node.image(0),
                node.image(1),
                node.narrowOrNone(2),
                Emission.list(window.strides()),
                Emission.list(window.zeros()),
                Emission.list(window.dilations()),
                "True",
                Emission.list(outputPadding),
                node.node().intAttribute("group", 1)));
        long[] outputShape = node.node().ints("output_shape").orElse(new long[0]);
        String autoPad = node.node().stringAttribute("auto_pad", "NOTSET");
        if (outputShape.length == 0 && autoPad.startsWith("SAME")) {
            requireNoGaps(node, window, outputPadding);
        }
        List<String> pads = new ArrayList<>();
        for (int i = spatial - 1; i >= 0; i--) {
            Size begin = Size.of(window.begin()[i]);
            Size end = Size.of(window.end()[i]);
            if (outputShape.length > 0 || autoPad.startsWith("SAME")) {
                Size length = outputShape.length > 0
                        ? Size.of(outputShape[outputShape.length - spatial + i])
                        : node.size(0, i + 2).times(Size.of(window.strides()[i]));
                Size total =
                        Size.of("torch.size(" + full + ", " + (i + 2) + ")").minus(length);
                Size half = total.flooredBy(2);
                begin = autoPad.equals("SAME_UPPER") ? half : total.minus(half);
                end = total.minus(begin);
            }
            pads.add(Size.of(0).minus(begin).text());
            pads.add(Size.of(0).minus(end).text());
        }
        boolean whole = pads.stream().allMatch(pad -> pad.equals("0"));
        node.result(whole ? full : Emission.call("constant_pad_nd", full, Emission.list(pads), "0.0"));
    }

    /** Under SAME padding ONNX Runtime gives another shape than the specification where windows leave gaps. */
    private static void requireNoGaps(Emission node, Window window, long[] outputPadding) {
        for (int i = 0; i < window.kernel().length; i++) {
            if (window.extent(i) + outputPadding[i] < window.strides()[i]) {
                throw node.unsupported("auto_pad SAME with a window of " + window.extent(i) + " and a stride of "
                        + window.strides()[i] + " along spatial axis " + i + " is answered by ONNX Runtime otherwise"
                        + " than the specification says; give output_padding and pads in place of auto_pad");
            }
        }
    }

    private static long[] kernel(Emission node) {
        return node.node().ints("kernel_shape").orElseGet(() -> {
            long[] weight = node.constant(1)
                    .orElseThrow(
                            () -> node.unsupported("kernel_shape must be given when the weight is not an initializer"))
                    .dims();
            return Arrays.copyOfRange(weight, 2, weight.length);
        });
    }
}
