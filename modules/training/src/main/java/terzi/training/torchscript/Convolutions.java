package terzi.training.torchscript;

import java.util.Arrays;

/** Conv and ConvTranspose in one to three dimensions. */
final class Convolutions {
    private Convolutions() {}

    static void register(Operators operators) {
        operators.add("Conv", 1, Convolutions::conv);
        operators.add("ConvTranspose", 1, Convolutions::convTranspose);
    }

    private static void conv(Emission node) {
        Window window = Window.of(node, kernel(node));
        String x = node.narrow(0);
        String padding = Emission.list(window.zeros());
        if (window.isSymmetric()) {
            padding = Emission.list(window.begin());
        } else {
            x = Emission.call("constant_pad_nd", x, window.torchPads(node), "0.0");
        }
        node.result(Emission.call(
                "convolution",
                x,
                node.narrow(1),
                node.narrowOrNone(2),
                Emission.list(window.strides()),
                padding,
                Emission.list(window.dilations()),
                "False",
                Emission.list(window.zeros()),
                node.node().intAttribute("group", 1)));
    }

    /** Convolves without padding and then cuts off what the pads say, which covers pads that differ on both sides. */
    private static void convTranspose(Emission node) {
        long[] kernel = kernel(node);
        Window window = Window.ofTransposed(node, kernel);
        int spatial = kernel.length;
        long[] outputPadding = node.node().ints("output_padding").orElseGet(() -> window.zeros());
        String full = node.let(Emission.call(
                "convolution",
                node.narrow(0),
                node.narrow(1),
                node.narrowOrNone(2),
                Emission.list(window.strides()),
                Emission.list(window.zeros()),
                Emission.list(window.dilations()),
                "True",
                Emission.list(outputPadding),
                node.node().intAttribute("group", 1)));
        long[] outputShape = node.node().ints("output_shape").orElse(new long[0]);
        String autoPad = node.node().stringAttribute("auto_pad", "NOTSET");
        String result = full;
        for (int i = 0; i < spatial; i++) {
            int axis = i + 2;
            Size whole = Size.of("torch.size(" + full + ", " + axis + ")");
            Size begin = Size.of(window.begin()[i]);
            Size length = whole.minus(begin).minus(Size.of(window.end()[i]));
            boolean same = autoPad.startsWith("SAME");
            if (outputShape.length > 0 || same) {
                length = outputShape.length > 0
                        ? Size.of(outputShape[outputShape.length - spatial + i])
                        : node.size(0, axis).times(Size.of(window.strides()[i]));
                Size total = whole.minus(length);
                Size half = total.dividedBy(Size.of(2));
                begin = autoPad.equals("SAME_UPPER") ? half : total.minus(half);
            } else if (begin.equals(Size.of(0)) && window.end()[i] == 0) {
                continue;
            }
            result = node.let(Emission.call("narrow", result, axis, begin.text(), length.text()));
        }
        node.result(result);
    }

    private static long[] kernel(Emission node) {
        return node.node().ints("kernel_shape").orElseGet(() -> {
            long[] weight = node.constant(1)
                    .orElseThrow(() -> node.unsupported("kernel_shape must be given when the weight is no initializer"))
                    .dims();
            return Arrays.copyOfRange(weight, 2, weight.length);
        });
    }
}
