package terzi.backbones.keras;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import terzi.onnx.Attribute;
import terzi.onnx.Tensor;

/** Convolutions and dense layers: what multiplies by a kernel. */
final class Convolutions {
    private Convolutions() {}

    static KerasValue convolution(LayerEmission layer) throws IOException {
        LayerConfig config = layer.config();
        Window window = window(layer, "strides", "dilation_rate");
        KerasValue in = fitted(layer, window);
        int groups = config.integer("groups", 1);
        int filters = config.integer("filters", 0);
        if (filters < 1 || groups < 1 || in.channels() % groups != 0) {
            throw layer.refused(filters + " filters in " + groups + " groups do not fit to " + in.describe());
        }
        Tensor kernel = layer.weight("kernel", 0, window.kernel(0), window.kernel(1), in.channels() / groups, filters);
        Map<String, Attribute> attributes = window.attributes(in);
        if (groups != 1) {
            attributes.put("group", Attribute.of(groups));
        }
        List<String> inputs =
                new ArrayList<>(List.of(in.name(), layer.initializer("weight", Kernels.outFirst(kernel))));
        bias(layer, 1, filters, inputs);
        return activated(layer, layer.node("Conv", inputs, attributes), window, in, filters);
    }

    static KerasValue depthwise(LayerEmission layer) throws IOException {
        Window window = window(layer, "strides", "dilation_rate");
        KerasValue in = fitted(layer, window);
        int multiplier = layer.config().integer("depth_multiplier", 1);
        int filters = in.channels() * multiplier;
        List<String> inputs = new ArrayList<>(depthwiseInputs(layer, window, in, multiplier, "weight"));
        bias(layer, 1, filters, inputs);
        Map<String, Attribute> attributes = window.attributes(in);
        attributes.put("group", Attribute.of(in.channels()));
        return activated(layer, layer.node("Conv", inputs, attributes), window, in, filters);
    }

    static KerasValue separable(LayerEmission layer) throws IOException {
        Window window = window(layer, "strides", "dilation_rate");
        KerasValue in = fitted(layer, window);
        int multiplier = layer.config().integer("depth_multiplier", 1);
        int filters = layer.config().integer("filters", 0);
        Map<String, Attribute> attributes = window.attributes(in);
        attributes.put("group", Attribute.of(in.channels()));
        String depthwise = layer.node(
                "depthwise", "Conv", depthwiseInputs(layer, window, in, multiplier, "depthwise.weight"), attributes);
        Tensor pointwise = layer.weight("pointwise_kernel", 1, 1, 1, (long) in.channels() * multiplier, filters);
        List<String> inputs =
                new ArrayList<>(List.of(depthwise, layer.initializer("weight", Kernels.outFirst(pointwise))));
        bias(layer, 2, filters, inputs);
        return activated(layer, layer.node("Conv", inputs, Map.of()), window, in, filters);
    }

    private static List<String> depthwiseInputs(
            LayerEmission layer, Window window, KerasValue in, int multiplier, String suffix) throws IOException {
        Tensor kernel = layer.weight(
                "depthwise_kernel|kernel", 0, window.kernel(0), window.kernel(1), in.channels(), multiplier);
        return List.of(in.name(), layer.initializer(suffix, Kernels.depthwise(kernel)));
    }

    /** Vectors are multiplied by a matrix; of images, every pixel is: a 1x1 convolution. */
    static KerasValue dense(LayerEmission layer) throws IOException {
        KerasValue in = layer.input();
        int units = layer.config().integer("units", 0);
        int width = in.channels();
        if (units < 1) {
            throw layer.config().wrong("units", "a positive number");
        }
        if (in.shape().size() == 2 || in.shape().size() > 3) {
            throw layer.refused("takes vectors or images, found " + in.describe() + "; put Flatten before it");
        }
        Tensor kernel = layer.weight("kernel", 0, width, units);
        Tensor weight = Kernels.transposed(kernel);
        List<String> inputs = new ArrayList<>();
        inputs.add(in.name());
        inputs.add(layer.initializer("weight", in.isImage() ? weight.withDims(units, width, 1, 1) : weight));
        bias(layer, 1, units, inputs);
        String out = in.isImage()
                ? layer.node("Conv", inputs, Map.of())
                : layer.node("Gemm", inputs, Map.of("transB", Attribute.of(1)));
        List<Integer> shape = LayerEmission.with(in.shape(), in.shape().size() - 1, units);
        return Activations.ofLayer(layer, new KerasValue(out, shape));
    }

    private static void bias(LayerEmission layer, int position, int size, List<String> inputs) throws IOException {
        if (layer.config().flag("use_bias", true)) {
            inputs.add(layer.initializer("bias", layer.weight("bias", position, size)));
        }
    }

    private static Window window(LayerEmission layer, String strides, String dilations) throws KerasFormatException {
        LayerConfig config = layer.config();
        if (!config.has("kernel_size")) {
            throw config.wrong("kernel_size", "one or two whole numbers");
        }
        return Window.of(layer, config.pair("kernel_size", 1), config.pair(strides, 1), config.pair(dilations, 1));
    }

    /** The image; zeros that wait around it go into the window where that has none of its own. */
    private static KerasValue fitted(LayerEmission layer, Window window) throws KerasFormatException {
        return window.isSame() ? layer.image() : layer.unpaddedImage();
    }

    private static KerasValue activated(LayerEmission layer, String out, Window window, KerasValue in, int filters)
            throws IOException {
        List<Integer> sizes = window.sizes(layer, in);
        return Activations.ofLayer(layer, new KerasValue(out, List.of(sizes.get(0), sizes.get(1), filters)));
    }
}
