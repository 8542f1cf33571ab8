package terzi.training.torchscript;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BinaryOperator;
import terzi.onnx.DataType;
import terzi.onnx.Tensor;

/** Element-wise arithmetic with broadcasting. Sums, differences, products and quotients of sizes are worked out on the host. */
final class Arithmetic {
    private Arithmetic() {}

    static void register(Operators operators) {
        operators.add("Add", 7, node -> binary(node, "add", Size::plus));
        operators.add("Sub", 7, node -> binary(node, "sub", Size::minus));
        operators.add("Mul", 7, node -> binary(node, "mul", Size::times));
        operators.add("Div", 7, Arithmetic::div);
        operators.add("Mod", 10, Arithmetic::mod);
        operators.add("Pow", 7, Arithmetic::pow);
        operators.add("Sum", 6, node -> variadic(node, "add"));
        operators.add("Mean", 6, Arithmetic::mean);
        operators.add("Max", 6, node -> variadic(node, "maximum"));
        operators.add("Min", 6, node -> variadic(node, "minimum"));
        for (String name : List.of(
                "Neg",
                "Abs",
                "Floor",
                "Ceil",
                "Round",
                "Sign",
                "Sin",
                "Cos",
                "Tan",
                "Asin",
                "Acos",
                "Atan",
                "Sinh",
                "Cosh",
                "Asinh",
                "Acosh",
                "Atanh",
                "Erf",
                "Sqrt",
                "Reciprocal")) {
            String function = name.toLowerCase(java.util.Locale.ROOT);
            operators.add(name, 6, node -> node.result(Emission.call(function, node.tensor(0))));
        }
        // in bfloat16 these lose too much
        operators.add("Exp", 6, node -> node.result(Emission.call("exp", node.wide(0))));
        operators.add("Log", 6, node -> node.result(Emission.call("log", node.wide(0))));
    }

    private static void binary(Emission node, String function, BinaryOperator<Size> onSizes) {
        Optional<Value.Ints> sizes = onSizes(node, onSizes);
        if (sizes.isPresent()) {
            node.result(0, sizes.get());
        } else {
            broadcast(node, Emission.call(function, operand(node, 0, 1), operand(node, 1, 0)), node.type(0));
        }
    }

    /** The quotient of integers is truncated. */
    private static void div(Emission node) {
        Optional<Value.Ints> sizes = onSizes(node, Size::dividedBy);
        if (sizes.isPresent()) {
            node.result(0, sizes.get());
            return;
        }
        String quotient = node.isFloat(0)
                ? Emission.call("div", operand(node, 0, 1), operand(node, 1, 0))
                : Emission.call("div", node.tensor(0), node.tensor(1), "rounding_mode=\"trunc\"");
        broadcast(node, quotient, node.type(0));
    }

    private static void mod(Emission node) {
        String function = node.node().intAttribute("fmod", 0) != 0 ? "fmod" : "remainder";
        broadcast(node, Emission.call(function, node.tensor(0), node.tensor(1)), node.type(0));
    }

    /** The result has the type of the base, whatever the exponent's is. */
    private static void pow(Emission node) {
        DataType type = node.type(0);
        Optional<Tensor> exponent = node.constant(1).filter(tensor -> tensor.elementCount() == 1);
        String base = node.wide(0);
        OptionalInt rank = node.value(0).rank();
        // an exponent of more axes gives the result its axes
        boolean keepsShape = exponent.isPresent()
                && (exponent.get().rank() == 0
                        || (rank.isPresent() && exponent.get().rank() <= rank.getAsInt()));
        if (keepsShape && type.isFloat()) {
            double power = exponent.get().doubles()[0];
            String result = power == 2
                    ? "torch.mul(" + base + ", " + base + ")"
                    : "torch.pow(" + base + ", " + Emission.literal(power) + ")";
            node.result(0, result, type, rank);
            return;
        }
        String power = Emission.call("pow", base, node.tensor(1));
        broadcast(node, node.type(1) == type ? power : Emission.call("to", power, GraphCompiler.torchType(type)), type);
    }

    private static void variadic(Emission node, String function) {
        String result = node.tensor(0);
        for (int i = 1; i < node.inputCount(); i++) {
            result = Emission.call(function, result, node.tensor(i));
        }
        broadcast(node, result, node.type(0));
    }

    private static void mean(Emission node) {
        String sum = node.tensor(0);
        for (int i = 1; i < node.inputCount(); i++) {
            sum = Emission.call("add", sum, node.tensor(i));
        }
        broadcast(node, Emission.call("div", sum, Emission.literal((double) node.inputCount())), node.type(0));
    }

    /**
     * An operand: a scalar constant as a plain number; beside a runtime tensor, constants and parameters in that tensor's type, so that a float32 bias does not
     * turn a bfloat16 activation into float32.
     */
    static String operand(Emission node, int input, int other) {
        boolean besideTensor = node.value(other) instanceof Value.Computed;
        Optional<Tensor> constant = node.constant(input);
        if (constant.isPresent() && constant.get().rank() == 0 && besideTensor && input > other) {
            return node.number(input);
        }
        return constant.isPresent() && besideTensor && node.bf16() && node.isFloat(input)
                ? Emission.call("type_as", node.tensor(input), node.tensor(other))
                : node.tensor(input);
    }

    /** States output 0 as the result of all inputs broadcast together. */
    static void broadcast(Emission node, String expression, DataType type) {
        int rank = 0;
        for (int i = 0; i < node.inputCount(); i++) {
            OptionalInt one = node.value(i).rank();
            if (one.isEmpty()) {
                node.result(0, expression, type, OptionalInt.empty());
                return;
            }
            rank = Math.max(rank, one.getAsInt());
        }
        node.result(0, expression, type, OptionalInt.of(rank));
    }

    /** The result element by element, when both inputs are sizes and one of them comes from a shape or both are constants. */
    private static Optional<Value.Ints> onSizes(Emission node, BinaryOperator<Size> function) {
        Optional<Value.Ints> left = node.sizes(0);
        Optional<Value.Ints> right = node.sizes(1);
        if (left.isEmpty() || right.isEmpty() || node.type(0) != DataType.INT64 || node.type(1) != DataType.INT64) {
            return Optional.empty();
        }
        List<Size> l = left.get().elements();
        List<Size> r = right.get().elements();
        if (l.size() != r.size() && l.size() != 1 && r.size() != 1) {
            return Optional.empty();
        }
        List<Size> result = new ArrayList<>();
        int length = l.isEmpty() || r.isEmpty() ? 0 : Math.max(l.size(), r.size());
        for (int i = 0; i < length; i++) {
            result.add(function.apply(l.get(l.size() == 1 ? 0 : i), r.get(r.size() == 1 ? 0 : i)));
        }
        return Optional.of(
                new Value.Ints(result, left.get().scalar() && right.get().scalar()));
    }
}
