package terzi.backbones.keras;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import terzi.onnx.Attribute;
import terzi.onnx.Tensor;
import tools.jackson.databind.JsonNode;

/** Activation functions, as layers of their own and at the end of others. */
final class Activations {
    private static final Set<String> NON_NEGATIVE =
            Set.of("relu", "relu6", "sigmoid", "hard_sigmoid", "softmax", "softplus", "exponential");

    private Activations() {}

    /** Applies the layer's own activation to what it has computed. */
    static KerasValue ofLayer(LayerEmission layer, KerasValue value) throws IOException {
        JsonNode activation = layer.config().get("activation");
        return activation.isMissingNode() || activation.isNull() ? value : apply(layer, activation, value);
    }

    static KerasValue activation(LayerEmission layer) throws IOException {
        return apply(layer, layer.config().get("activation"), layer.input());
    }

    /** An activation is a name, or a function or a layer that was written out. */
    private static KerasValue apply(LayerEmission layer, JsonNode activation, KerasValue in) throws IOException {
        if (activation.isString()) {
            return named(layer, activation.stringValue(), in);
        }
        JsonNode config = activation.path("config");
        if (config.isString()) {
            return named(layer, config.stringValue(), in);
        }
        String className = activation.path("class_name").asString("");
        LayerEmission inner = layer.inner(new LayerConfig(layer.config().where(), config), in);
        return switch (className) {
            case "ReLU" -> relu(inner);
            case "LeakyReLU" -> leakyRelu(inner);
            case "ELU" -> elu(inner);
            case "Softmax" -> softmax(inner);
            case "Activation" -> activation(inner);
            default -> throw unknown(layer, activation.toString());
        };
    }

    private static KerasValue named(LayerEmission layer, String activation, KerasValue in) throws IOException {
        KerasValue out =
                switch (activation) {
                    case "linear" -> in;
                    case "relu" -> to(in, layer.node("relu", "Relu", List.of(in.name()), Map.of()));
                    case "relu6" -> clipped(layer, in, 6);
                    case "leaky_relu" -> leaky(layer, in, 0.2);
                    case "elu" -> to(in, layer.node("elu", "Elu", List.of(in.name()), Map.of()));
                    case "selu" -> to(in, layer.node("selu", "Selu", List.of(in.name()), Map.of()));
                    case "tanh" -> to(in, layer.node("tanh", "Tanh", List.of(in.name()), Map.of()));
                    case "sigmoid" -> to(in, layer.node("sigmoid", "Sigmoid", List.of(in.name()), Map.of()));
                    case "softplus" -> to(in, layer.node("softplus", "Softplus", List.of(in.name()), Map.of()));
                    case "softsign" -> to(in, layer.node("softsign", "Softsign", List.of(in.name()), Map.of()));
                    case "exponential" -> to(in, layer.node("exp", "Exp", List.of(in.name()), Map.of()));
                    case "swish", "silu" -> gated(layer, in, "Sigmoid", Map.of());
                    case "hard_sigmoid" ->
                        to(in, layer.node("hardsigmoid", "HardSigmoid", List.of(in.name()), hardSigmoid(layer)));
                    case "hard_swish", "hard_silu" ->
                        gated(
                                layer,
                                in,
                                "HardSigmoid",
                                Map.of("alpha", Attribute.of(1 / 6f), "beta", Attribute.of(0.5f)));
                    case "gelu" -> gelu(layer, in);
                    case "mish" -> mish(layer, in);
                    case "softmax" -> softmax(layer, in, -1);
                    default -> throw unknown(layer, activation);
                };
        return NON_NEGATIVE.contains(activation) ? out.nonNegative() : out;
    }

    private static KerasFormatException unknown(LayerEmission layer, String activation) {
        return layer.refused("activation " + activation + " is not supported; supported are linear, relu, relu6,"
                + " leaky_relu, elu, selu, tanh, sigmoid, softplus, softsign, exponential, swish, hard_sigmoid,"
                + " hard_swish, gelu, mish, softmax");
    }

    /** Keras 3 has the slope of relu6(x + 3) / 6, earlier versions have 0.2. */
    private static Map<String, Attribute> hardSigmoid(LayerEmission layer) {
        float slope = layer.dialect().major() >= 3 ? 1 / 6f : 0.2f;
        return Map.of("alpha", Attribute.of(slope), "beta", Attribute.of(0.5f));
    }

    static KerasValue relu(LayerEmission layer) throws KerasFormatException {
        LayerConfig config = layer.config();
        KerasValue in = layer.input();
        double slope = config.number("negative_slope", 0);
        if (config.number("threshold", 0) != 0) {
            throw layer.refused("a threshold other than 0 is not supported");
        }
        if (config.has("max_value")) {
            if (slope != 0) {
                throw layer.refused("max_value together with negative_slope is not supported");
            }
            return clipped(layer, in, config.number("max_value", 6)).nonNegative();
        }
        if (slope != 0) {
            return leaky(layer, in, slope);
        }
        return to(in, layer.node("Relu", List.of(in.name()), Map.of())).nonNegative();
    }

    static KerasValue leakyRelu(LayerEmission layer) throws KerasFormatException {
        LayerConfig config = layer.config();
        return leaky(layer, layer.input(), config.number("negative_slope", config.number("alpha", 0.3)));
    }

    static KerasValue prelu(LayerEmission layer) throws IOException {
        KerasValue in = layer.input();
        List<Integer> shared =
                layer.config().has("shared_axes") ? layer.config().integers("shared_axes") : List.of();
        boolean isByChannel = in.isImage() && !layer.dialect().isChannelsFirst() && shared.equals(List.of(1, 2));
        if (in.isImage() && !isByChannel) {
            throw layer.refused("only a slope for each channel is supported: shared_axes [1, 2], found " + shared);
        }
        long channels = in.channels();
        Tensor slope = in.isImage()
                ? layer.weight("alpha", 0, 1, 1, channels).withDims(channels, 1, 1)
                : layer.weight("alpha", 0, channels);
        return to(in, layer.node("PRelu", List.of(in.name(), layer.initializer("slope", slope)), Map.of()));
    }

    static KerasValue elu(LayerEmission layer) throws KerasFormatException {
        KerasValue in = layer.input();
        Attribute alpha = Attribute.of((float) layer.config().number("alpha", 1));
        return to(in, layer.node("Elu", List.of(in.name()), Map.of("alpha", alpha)));
    }

    static KerasValue softmax(LayerEmission layer) throws KerasFormatException {
        return softmax(layer, layer.input(), layer.config().integer("axis", -1)).nonNegative();
    }

    private static KerasValue softmax(LayerEmission layer, KerasValue in, int axis) throws KerasFormatException {
        Attribute graphAxis = Attribute.of(layer.graphAxis(in, axis));
        return to(in, layer.node("softmax", "Softmax", List.of(in.name()), Map.of("axis", graphAxis)));
    }

    private static KerasValue leaky(LayerEmission layer, KerasValue in, double slope) {
        Map<String, Attribute> alpha = Map.of("alpha", Attribute.of((float) slope));
        return to(in, layer.node("leakyrelu", "LeakyRelu", List.of(in.name()), alpha));
    }

    private static KerasValue clipped(LayerEmission layer, KerasValue in, double most) {
        List<String> inputs = List.of(in.name(), layer.constant("min", 0f), layer.constant("max", (float) most));
        return to(in, layer.node("relu", "Clip", inputs, Map.of()));
    }

    private static KerasValue gated(
            LayerEmission layer, KerasValue in, String gate, Map<String, Attribute> attributes) {
        String open = layer.node("gate", gate, List.of(in.name()), attributes);
        return to(in, layer.node("gated", "Mul", List.of(in.name(), open), Map.of()));
    }

    /** Written out: Gelu is an operator of its own since opset 20 only. */
    private static KerasValue gelu(LayerEmission layer, KerasValue in) {
        String root = layer.constant("sqrt2", (float) Math.sqrt(2));
        String scaled = layer.node("scaled", "Div", List.of(in.name(), root), Map.of());
        String erf = layer.node("erf", "Erf", List.of(scaled), Map.of());
        String gate = layer.node("gate", "Add", List.of(erf, layer.constant("one", 1f)), Map.of());
        String gated = layer.node("gated", "Mul", List.of(in.name(), gate), Map.of());
        return to(in, layer.node("gelu", "Mul", List.of(gated, layer.constant("half", 0.5f)), Map.of()));
    }

    private static KerasValue mish(LayerEmission layer, KerasValue in) {
        String soft = layer.node("softplus", "Softplus", List.of(in.name()), Map.of());
        String gate = layer.node("tanh", "Tanh", List.of(soft), Map.of());
        return to(in, layer.node("mish", "Mul", List.of(in.name(), gate), Map.of()));
    }

    private static KerasValue to(KerasValue in, String name) {
        return new KerasValue(name, in.shape());
    }
}
