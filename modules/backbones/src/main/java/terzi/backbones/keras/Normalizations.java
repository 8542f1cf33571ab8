package terzi.backbones.keras;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import terzi.onnx.Attribute;
import terzi.onnx.Tensor;
import tools.jackson.databind.JsonNode;

/** Layers that shift and scale. */
final class Normalizations {
    /** Keras's smallest standard deviation in Normalization. */
    private static final float LEAST_DEVIATION = 1e-7f;

    private Normalizations() {}

    static KerasValue batch(LayerEmission layer) throws IOException {
        LayerConfig config = layer.config();
        KerasValue in = layer.input();
        requireChannels(layer, in, config.has("axis") ? config.integers("axis") : List.of(-1));
        int channels = in.channels();
        int position = 0;
        Tensor scale = constant(channels, 1);
        if (config.flag("scale", true)) {
            scale = layer.weight("gamma", position++, channels);
        }
        Tensor shift = constant(channels, 0);
        if (config.flag("center", true)) {
            shift = layer.weight("beta", position++, channels);
        }
        List<String> inputs = List.of(
                in.name(),
                layer.initializer("weight", scale),
                layer.initializer("bias", shift),
                layer.initializer("running_mean", layer.weight("moving_mean", position, channels)),
                layer.initializer("running_var", layer.weight("moving_variance", position + 1, channels)));
        Map<String, Attribute> attributes = Map.of(
                "epsilon", Attribute.of((float) config.number("epsilon", 1e-3)),
                "momentum", Attribute.of((float) config.number("momentum", 0.99)));
        return new KerasValue(layer.node("BatchNormalization", inputs, attributes), in.shape());
    }

    static KerasValue layer(LayerEmission layer) throws IOException {
        LayerConfig config = layer.config();
        KerasValue in = layer.input();
        requireChannels(layer, in, config.has("axis") ? config.integers("axis") : List.of(-1));
        int channels = in.channels();
        int position = 0;
        Tensor scale = constant(channels, 1);
        if (config.flag("scale", true)) {
            scale = layer.weight("gamma", position++, channels);
        }
        Tensor shift = config.flag("center", true) ? layer.weight("beta", position, channels) : constant(channels, 0);
        Attribute epsilon = Attribute.of((float) config.number("epsilon", 1e-3));
        String value = in.isImage()
                ? layer.node("nhwc", "Transpose", List.of(in.name()), Map.of("perm", Attribute.ints(0, 2, 3, 1)))
                : in.name();
        List<String> inputs = List.of(value, layer.initializer("weight", scale), layer.initializer("bias", shift));
        String out = layer.node("LayerNormalization", inputs, Map.of("axis", Attribute.of(-1), "epsilon", epsilon));
        return new KerasValue(
                in.isImage()
                        ? layer.node("nchw", "Transpose", List.of(out), Map.of("perm", Attribute.ints(0, 3, 1, 2)))
                        : out,
                in.shape());
    }

    /** Only the channels, as in all image networks; ONNX's operators have their statistics there. */
    private static void requireChannels(LayerEmission layer, KerasValue in, List<Integer> axes)
            throws KerasFormatException {
        int rank = in.shape().size() + 1;
        int channels = in.isImage() && layer.dialect().isChannelsFirst() ? 1 : rank - 1;
        boolean isVectorOrImage = in.isImage() || rank == 2;
        if (!isVectorOrImage || axes.size() != 1 || Math.floorMod(axes.get(0), rank) != channels) {
            throw layer.refused("only the channels of images or vectors can be normalised, found axis " + axes + " of "
                    + in.describe());
        }
    }

    /** {@code x * scale + offset}. */
    static KerasValue rescaling(LayerEmission layer) throws KerasFormatException {
        KerasValue in = layer.input();
        Tensor scale = perChannel(layer, in, layer.config().get("scale"), "scale");
        JsonNode offset = layer.config().get("offset");
        String scaled = layer.node("Mul", List.of(in.name(), layer.initializer("scale", scale)), Map.of());
        boolean isShifted =
                !offset.isMissingNode() && !offset.isNull() && !(offset.isNumber() && offset.doubleValue() == 0);
        if (!isShifted) {
            return new KerasValue(scaled, in.shape());
        }
        String shift = layer.initializer("offset", perChannel(layer, in, offset, "offset"));
        return new KerasValue(layer.node("shifted", "Add", List.of(scaled, shift), Map.of()), in.shape());
    }

    /** {@code (x - mean) / sqrt(variance)}; the statistics are settings, or weights that {@code adapt} has learnt. */
    static KerasValue normalization(LayerEmission layer) throws IOException {
        LayerConfig config = layer.config();
        KerasValue in = layer.input();
        if (config.flag("invert", false)) {
            throw layer.refused("invert is not supported");
        }
        boolean isGiven = config.has("mean") && config.has("variance");
        int statistics = config.has("axis") ? in.channels() : 1;
        Tensor mean = isGiven
                ? perChannel(layer, in, config.get("mean"), "mean")
                : shaped(layer, in, layer.weight("mean", 0, statistics).floats(), "mean");
        Tensor variance = isGiven
                ? perChannel(layer, in, config.get("variance"), "variance")
                : shaped(layer, in, layer.weight("variance", 1, statistics).floats(), "variance");
        float[] deviations = variance.floats();
        for (int i = 0; i < deviations.length; i++) {
            deviations[i] = Math.max((float) Math.sqrt(deviations[i]), LEAST_DEVIATION);
        }
        String centred = layer.node("centred", "Sub", List.of(in.name(), layer.initializer("mean", mean)), Map.of());
        String deviation = layer.initializer("deviation", Tensor.ofFloats("", variance.dims(), deviations));
        return new KerasValue(layer.node("Div", List.of(centred, deviation), Map.of()), in.shape());
    }

    /** A number for all, or one for each channel, in a shape that reaches all pixels. */
    private static Tensor perChannel(LayerEmission layer, KerasValue in, JsonNode json, String key)
            throws KerasFormatException {
        JsonNode values = json.isObject() ? json.path("config").path("value") : json;
        while (values.isArray() && values.size() == 1 && values.get(0).isArray()) {
            values = values.get(0);
        }
        if (values.isNumber()) {
            return Tensor.scalar(key, (float) values.doubleValue());
        }
        float[] numbers = new float[values.size()];
        for (int i = 0; i < numbers.length; i++) {
            if (!values.get(i).isNumber()) {
                throw layer.config().wrong(key, "a number, or one for each channel");
            }
            numbers[i] = (float) values.get(i).doubleValue();
        }
        return shaped(layer, in, numbers, key);
    }

    private static Tensor shaped(LayerEmission layer, KerasValue in, float[] numbers, String key)
            throws KerasFormatException {
        if (numbers.length == 1) {
            return Tensor.scalar(key, numbers[0]);
        }
        if (numbers.length != in.channels()) {
            throw layer.refused(key + ": expected " + in.channels() + " numbers, found " + numbers.length);
        }
        long[] dims = in.isImage() ? new long[] {numbers.length, 1, 1} : new long[] {numbers.length};
        return Tensor.ofFloats(key, dims, numbers);
    }

    private static Tensor constant(int count, float value) {
        float[] values = new float[count];
        Arrays.fill(values, value);
        return Tensor.ofFloats("", new long[] {count}, values);
    }
}
