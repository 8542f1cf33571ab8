package terzi.onnx.rewrite;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import terzi.onnx.Attribute;
import terzi.onnx.DataType;
import terzi.onnx.Graph;
import terzi.onnx.Model;
import terzi.onnx.Node;
import terzi.onnx.Tensor;

/**
 * Folds batch normalisation into the Conv or Gemm before it, if nothing else uses the value between them. In inference
 * it is a factor and a summand for each channel, so with {@code s = scale / sqrt(var + epsilon)} the weight of each
 * output channel becomes {@code w * s} and its bias {@code (b - mean) * s + shift}, computed in float64. The output
 * keeps the name that it had after the normalisation.
 *
 * <p>A normalisation stays if its type is not float32, its constants are computed, it is in training mode, or it
 * follows an activation.
 */
public final class FoldBatchNorm {

    private final GraphIndex index;
    private final Map<String, Tensor> initializers = new LinkedHashMap<>();
    private final Map<String, Node> folded = new HashMap<>();
    private final Set<Node> gone = new HashSet<>();

    private FoldBatchNorm(Graph graph) {
        index = new GraphIndex(graph);
        graph.initializers().forEach(tensor -> initializers.put(tensor.name(), tensor));
    }

    /**
     * {@return the model with folded normalisations and without the constants that became unused}
     *
     * @param model the model
     */
    public static Model apply(Model model) {
        Graph graph = LiftConstants.apply(model).graph();
        FoldBatchNorm fold = new FoldBatchNorm(graph);
        for (Node node : graph.nodes()) {
            if (node.is("BatchNormalization")) {
                fold.tryFold(node);
            }
        }
        List<Node> nodes = new ArrayList<>();
        for (Node node : graph.nodes()) {
            if (!fold.gone.contains(node)) {
                nodes.add(fold.folded.getOrDefault(node.outputs().get(0), node));
            }
        }
        return GraphIndex.edited(
                model, Prune.apply(graph.withNodes(nodes).withInitializers(List.copyOf(fold.initializers.values()))));
    }

    private void tryFold(Node norm) {
        Optional<Node> producer = index.producer(norm.inputs().get(0))
                .filter(node -> node.is("Conv") || node.is("Gemm"))
                .filter(node -> index.uses(node.outputs().get(0)) == 1);
        boolean inUse = norm.intAttribute("training_mode", 0) == 0
                && norm.outputs().stream().skip(1).allMatch(output -> output.isEmpty() || index.uses(output) == 0);
        if (producer.isEmpty() || !inUse) {
            return;
        }
        Optional<Affine> affine = affine(norm);
        Node node = producer.get();
        Optional<Tensor> weight = constant(node, 1);
        if (affine.isEmpty() || weight.isEmpty() || weight.get().type() != DataType.FLOAT) {
            return;
        }
        int channels = affine.get().scale.length;
        int axis = node.is("Conv") || node.intAttribute("transB", 0) != 0 ? 0 : 1;
        Optional<double[]> bias = bias(node, channels);
        if (bias.isEmpty() || weight.get().dims()[axis] != channels) {
            return;
        }
        String weightName = replace(node.inputs().get(1), scaled(weight.get(), axis, affine.get().scale));
        float[] shifted = new float[channels];
        for (int c = 0; c < channels; c++) {
            shifted[c] = (float) (bias.get()[c] * affine.get().scale[c] + affine.get().shift[c]);
        }
        Tensor newBias = Tensor.ofFloats("", new long[] {channels}, shifted);
        String biasName = node.input(2)
                .map(name -> replace(name, newBias))
                .orElseGet(() -> add(newBias.withName(index.claim(biasOf(weightName)))));
        Node changed = node.withInputs(List.of(node.inputs().get(0), weightName, biasName))
                .withOutputs(List.of(norm.outputs().get(0)));
        folded.put(
                node.outputs().get(0),
                changed.attributes().containsKey("beta") ? changed.with("beta", Attribute.of(1f)) : changed);
        gone.add(norm);
    }

    /** {@code y = scale * x + shift} for each channel; empty when the node's constants are not float32 constants. */
    private Optional<Affine> affine(Node norm) {
        double[][] constants = new double[4][];
        for (int i = 0; i < 4; i++) {
            Optional<Tensor> tensor = constant(norm, i + 1).filter(t -> t.type() == DataType.FLOAT);
            if (tensor.isEmpty()) {
                return Optional.empty();
            }
            constants[i] = tensor.get().doubles();
        }
        double epsilon = norm.floatAttribute("epsilon", 1e-5f);
        double[] scale = new double[constants[0].length];
        double[] shift = new double[scale.length];
        for (int c = 0; c < scale.length; c++) {
            scale[c] = constants[0][c] / Math.sqrt(constants[3][c] + epsilon);
            shift[c] = constants[1][c] - constants[2][c] * scale[c];
        }
        return Optional.of(new Affine(scale, shift));
    }

    /**
     * What the node adds to each channel, zeros without bias; empty when that is not a constant, or not one number a
     * channel.
     */
    private Optional<double[]> bias(Node node, int channels) {
        if (node.input(2).isEmpty()) {
            return Optional.of(new double[channels]);
        }
        double beta = node.is("Gemm") ? node.floatAttribute("beta", 1) : 1;
        return constant(node, 2)
                .filter(tensor -> tensor.type() == DataType.FLOAT)
                .filter(tensor -> tensor.elementCount() == channels)
                .filter(tensor -> tensor.rank() > 0 && tensor.dims()[tensor.rank() - 1] == channels)
                .map(tensor ->
                        Arrays.stream(tensor.doubles()).map(b -> b * beta).toArray());
    }

    private static Tensor scaled(Tensor weight, int axis, double[] scale) {
        float[] values = weight.floats();
        int inner = 1;
        for (int i = axis + 1; i < weight.rank(); i++) {
            inner *= Math.toIntExact(weight.dims()[i]);
        }
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (values[i] * scale[i / inner % scale.length]);
        }
        return Tensor.ofFloats(weight.name(), weight.dims(), values);
    }

    /** Puts a tensor in the place of the constant {@code value}, or beside it when others take that too. */
    private String replace(String value, Tensor tensor) {
        boolean alone = initializers.containsKey(value) && index.uses(value) == 1;
        return add(tensor.withName(alone ? value : index.claim(value + ".folded")));
    }

    private String add(Tensor tensor) {
        initializers.put(tensor.name(), tensor);
        return tensor.name();
    }

    private Optional<Tensor> constant(Node node, int input) {
        return node.input(input).flatMap(index::constant);
    }

    private static String biasOf(String weight) {
        return weight.endsWith(".weight") ? weight.replaceFirst("weight$", "bias") : weight + ".bias";
    }

    /** A factor and a summand for each channel. */
    private static final class Affine {
        private final double[] scale;
        private final double[] shift;

        Affine(double[] scale, double[] shift) {
            this.scale = scale;
            this.shift = shift;
        }
    }
}
