package terzi.training.torchscript;

import java.util.OptionalInt;
import java.util.stream.Collectors;

/** Matrix products. */
final class Linear {
    private Linear() {}

    static void register(Operators operators) {
        operators.add("Gemm", 7, Linear::gemm);
        operators.add("MatMul", 1, Linear::matMul);
        operators.add("Einsum", 12, Linear::einsum);
    }

    /** alpha * A' * B' + beta * C. */
    private static void gemm(Emission node) {
        float alpha = node.node().floatAttribute("alpha", 1);
        float beta = node.node().floatAttribute("beta", 1);
        boolean transposeB = node.node().intAttribute("transB", 0) != 0;
        String a = node.narrow(0);
        if (node.node().intAttribute("transA", 0) != 0) {
            a = Emission.call("t", a);
        }
        String b = node.narrow(1);
        boolean biasIsVector = node.constant(2)
                .map(bias -> bias.rank() == 1 && bias.elementCount() > 1)
                .orElse(!node.has(2));
        if (alpha == 1 && beta == 1 && biasIsVector) {
            node.result(Emission.call("linear", a, transposeB ? b : Emission.call("t", b), node.narrowOrNone(2)), 2);
            return;
        }
        String product = Emission.call("matmul", a, transposeB ? Emission.call("t", b) : b);
        if (alpha != 1) {
            product = Emission.call("mul", product, factor(node, alpha));
        }
        if (node.has(2)) {
            String c = node.narrow(2);
            product = Emission.call("add", product, beta == 1 ? c : Emission.call("mul", c, factor(node, beta)));
        }
        node.result(product, 2);
    }

    private static String factor(Emission node, float factor) {
        return node.isFloat(0) ? Emission.literal(factor) : Long.toString((long) factor);
    }

    private static void matMul(Emission node) {
        OptionalInt left = node.value(0).rank();
        OptionalInt right = node.value(1).rank();
        OptionalInt rank = OptionalInt.empty();
        if (left.isPresent() && right.isPresent()) {
            int l = left.getAsInt();
            int r = right.getAsInt();
            rank = OptionalInt.of(l == 1 || r == 1 ? Math.max(l, r) - 1 : Math.max(l, r));
        }
        node.result(0, Emission.call("matmul", node.narrow(0), node.narrow(1)), node.type(0), rank);
    }

    private static void einsum(Emission node) {
        String equation = node.node().stringAttribute("equation", "").replace(" ", "");
        if (!equation.matches("[A-Za-z,.]*(->[A-Za-z.]*)?")) {
            throw node.unsupported("equation '" + equation + "' is not of the form 'ij,jk->ik'");
        }
        StringBuilder operands = new StringBuilder();
        for (int i = 0; i < node.inputCount(); i++) {
            operands.append(i == 0 ? "" : ", ").append(node.narrow(i));
        }
        // without an arrow the output has the letters that occur once
        String output = equation.contains("->")
                ? equation.substring(equation.indexOf("->") + 2)
                : equation.chars()
                        .filter(c -> c != ',' && equation.indexOf(c) == equation.lastIndexOf(c))
                        .mapToObj(Character::toString)
                        .collect(Collectors.joining());
        node.result(
                0,
                Emission.call("einsum", "\"" + equation + "\"", "[" + operands + "]"),
                node.type(0),
                equation.contains(".") ? OptionalInt.empty() : OptionalInt.of(output.length()));
    }
}
