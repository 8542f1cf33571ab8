package terzi.backbones.keras;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import terzi.onnx.Attribute;

/**
 * The window of a convolution or a pool. TensorFlow's padding {@code same} gives {@code ceil(size / stride)} steps and puts an odd
 * zero at the end, so with a stride it depends on the image's size: where that is free, {@code auto_pad} says it.
 */
final class Window {
    private final int[] kernel;
    private final int[] strides;
    private final int[] dilations;
    private final boolean isSame;

    private Window(int[] kernel, int[] strides, int[] dilations, boolean isSame) {
        this.kernel = kernel;
        this.strides = strides;
        this.dilations = dilations;
        this.isSame = isSame;
    }

    /** The padding is the layer's; the arrays have a number for the height and one for the width. */
    static Window of(LayerEmission layer, int[] kernel, int[] strides, int[] dilations) throws KerasFormatException {
        String padding = layer.config().text("padding", "valid");
        if (!padding.equals("same") && !padding.equals("valid")) {
            throw layer.config().wrong("padding", "same or valid");
        }
        for (int[] pair : List.of(kernel, strides, dilations)) {
            if (pair[0] < 1 || pair[1] < 1) {
                throw layer.refused("the window's size, strides and dilation must be positive");
            }
        }
        return new Window(kernel, strides, dilations, padding.equals("same"));
    }

    /** Whether the padding is {@code same}, else it is {@code valid}. */
    boolean isSame() {
        return isSame;
    }

    /** 0 for the height, 1 for the width. */
    int kernel(int axis) {
        return kernel[axis];
    }

    /** Height and width of what it gives; the zeros that wait around an image are in its shape. */
    List<Integer> sizes(LayerEmission layer, KerasValue in) throws KerasFormatException {
        return List.of(size(layer, in, 0), size(layer, in, 1));
    }

    private int size(LayerEmission layer, KerasValue in, int axis) throws KerasFormatException {
        int size = in.shape().get(axis);
        if (size == KerasValue.FREE) {
            return KerasValue.FREE;
        }
        int steps = isSame
                ? (size + strides[axis] - 1) / strides[axis]
                : Math.floorDiv(size - reach(axis), strides[axis]) + 1;
        if (steps < 1) {
            throw layer.refused("a window of " + reach(0) + "x" + reach(1) + " does not fit into " + in.describe()
                    + "; larger images are needed");
        }
        return steps;
    }

    /** Pixels from one end of the window to the other. */
    private int reach(int axis) {
        return (kernel[axis] - 1) * dilations[axis] + 1;
    }

    /** The node's attributes; zeros that wait around an image become the window's pads. A map that may be added to. */
    Map<String, Attribute> attributes(KerasValue in) {
        Map<String, Attribute> attributes = new LinkedHashMap<>();
        attributes.put("kernel_shape", Attribute.ints(kernel[0], kernel[1]));
        attributes.put("strides", Attribute.ints(strides[0], strides[1]));
        if (dilations[0] != 1 || dilations[1] != 1) {
            attributes.put("dilations", Attribute.ints(dilations[0], dilations[1]));
        }
        if (!isSame) {
            KerasValue.Padding p = in.padding();
            attributes.put("pads", Attribute.ints(p.top(), p.left(), p.bottom(), p.right()));
        } else if (isSizeNeeded(in, 0) || isSizeNeeded(in, 1)) {
            attributes.put("auto_pad", Attribute.of("SAME_UPPER"));
        } else {
            int height = total(in, 0);
            int width = total(in, 1);
            attributes.put("pads", Attribute.ints(height / 2, width / 2, height - height / 2, width - width / 2));
        }
        return attributes;
    }

    private boolean isSizeNeeded(KerasValue in, int axis) {
        return strides[axis] != 1 && in.shape().get(axis) == KerasValue.FREE;
    }

    private int total(KerasValue in, int axis) {
        if (strides[axis] == 1) {
            return reach(axis) - 1;
        }
        int size = in.shape().get(axis);
        int steps = (size + strides[axis] - 1) / strides[axis];
        return Math.max((steps - 1) * strides[axis] + reach(axis) - size, 0);
    }
}
