package terzi.training.torchscript;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import terzi.onnx.DataType;

/** Comparisons, booleans and the choice between two tensors. */
final class Logic {
    private Logic() {}

    static void register(Operators operators) {
        Map.of(
                        "Equal",
                        "eq",
                        "Greater",
                        "gt",
                        "Less",
                        "lt",
                        "And",
                        "logical_and",
                        "Or",
                        "logical_or",
                        "Xor",
                        "logical_xor")
                .forEach((name, function) -> operators.add(name, 7, node -> compare(node, function)));
        Map.of("GreaterOrEqual", "ge", "LessOrEqual", "le")
                .forEach((name, function) -> operators.add(name, 12, node -> compare(node, function)));
        for (String name : List.of("Not", "IsNaN")) {
            String function = name.equals("Not") ? "logical_not" : "isnan";
            operators.add(
                    name,
                    1,
                    node -> node.result(
                            0,
                            Emission.call(function, node.tensor(0)),
                            DataType.BOOL,
                            node.value(0).rank()));
        }
        operators.add("Where", 9, Logic::where);
    }

    private static void compare(Emission node, String function) {
        Arithmetic.broadcast(node, Emission.call(function, node.tensor(0), node.tensor(1)), DataType.BOOL);
    }

    private static void where(Emission node) {
        OptionalInt rank = OptionalInt.empty();
        if (node.value(0).rank().isPresent()
                && node.value(1).rank().isPresent()
                && node.value(2).rank().isPresent()) {
            rank = OptionalInt.of(Math.max(node.rank(0), Math.max(node.rank(1), node.rank(2))));
        }
        node.result(0, Emission.call("where", node.tensor(0), node.tensor(1), node.tensor(2)), node.type(1), rank);
    }
}
