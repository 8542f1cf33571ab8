package terzi.training.torchscript;

/** Functions applied to every element between layers, and softmax. */
final class Activations {
    private Activations() {}

    static void register(Operators operators) {
        operators.add("Relu", 6, node -> node.result(Emission.call("relu", node.tensor(0))));
        operators.add(
                "LeakyRelu", 6, node -> node.result(Emission.call("leaky_relu", node.tensor(0), alpha(node, 0.01f))));
        operators.add("PRelu", 7, Activations::prelu);
        operators.add("ThresholdedRelu", 10, Activations::thresholdedRelu);
        operators.add(
                "Elu", 6, node -> node.result(Emission.call("elu", node.tensor(0), alpha(node, 1), "1.0", "1.0")));
        operators.add("Celu", 12, node -> node.result(Emission.call("celu", node.tensor(0), alpha(node, 1))));
        operators.add("Selu", 6, Activations::selu);
        operators.add("Clip", 6, Activations::clipByAttributes);
        operators.add("Clip", 11, Activations::clip);
        operators.add("Sigmoid", 6, node -> node.result(Emission.call("sigmoid", node.tensor(0))));
        operators.add("HardSigmoid", 6, Activations::hardSigmoid);
        operators.add("HardSwish", 14, node -> node.result(Emission.call("hardswish", node.tensor(0))));
        operators.add("Tanh", 6, node -> node.result(Emission.call("tanh", node.tensor(0))));
        operators.add("Gelu", 20, Activations::gelu);
        operators.add("Mish", 18, node -> node.result(Emission.call("mish", node.tensor(0))));
        operators.add("Swish", 24, Activations::swish);
        operators.add("Softplus", 1, node -> node.result(Emission.call("softplus", node.tensor(0))));
        operators.add("Softsign", 1, Activations::softsign);
        operators.add("Softmax", 1, node -> flatSoftmax(node, "softmax"));
        operators.add("Softmax", 13, node -> softmax(node, "softmax"));
        operators.add("LogSoftmax", 1, node -> flatSoftmax(node, "log_softmax"));
        operators.add("LogSoftmax", 13, node -> softmax(node, "log_softmax"));
    }

    private static String alpha(Emission node, float ifAbsent) {
        return Emission.literal(node.node().floatAttribute("alpha", ifAbsent));
    }

    /** The slope broadcasts like any operand, where torch's own prelu takes one number for each channel only. */
    private static void prelu(Emission node) {
        String x = node.tensor(0);
        String negative = Emission.call("mul", Emission.call("clamp_max", x, 0), Arithmetic.operand(node, 1, 0));
        node.result(Emission.call("add", Emission.call("clamp_min", x, 0), negative));
    }

    private static void thresholdedRelu(Emission node) {
        node.result(Emission.call("threshold", node.tensor(0), alpha(node, 1), "0.0"));
    }

    /** gamma * (max(0, x) + min(0, alpha * (exp(x) - 1))). */
    private static void selu(Emission node) {
        node.result(Emission.call(
                "elu",
                node.tensor(0),
                alpha(node, 1.6732632f),
                Emission.literal(node.node().floatAttribute("gamma", 1.050701f)),
                "1.0"));
    }

    private static void clipByAttributes(Emission node) {
        String low = node.node().attribute("min").isPresent()
                ? Emission.literal(node.node().floatAttribute("min", 0))
                : "None";
        String high = node.node().attribute("max").isPresent()
                ? Emission.literal(node.node().floatAttribute("max", 0))
                : "None";
        clamp(node, low, high);
    }

    private static void clip(Emission node) {
        String low = node.has(1) ? node.number(1) : "None";
        String high = node.has(2) ? node.number(2) : "None";
        clamp(node, low, high);
    }

    private static void clamp(Emission node, String low, String high) {
        node.result(
                low.equals("None") && high.equals("None")
                        ? node.tensor(0)
                        : Emission.call("clamp", node.tensor(0), low, high));
    }

    /** max(0, min(1, alpha * x + beta)). */
    private static void hardSigmoid(Emission node) {
        String line = Emission.call(
                "add",
                Emission.call("mul", node.tensor(0), alpha(node, 0.2f)),
                Emission.literal(node.node().floatAttribute("beta", 0.5f)));
        node.result(Emission.call("clamp", line, "0.0", "1.0"));
    }

    private static void gelu(Emission node) {
        String approximate = node.node().stringAttribute("approximate", "none");
        if (!approximate.equals("none") && !approximate.equals("tanh")) {
            throw node.unsupported("approximate '" + approximate + "' is neither none nor tanh");
        }
        node.result(Emission.call("gelu", node.tensor(0), "approximate=\"" + approximate + "\""));
    }

    private static void swish(Emission node) {
        float alpha = node.node().floatAttribute("alpha", 1);
        node.result(
                alpha == 1
                        ? Emission.call("silu", node.tensor(0))
                        : Emission.call(
                                "mul",
                                node.tensor(0),
                                "torch.sigmoid(torch.mul(" + node.tensor(0) + ", " + Emission.literal(alpha) + "))"));
    }

    private static void softsign(Emission node) {
        node.result(Emission.call(
                "div", node.tensor(0), Emission.call("add", Emission.call("abs", node.tensor(0)), "1.0")));
    }

    private static void softmax(Emission node, String function) {
        node.result(Emission.call(function, node.wide(0), node.node().intAttribute("axis", -1)));
    }

    /** Before opset 13 the axes from {@code axis} on count as one. */
    private static void flatSoftmax(Emission node, String function) {
        long axis = node.node().intAttribute("axis", 1);
        String flat = Emission.call("flatten", node.wide(0), axis);
        node.result(Emission.call("reshape", Emission.call(function, flat, -1), Emission.call("size", node.tensor(0))));
    }
}
