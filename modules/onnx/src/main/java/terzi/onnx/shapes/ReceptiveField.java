package terzi.onnx.shapes;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import terzi.onnx.Graph;
import terzi.onnx.Model;
import terzi.onnx.Node;
import terzi.onnx.TensorType;

/**
 * The positions of the receptive fields of a feature map {@code [N, C, h, w]} in the input image. The receptive field
 * of cell {@code i} along an axis is centred at {@code first + i * step}, in pixels of the network's input; 0 is the
 * middle of the first pixel.
 *
 * <p>Layers without padding move the centres towards the middle of the image, and strides of an even padded window
 * towards its beginning. A map that is simply stretched over the whole image therefore shows its peaks beside the
 * objects that caused them. The arithmetic is that of Araujo et al., "Computing Receptive Fields of Convolutional
 * Neural Networks" (Distill, 2019).
 *
 * @param firstX centre of the first column, in pixels
 * @param stepX distance from one column to the next, in pixels
 * @param firstY centre of the first row, in pixels
 * @param stepY distance from one row to the next, in pixels
 */
public record ReceptiveField(double firstX, double stepX, double firstY, double stepY) {

    private static final ReceptiveField INPUT = new ReceptiveField(0, 1, 0, 1);

    private static final Set<String> POOLS = Set.of("MaxPool", "AveragePool", "LpPool");

    /** Operators whose result at a place comes from their inputs at the same place. */
    private static final Set<String> IN_PLACE = Set.of(
            "BatchNormalization",
            "InstanceNormalization",
            "GroupNormalization",
            "LRN",
            "Relu",
            "LeakyRelu",
            "PRelu",
            "Elu",
            "Celu",
            "Selu",
            "Gelu",
            "Mish",
            "Softplus",
            "Softsign",
            "Sigmoid",
            "HardSigmoid",
            "HardSwish",
            "Tanh",
            "Erf",
            "Exp",
            "Sqrt",
            "Pow",
            "Clip",
            "Min",
            "Max",
            "Identity",
            "Dropout",
            "Cast",
            "Add",
            "Sub",
            "Mul",
            "Div",
            "Sum",
            "Concat");

    /**
     * Computes the receptive fields of a value.
     *
     * @param model a network with one input {@code [N, C, H, W]}
     * @param value name of a value {@code [N, C, h, w]} that convolutions, poolings and elementwise operators compute
     *     from the input
     * @return the receptive fields; empty if another operator comes between, or if a padding depends on the size of the
     *     image
     */
    public static Optional<ReceptiveField> of(Model model, String value) {
        Graph graph = model.graph();
        Map<String, TensorType> types = ShapeInference.infer(model);
        Map<String, ReceptiveField> known = new HashMap<>();
        graph.trueInputs().forEach(input -> known.put(input.name(), INPUT));
        for (Node node : graph.nodes()) {
            // branches that meet look at the same place; one that went through a global pooling has none and does not
            // count
            node.inputs().stream()
                    .flatMap(input -> Optional.ofNullable(known.get(input)).stream())
                    .findFirst()
                    .flatMap(taken -> after(types, node, taken))
                    .ifPresent(field -> node.outputs().forEach(output -> known.put(output, field)));
        }
        return Optional.ofNullable(known.get(value));
    }

    private static Optional<ReceptiveField> after(Map<String, TensorType> types, Node node, ReceptiveField field) {
        if (!node.domain().isEmpty()) {
            return Optional.empty();
        }
        if (IN_PLACE.contains(node.opType())) {
            return Optional.of(field);
        }
        Optional<long[]> kernel =
                node.ints("kernel_shape").or(() -> node.is("Conv") ? kernelOfWeight(types, node) : Optional.empty());
        if (kernel.isEmpty() || kernel.get().length != 2 || !(node.is("Conv") || POOLS.contains(node.opType()))) {
            return Optional.empty();
        }
        long[] strides = node.ints("strides").orElse(new long[] {1, 1});
        long[] dilations = node.ints("dilations").orElse(new long[] {1, 1});
        long[] pads = node.ints("pads").orElse(new long[4]);
        long[] reach = new long[2];
        for (int axis = 0; axis < 2; axis++) {
            reach[axis] = dilations[axis] * (kernel.get()[axis] - 1);
        }
        String padding = node.stringAttribute("auto_pad", "NOTSET");
        if (padding.startsWith("SAME")) {
            if (strides[0] != 1 || strides[1] != 1) {
                return Optional.empty(); // the padding depends on the size
            }
            for (int axis = 0; axis < 2; axis++) {
                pads[axis] = (reach[axis] + (padding.equals("SAME_LOWER") ? 1 : 0)) / 2;
            }
        } else if (padding.equals("VALID")) {
            pads = new long[4];
        }
        return Optional.of(new ReceptiveField(
                field.firstX + field.stepX * (reach[1] / 2.0 - pads[1]),
                field.stepX * strides[1],
                field.firstY + field.stepY * (reach[0] / 2.0 - pads[0]),
                field.stepY * strides[0]));
    }

    private static Optional<long[]> kernelOfWeight(Map<String, TensorType> types, Node node) {
        return node.input(1)
                .map(types::get)
                .flatMap(TensorType::fixedShape)
                .filter(weight -> weight.length == 4)
                .map(weight -> new long[] {weight[2], weight[3]});
    }
}
