package terzi.onnx.build;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import terzi.onnx.Attribute;

/** The square window of a convolution or a pool. */
record Window(int kernel, int stride, Layer.Padding padding) {

    List<Integer> out(String where, Flow in, int channels) {
        return List.of(channels, outSize(where, in, 1), outSize(where, in, 2));
    }

    private int outSize(String where, Flow in, int axis) {
        int size = in.shape().get(axis);
        if (padding == Layer.Padding.SAME) {
            return (size + stride - 1) / stride;
        }
        Require.that(
                size >= kernel,
                "%s: a window of %sx%s does not fit into what arrives, %s; use fewer pools, a smaller window or padding same",
                where,
                kernel,
                kernel,
                in);
        return (size - kernel) / stride + 1;
    }

    /** A map that may be added to. */
    Map<String, Attribute> attributes(Flow in) {
        Map<String, Attribute> attributes = new LinkedHashMap<>();
        attributes.put("kernel_shape", Attribute.ints(kernel, kernel));
        attributes.put("strides", Attribute.ints(stride, stride));
        int height = pad(in.shape().get(1));
        int width = pad(in.shape().get(2));
        attributes.put("pads", Attribute.ints(height / 2, width / 2, height - height / 2, width - width / 2));
        return attributes;
    }

    private int pad(int size) {
        if (padding == Layer.Padding.VALID) {
            return 0;
        }
        int out = (size + stride - 1) / stride;
        return Math.max((out - 1) * stride + kernel - size, 0);
    }
}
