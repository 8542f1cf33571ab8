package terzi.backbones.keras;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A value on its way through the network.
 *
 * @param name in the graph, where an image is {@code [N,C,H,W]}
 * @param shape as Keras counts with channels last, without the batch: {@code [H,W,C]} for an image; {@link #FREE} where a size is not fixed
 * @param padding zeros around an image that are not in the graph yet, so that the next layer may take them into its own
 * @param isNonNegative whether no element can be below zero
 */
record KerasValue(String name, List<Integer> shape, Padding padding, boolean isNonNegative) {
    static final int FREE = -1;

    /** Zeros around an image. */
    record Padding(int top, int bottom, int left, int right) {
        static final Padding NONE = new Padding(0, 0, 0, 0);
    }

    KerasValue {
        shape = List.copyOf(shape);
    }

    KerasValue(String name, List<Integer> shape) {
        this(name, shape, Padding.NONE, false);
    }

    boolean isImage() {
        return shape.size() == 3;
    }

    /** Of an image, the zeros around it included. */
    int height() {
        return shape.get(0);
    }

    int width() {
        return shape.get(1);
    }

    /** Size of the last axis. */
    int channels() {
        return shape.get(shape.size() - 1);
    }

    boolean hasFreeSize() {
        return shape.contains(FREE);
    }

    boolean isPadded() {
        return !padding.equals(Padding.NONE);
    }

    KerasValue nonNegative() {
        return new KerasValue(name, shape, padding, true);
    }

    /** For people: {@code [N,224,224,3]}. */
    String describe() {
        return shape.stream()
                .map(size -> size == FREE ? "?" : size.toString())
                .collect(Collectors.joining(",", "[N,", "]"));
    }
}
