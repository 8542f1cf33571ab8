package terzi.backbones.keras;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import terzi.onnx.Attribute;

/** Pools over windows and over the whole image. */
final class Poolings {
    /**
     * ONNX Runtime takes a Pad with zeros into the MaxPool behind it, which is wrong where no element of a window reaches zero: the
     * pool pads with minus infinity. It leaves other values alone.
     */
    private static final float ALMOST_ZERO = 1e-30f;

    private Poolings() {}

    /** Zeros that wait around the image become pads only where they lose against no element: ONNX pads with minus infinity. */
    static KerasValue max(LayerEmission layer) throws KerasFormatException {
        Window window = window(layer);
        KerasValue waiting = layer.unpaddedImage();
        boolean isSafe = !waiting.isPadded() || (waiting.isNonNegative() && !window.isSame());
        KerasValue in = isSafe ? waiting : layer.padded(waiting, ALMOST_ZERO);
        String out = layer.node("MaxPool", List.of(in.name()), window.attributes(in));
        return pooled(layer, out, window, in);
    }

    static KerasValue average(LayerEmission layer) throws KerasFormatException {
        Window window = window(layer);
        KerasValue in = window.isSame() ? layer.image() : layer.unpaddedImage();
        Map<String, Attribute> attributes = window.attributes(in);
        // with 'same', TensorFlow divides by the elements that are there; zeros of ZeroPadding2D count
        attributes.put("count_include_pad", Attribute.of(in.isPadded() ? 1 : 0));
        return pooled(layer, layer.node("AveragePool", List.of(in.name()), attributes), window, in);
    }

    static KerasValue globalAverage(LayerEmission layer) throws KerasFormatException {
        return global(layer, "GlobalAveragePool");
    }

    static KerasValue globalMax(LayerEmission layer) throws KerasFormatException {
        return global(layer, "GlobalMaxPool");
    }

    private static KerasValue global(LayerEmission layer, String operator) throws KerasFormatException {
        KerasValue in = layer.image();
        if (layer.config().flag("keepdims", false)) {
            String out = layer.node(operator, List.of(in.name()), Map.of());
            return new KerasValue(out, List.of(1, 1, in.channels()), KerasValue.Padding.NONE, in.isNonNegative());
        }
        String pooled = layer.node(operator, List.of(in.name()), Map.of());
        String flat = layer.node("flat", "Flatten", List.of(pooled), Map.of("axis", Attribute.of(1)));
        return new KerasValue(flat, List.of(in.channels()), KerasValue.Padding.NONE, in.isNonNegative());
    }

    private static Window window(LayerEmission layer) throws KerasFormatException {
        int[] size = layer.config().pair("pool_size", 2);
        int[] strides = layer.config().has("strides") ? layer.config().pair("strides", 1) : size;
        return Window.of(layer, size, strides, new int[] {1, 1});
    }

    private static KerasValue pooled(LayerEmission layer, String out, Window window, KerasValue in)
            throws KerasFormatException {
        List<Integer> shape = new ArrayList<>(window.sizes(layer, in));
        shape.add(in.channels());
        return new KerasValue(out, shape, KerasValue.Padding.NONE, in.isNonNegative());
    }
}
