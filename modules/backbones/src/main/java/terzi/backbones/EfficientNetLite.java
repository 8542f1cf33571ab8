package terzi.backbones;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import terzi.onnx.Attribute;
import terzi.onnx.DataType;
import terzi.onnx.Dim;
import terzi.onnx.Model;
import terzi.onnx.Tensor;
import terzi.onnx.TensorType;
import terzi.onnx.build.GraphBuilder;
import terzi.onnx.build.Sequential;

/**
 * EfficientNet-Lite (tensorflow/tpu, models/official/efficientnet/lite): EfficientNet (M. Tan and Q. Le, ICML 2019) without
 * squeeze-and-excitation, with ReLU6, and with a stem and head that are not scaled. Convolutions are padded as by TensorFlow's {@code
 * same}, so with a stride the padding depends on the size of the image.
 *
 * @param width factor of the channels, except those of the stem and the head
 * @param depth factor of the repeats, except those of the first and the last stage
 */
record EfficientNetLite(double width, double depth) {
    private static final int STEM = 32;
    private static final int HEAD = 1280;
    private static final int DIVISOR = 8;

    /** Batch normalisation adds it to the variance. */
    private static final float EPSILON = 1e-3f;

    /** Blocks of one kind; the first of them has the stride. */
    private record Stage(int repeats, int kernel, int stride, int expansion, int channels) {}

    private static final List<Stage> STAGES = List.of(
            new Stage(1, 3, 1, 1, 16),
            new Stage(2, 3, 2, 6, 24),
            new Stage(2, 5, 2, 6, 40),
            new Stage(3, 3, 2, 6, 80),
            new Stage(3, 5, 1, 6, 112),
            new Stage(4, 5, 2, 6, 192),
            new Stage(1, 3, 1, 6, 320));

    /**
     * The network with the weights of a state dict of the PyTorch package {@code efficientnet_lite_pytorch}, under their names there.
     *
     * @param weights all tensors of the network; counters of batches are ignored
     * @return input {@code input} [N,3,H,W], outputs {@code logits} [N,K] and {@code features} [N,1280]
     * @throws BackboneException if a weight is missing, has another shape, or is not of this network
     */
    Model network(Map<String, Tensor> weights) throws BackboneException {
        Emission emission = new Emission(weights);
        String value = emission.graph.input(
                "input", TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(3), Dim.of("H"), Dim.of("W")));
        value = emission.convolution(value, "_conv_stem", new Convolution(3, STEM, 3, 2, 1));
        value = emission.clipped(emission.normalised(value, "_bn0", STEM));
        int channels = STEM;
        int block = 0;
        for (int i = 0; i < STAGES.size(); i++) {
            Stage stage = STAGES.get(i);
            boolean isScaled = i > 0 && i < STAGES.size() - 1;
            int repeats = isScaled ? (int) Math.ceil(depth * stage.repeats) : stage.repeats;
            int out = scaled(stage.channels);
            for (int k = 0; k < repeats; k++) {
                value = emission.block(
                        value, "_blocks." + block++ + ".", stage, k == 0 ? stage.stride : 1, channels, out);
                channels = out;
            }
        }
        value = emission.convolution(value, "_conv_head", new Convolution(channels, HEAD, 1, 1, 1));
        value = emission.clipped(emission.normalised(value, "_bn1", HEAD));
        return emission.finished(value);
    }

    /** A multiple of 8 that is at most a tenth smaller. */
    private int scaled(int channels) {
        double wanted = channels * width;
        int rounded = Math.max(DIVISOR, (int) (wanted + DIVISOR / 2.0) / DIVISOR * DIVISOR);
        return rounded < 0.9 * wanted ? rounded + DIVISOR : rounded;
    }

    private record Convolution(int in, int out, int kernel, int stride, int groups) {}

    /** The graph as far as it is written. */
    private static final class Emission {
        private final GraphBuilder graph = new GraphBuilder("efficientnet_lite", Sequential.OPSET);
        private final Map<String, Tensor> weights;
        private final Set<String> used = new HashSet<>();

        Emission(Map<String, Tensor> weights) {
            this.weights = weights;
        }

        String block(String in, String name, Stage stage, int stride, int channels, int out) throws BackboneException {
            String value = in;
            int inner = channels * stage.expansion;
            if (stage.expansion != 1) {
                value = convolution(value, name + "_expand_conv", new Convolution(channels, inner, 1, 1, 1));
                value = clipped(normalised(value, name + "_bn0", inner));
            }
            value = convolution(
                    value, name + "_depthwise_conv", new Convolution(inner, inner, stage.kernel, stride, inner));
            value = clipped(normalised(value, name + "_bn1", inner));
            value = convolution(value, name + "_project_conv", new Convolution(inner, out, 1, 1, 1));
            value = normalised(value, name + "_bn2", out);
            return stride == 1 && channels == out
                    ? graph.node(name + "add", "Add", List.of(value, in), Map.of())
                    : value;
        }

        String convolution(String in, String name, Convolution c) throws BackboneException {
            String weight = weight(name + ".weight", c.out, c.in / c.groups, c.kernel, c.kernel);
            int pad = c.kernel / 2;
            // with a stride, TensorFlow's padding depends on the size, and an odd zero is at the end
            boolean isSizeNeeded = c.stride > 1;
            Map<String, Attribute> attributes = Map.of(
                    "kernel_shape",
                    Attribute.ints(c.kernel, c.kernel),
                    "strides",
                    Attribute.ints(c.stride, c.stride),
                    "group",
                    Attribute.of(c.groups),
                    isSizeNeeded ? "auto_pad" : "pads",
                    isSizeNeeded ? Attribute.of("SAME_UPPER") : Attribute.ints(pad, pad, pad, pad));
            return graph.node(name, "Conv", List.of(in, weight), attributes);
        }

        String normalised(String in, String name, int channels) throws BackboneException {
            List<String> inputs = List.of(
                    in,
                    weight(name + ".weight", channels),
                    weight(name + ".bias", channels),
                    weight(name + ".running_mean", channels),
                    weight(name + ".running_var", channels));
            return graph.node(name, "BatchNormalization", inputs, Map.of("epsilon", Attribute.of(EPSILON)));
        }

        /** ReLU6. */
        String clipped(String in) {
            List<String> inputs = List.of(in, constant("relu6.least", 0), constant("relu6.most", 6));
            return graph.node(in + ".relu6", "Clip", inputs, Map.of());
        }

        private String constant(String name, float value) {
            return graph.has(name) ? name : graph.initializer(Tensor.scalar(name, value));
        }

        Model finished(String maps) throws BackboneException {
            String pooled = graph.node("pool", "GlobalAveragePool", List.of(maps), Map.of());
            String features = graph.node("flat", "Flatten", List.of(pooled), Map.of("axis", Attribute.of(1)));
            Tensor bias = weights.get("_fc.bias");
            if (bias == null || bias.rank() != 1) {
                throw new BackboneException("the weights have no vector _fc.bias; are they those of this network?");
            }
            int classes = Math.toIntExact(bias.elementCount());
            List<String> inputs = List.of(features, weight("_fc.weight", classes, HEAD), weight("_fc.bias", classes));
            String logits = graph.node("_fc", "Gemm", inputs, Map.of("transB", Attribute.of(1)));
            for (String name : weights.keySet()) {
                if (!used.contains(name) && !name.endsWith(".num_batches_tracked")) {
                    throw new BackboneException("the weights have " + name
                            + ", which this network does not have; are they those of another one?");
                }
            }
            graph.output(logits, "logits", TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(classes)));
            graph.output(features, "features", TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(HEAD)));
            return graph.build();
        }

        private String weight(String name, long... dims) throws BackboneException {
            Tensor tensor = weights.get(name);
            TensorType expected = TensorType.of(DataType.FLOAT, dims);
            if (tensor == null || !tensor.tensorType().equals(expected)) {
                throw new BackboneException("weight " + name + ": expected " + expected + ", found "
                        + (tensor == null ? "nothing" : tensor.tensorType())
                        + "; are the weights those of this network?");
            }
            used.add(name);
            return graph.initializer(tensor);
        }
    }
}
