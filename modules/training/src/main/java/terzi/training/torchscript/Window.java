package terzi.training.torchscript;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The attributes that convolutions and poolings share, one number for each spatial axis.
 *
 * @param samePads for {@code auto_pad} SAME with strides: script expressions of the pads, begin and end of each axis; else empty
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; private to this package
record Window(long[] kernel, long[] strides, long[] dilations, long[] begin, long[] end, List<Size> samePads) {

    static Window of(Emission node, long[] kernel) {
        Window plain = ofTransposed(node, kernel);
        String autoPad = node.node().stringAttribute("auto_pad", "NOTSET");
        return switch (autoPad) {
            case "NOTSET", "", "VALID" -> plain;
            case "SAME_UPPER", "SAME_LOWER" -> plain.same(node, autoPad.equals("SAME_UPPER"));
            default ->
                throw node.unsupported(
                        "auto_pad " + autoPad + " is not one of NOTSET, VALID, SAME_UPPER," + " SAME_LOWER");
        };
    }

    /** The attributes as they stand, {@code auto_pad} left to the caller. */
    static Window ofTransposed(Emission node, long[] kernel) {
        long[] ones = IntStream.range(0, kernel.length).mapToLong(i -> 1).toArray();
        long[] pads = node.node().ints("pads").orElseGet(() -> new long[2 * kernel.length]);
        if (pads.length != 2 * kernel.length) {
            throw node.unsupported("expected " + 2 * kernel.length + " pads, found " + pads.length);
        }
        return new Window(
                kernel,
                node.node().ints("strides").orElse(ones),
                node.node().ints("dilations").orElse(ones),
                Arrays.copyOfRange(pads, 0, kernel.length),
                Arrays.copyOfRange(pads, kernel.length, pads.length),
                List.of());
    }

    /** So many pads that the output has ceil(input / stride) elements; the odd one goes to the end or to the beginning. */
    private Window same(Emission node, boolean upper) {
        if (Arrays.stream(strides).allMatch(stride -> stride == 1)) {
            long[] begin = new long[kernel.length];
            long[] end = new long[kernel.length];
            for (int i = 0; i < kernel.length; i++) {
                long total = (kernel[i] - 1) * dilations[i];
                begin[i] = upper ? total / 2 : total - total / 2;
                end[i] = total - begin[i];
            }
            return new Window(kernel, strides, dilations, begin, end, List.of());
        }
        List<Size> pads = new ArrayList<>();
        for (int i = 0; i < kernel.length; i++) {
            Size size = node.size(0, i + 2);
            Size stride = Size.of(strides[i]);
            Size steps =
                    size.plus(Size.of(strides[i] - 1)).flooredBy(strides[i]).minus(Size.of(1));
            Size total = Size.of(node.let(steps.times(stride)
                    .plus(Size.of(extent(i)))
                    .minus(size)
                    .max(Size.of(0))
                    .text()));
            Size half = Size.of(node.let(total.flooredBy(2).text()));
            pads.add(upper ? half : total.minus(half));
            pads.add(upper ? total.minus(half) : half);
        }
        return new Window(kernel, strides, dilations, begin, end, pads);
    }

    /** How many elements of an axis a window reaches over. */
    long extent(int i) {
        return (kernel[i] - 1) * dilations[i] + 1;
    }

    /** Whether it looks at one element and leaves some out, without pads. */
    boolean isPointwise() {
        return samePads.isEmpty()
                && Arrays.stream(kernel).allMatch(size -> size == 1)
                && Arrays.stream(begin).allMatch(pad -> pad == 0)
                && Arrays.stream(end).allMatch(pad -> pad == 0)
                && Arrays.stream(strides).anyMatch(stride -> stride > 1);
    }

    boolean isSymmetric() {
        return samePads.isEmpty() && Arrays.equals(begin, end);
    }

    long[] zeros() {
        return new long[kernel.length];
    }

    /** The pads in torch's order: last axis first, its begin before its end. */
    String torchPads(Emission node) {
        List<String> pads = new ArrayList<>();
        for (int i = kernel.length - 1; i >= 0; i--) {
            boolean dynamic = !samePads.isEmpty();
            pads.add(dynamic ? samePads.get(2 * i).text() : Long.toString(begin[i]));
            pads.add(dynamic ? samePads.get(2 * i + 1).text() : Long.toString(end[i]));
        }
        return node.let(Emission.list(pads));
    }
}
