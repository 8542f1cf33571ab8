package terzi.backbones.keras;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import terzi.onnx.Attribute;
import tools.jackson.databind.JsonNode;

/** Layers that join several values, and arithmetic with a number. */
final class Merges {
    private Merges() {}

    /** Also the operators {@code +}, {@code -}, {@code *} and {@code /} of Keras 2, which are layers of one class there. */
    static KerasValue add(LayerEmission layer) throws KerasFormatException {
        String function = layer.config().text("function", "add");
        return switch (function.replaceAll("^(math\\.|__operators__\\.)", "")) {
            case "add" -> elementwise(layer, "Add");
            case "subtract", "sub" -> elementwise(layer, "Sub");
            case "multiply", "mul" -> elementwise(layer, "Mul");
            case "truediv", "divide" -> elementwise(layer, "Div");
            default ->
                throw new UnsupportedLayerException(layer.config().where() + ": the function " + function
                        + " is not supported; supported are add, subtract, multiply and divide");
        };
    }

    static KerasValue subtract(LayerEmission layer) throws KerasFormatException {
        return elementwise(layer, "Sub");
    }

    static KerasValue multiply(LayerEmission layer) throws KerasFormatException {
        return elementwise(layer, "Mul");
    }

    static KerasValue divide(LayerEmission layer) throws KerasFormatException {
        return elementwise(layer, "Div");
    }

    static KerasValue maximum(LayerEmission layer) throws KerasFormatException {
        return elementwise(layer, "Max");
    }

    static KerasValue minimum(LayerEmission layer) throws KerasFormatException {
        return elementwise(layer, "Min");
    }

    static KerasValue average(LayerEmission layer) throws KerasFormatException {
        KerasValue sum = elementwise(layer, "Add");
        String count = layer.constant("count", (float) layer.inputs().size());
        return new KerasValue(layer.node("mean", "Div", List.of(sum.name(), count), Map.of()), sum.shape());
    }

    /** {@code x + y * scale}. */
    static KerasValue scaled(LayerEmission layer) throws KerasFormatException {
        List<KerasValue> inputs = layer.inputs();
        if (inputs.size() != 2) {
            throw layer.refused("expected two inputs, found " + inputs.size());
        }
        String scale = layer.constant("scale", (float) layer.config().number("scale", 1));
        String product = layer.node("scaled", "Mul", List.of(inputs.get(1).name(), scale), Map.of());
        return new KerasValue(
                layer.node("Add", List.of(inputs.get(0).name(), product), Map.of()),
                inputs.get(0).shape());
    }

    private static KerasValue elementwise(LayerEmission layer, String operator) throws KerasFormatException {
        List<KerasValue> inputs = layer.inputs();
        List<String> names = new ArrayList<>();
        List<Integer> shape = inputs.get(0).shape();
        for (KerasValue input : inputs) {
            shape = broadcast(layer, shape, input);
            names.add(input.name());
        }
        for (JsonNode constant : layer.constants()) {
            if (!constant.isNumber()) {
                throw layer.refused("expected a number, found " + constant);
            }
            names.add(layer.constant("operand", (float) constant.doubleValue()));
        }
        if (names.size() < 2) {
            throw layer.refused("expected two inputs or more, found " + names.size());
        }
        String joined = names.get(0);
        for (String name : names.subList(1, names.size())) {
            joined = layer.node(operator, List.of(joined, name), Map.of());
        }
        return new KerasValue(joined, shape);
    }

    /** Sizes must be equal or 1; values of fewer axes would be lined up at another end in the graph than in Keras. */
    private static List<Integer> broadcast(LayerEmission layer, List<Integer> shape, KerasValue other)
            throws KerasFormatException {
        List<Integer> joined = new ArrayList<>();
        boolean fits = shape.size() == other.shape().size();
        for (int i = 0; fits && i < shape.size(); i++) {
            int mine = shape.get(i);
            int theirs = other.shape().get(i);
            fits = mine == theirs || mine == 1 || theirs == 1;
            joined.add(mine == 1 ? theirs : mine);
        }
        if (!fits) {
            throw layer.refused("cannot join " + new KerasValue("", shape).describe() + " and " + other.describe());
        }
        return joined;
    }

    static KerasValue concatenate(LayerEmission layer) throws KerasFormatException {
        return concatenate(layer, layer.config().integer("axis", -1));
    }

    private static KerasValue concatenate(LayerEmission layer, int kerasAxis) throws KerasFormatException {
        List<KerasValue> inputs = layer.inputs();
        KerasValue first = inputs.get(0);
        int axis = layer.graphAxis(first, kerasAxis);
        if (axis == 0) {
            throw layer.refused("cannot concatenate along the batch");
        }
        int index = LayerEmission.shapeIndex(first, axis);
        int size = 0;
        boolean isNonNegative = true;
        for (KerasValue input : inputs) {
            if (input.shape().size() != first.shape().size()) {
                throw layer.refused("cannot concatenate " + first.describe() + " and " + input.describe());
            }
            int own = input.shape().get(index);
            size = size == KerasValue.FREE || own == KerasValue.FREE ? KerasValue.FREE : size + own;
            isNonNegative &= input.isNonNegative();
        }
        List<String> names = inputs.stream().map(KerasValue::name).toList();
        String out = layer.node("Concat", names, Map.of("axis", Attribute.of(axis)));
        return new KerasValue(
                out, LayerEmission.with(first.shape(), index, size), KerasValue.Padding.NONE, isNonNegative);
    }

    /** Keras 1 has one layer for all. */
    static KerasValue merge(LayerEmission layer) throws KerasFormatException {
        String mode = layer.config().text("mode", "sum");
        return switch (mode) {
            case "sum" -> elementwise(layer, "Add");
            case "mul" -> elementwise(layer, "Mul");
            case "max" -> elementwise(layer, "Max");
            case "ave" -> average(layer);
            case "concat" -> concatenate(layer, layer.config().integer("concat_axis", -1));
            default -> throw layer.config().wrong("mode", "sum, mul, max, ave or concat");
        };
    }
}
