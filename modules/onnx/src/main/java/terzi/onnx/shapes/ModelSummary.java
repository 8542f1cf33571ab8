package terzi.onnx.shapes;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import terzi.onnx.Dim;
import terzi.onnx.Model;
import terzi.onnx.Node;
import terzi.onnx.Tensor;
import terzi.onnx.TensorType;

/**
 * The layers of a model with output shapes and parameter counts, by the rules of Keras: scale and shift of a batch
 * normalisation are trainable, running mean and variance are not. A shared parameter counts at its first use.
 *
 * <p>A parameter is a constant in the place of an operator's weights: kernel and bias of a convolution, matrices,
 * embedding tables, scales and shifts of normalisations, and vectors that are added to or multiplied with the output of
 * an earlier layer. The mean and standard deviation of the image normalisation are therefore not parameters. Scalars
 * and integers are settings, except for quantized weights, which count as not trainable.
 *
 * @param name name of the graph
 * @param rows one row for each node of the main graph, in order; constants have none
 * @param trainable number of trainable parameters
 * @param nonTrainable number of other parameters
 * @param weightBytes size of all parameters in the file, in bytes
 */
public record ModelSummary(String name, List<Row> rows, long trainable, long nonTrainable, long weightBytes) {

    /**
     * One layer.
     *
     * @param name name of the node; of its first output if it has none
     * @param type operator type, with its domain unless that is ONNX's own
     * @param outputShape shape of the first output, such as {@code [N,32,26,26]}; {@code ?} if it is not known
     * @param parameters number of parameters, trainable or not
     */
    public record Row(String name, String type, String outputShape, long parameters) {}

    /**
     * Creates a summary from a copy of the rows.
     *
     * @param name name of the graph
     * @param rows one row for each node of the main graph, in order
     * @param trainable number of trainable parameters
     * @param nonTrainable number of other parameters
     * @param weightBytes size of all parameters in the file, in bytes
     */
    public ModelSummary {
        rows = List.copyOf(rows);
    }

    /** {@return the number of all parameters, trainable or not} */
    public long total() {
        return trainable + nonTrainable;
    }

    /**
     * {@return the summary of a model}
     *
     * @param model the model
     */
    public static ModelSummary of(Model model) {
        return new Counting(model).summary();
    }

    /** {@return a table in the layout of Keras's {@code model.summary()}; lines end in {@code \n}} */
    public String text() {
        return text(Integer.MAX_VALUE);
    }

    /**
     * {@return the same in a number of columns, with long names of layers cut at their beginning}
     *
     * @param columns width of the table in characters; what it needs beside the names is not cut
     */
    public String text(int columns) {
        List<String> header = List.of("Layer (type)", "Output Shape", "Param #");
        List<List<String>> cells = new ArrayList<>();
        cells.add(header);
        for (Row row : rows) {
            cells.add(List.of(row.name + " (" + row.type + ")", row.outputShape, grouped(row.parameters)));
        }
        int[] widths = new int[header.size()];
        for (List<String> line : cells) {
            for (int column = 0; column < widths.length; column++) {
                widths[column] = Math.max(widths[column], line.get(column).length());
            }
        }
        int room = Math.max(header.get(0).length(), columns - widths[1] - widths[2] - 8);
        widths[0] = Math.min(widths[0], room);
        cells.replaceAll(line -> List.of(end(line.get(0), room), line.get(1), line.get(2)));
        String format = " %-" + widths[0] + "s   %-" + widths[1] + "s   %" + widths[2] + "s\n";
        String rule = "_".repeat(widths[0] + widths[1] + widths[2] + 8) + "\n";
        StringBuilder text = new StringBuilder("Model: \"" + name + "\"\n").append(rule);
        for (int i = 0; i < cells.size(); i++) {
            text.append(String.format(Locale.ROOT, format, cells.get(i).toArray()));
            if (i == 0) {
                text.append(rule.replace('_', '='));
            }
        }
        return text.append(rule.replace('_', '='))
                .append("Total params: " + grouped(total()) + " (" + size(weightBytes) + ")\n")
                .append("Trainable params: " + grouped(trainable) + "\n")
                .append("Non-trainable params: " + grouped(nonTrainable) + "\n")
                .append(rule)
                .toString();
    }

    private static String end(String name, int room) {
        return name.length() <= room ? name : "…" + name.substring(name.length() - room + 1);
    }

    private static String grouped(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static String size(long bytes) {
        if (bytes < 1 << 20) {
            return String.format(Locale.ROOT, "%.2f KB", bytes / 1024.0);
        }
        return String.format(Locale.ROOT, "%.2f MB", bytes / (1024.0 * 1024.0));
    }

    /** Goes through the nodes and gives each parameter to the first that uses it. */
    private static final class Counting {
        private final Model model;
        private final Map<String, Tensor> initializers;
        private final Map<String, String> sources = new HashMap<>();
        private final Set<String> quantized = new HashSet<>();
        private final Set<String> counted = new HashSet<>();
        private final Set<String> afterWeights = new HashSet<>();
        private long trainable;
        private long nonTrainable;
        private long bytes;

        Counting(Model model) {
            this.model = model;
            initializers =
                    model.graph().initializers().stream().collect(Collectors.toMap(Tensor::name, t -> t, (a, b) -> a));
        }

        ModelSummary summary() {
            Map<String, TensorType> types = ShapeInference.infer(model);
            List<Row> rows = new ArrayList<>();
            for (Node node : model.graph().nodes()) {
                if (isPassedOn(node)) {
                    sources.put(node.outputs().get(0), node.inputs().get(0));
                    if (node.is("DequantizeLinear")) {
                        constant(node.inputs().get(0)).ifPresent(tensor -> quantized.add(tensor.name()));
                    }
                    continue;
                }
                if (node.is("Constant")) {
                    node.tensor("value")
                            .ifPresent(tensor -> initializers.put(node.outputs().get(0), tensor));
                    continue;
                }
                String output = node.outputs().isEmpty() ? "" : node.outputs().get(0);
                String shape = Optional.ofNullable(types.get(output))
                        .flatMap(TensorType::shape)
                        .map(dims -> dims.stream().map(Dim::toString).collect(Collectors.joining(",", "[", "]")))
                        .orElse("?");
                rows.add(new Row(
                        node.name().isEmpty() ? output : node.name(),
                        node.domain().isEmpty() ? node.opType() : node.domain() + "." + node.opType(),
                        shape,
                        count(node)));
            }
            return new ModelSummary(model.graph().name(), rows, trainable, nonTrainable, bytes);
        }

        /** Whether a node only hands a constant on under another name or another form. */
        private boolean isPassedOn(Node node) {
            boolean hands =
                    node.is("Identity") || node.is("Transpose") || node.is("DequantizeLinear") || node.is("Cast");
            return hands && constant(node.inputs().get(0)).isPresent();
        }

        private Optional<Tensor> constant(String value) {
            String name = value;
            while (sources.containsKey(name)) {
                name = sources.get(name);
            }
            return Optional.ofNullable(initializers.get(name));
        }

        private long count(Node node) {
            boolean follows = node.inputs().stream().anyMatch(afterWeights::contains);
            long sum = 0;
            for (int i = 0; i < node.inputs().size(); i++) {
                Tensor tensor = isWeightInput(node, i, follows)
                        ? constant(node.inputs().get(i))
                                .filter(t -> isWeight(t, node))
                                .orElse(null)
                        : null;
                if (tensor != null && counted.add(tensor.name())) {
                    long elements = tensor.elementCount();
                    boolean statistics = node.is("BatchNormalization") && i >= 3;
                    sum += elements;
                    bytes += tensor.type().byteSize(elements);
                    if (statistics || tensor.type().isInteger()) {
                        nonTrainable += elements;
                    } else {
                        trainable += elements;
                    }
                }
            }
            if (follows || sum > 0) {
                afterWeights.addAll(node.outputs());
            }
            return sum;
        }

        private boolean isWeight(Tensor tensor, Node node) {
            boolean integers = quantized.contains(tensor.name())
                    || node.opType().startsWith("QLinear")
                    || node.opType().endsWith("Integer");
            return tensor.rank() > 0
                    && (tensor.type().isFloat() || (integers && tensor.type().isInteger()));
        }
    }

    private static boolean isWeightInput(Node node, int input, boolean follows) {
        return switch (node.opType()) {
            case "Conv", "ConvTranspose", "Gemm", "InstanceNormalization", "LayerNormalization", "GroupNormalization" ->
                input == 1 || input == 2;
            case "BatchNormalization" -> input >= 1;
            case "PRelu" -> input == 1;
            case "MatMul", "Einsum" -> true;
            case "Add", "Mul", "Concat" -> follows;
            case "Gather" -> input == 0;
            case "LSTM", "GRU", "RNN" -> input >= 1 && input <= 3;
            case "ConvInteger", "MatMulInteger" -> input == 1;
            case "QLinearConv" -> input == 3 || input == 8;
            case "QLinearMatMul" -> input == 3;
            default -> false;
        };
    }
}
