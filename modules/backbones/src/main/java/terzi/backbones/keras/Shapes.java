package terzi.backbones.keras;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import terzi.onnx.Attribute;
import terzi.onnx.Tensor;

/** Layers that move, cut and frame elements. */
final class Shapes {
    private Shapes() {}

    /** Keras flattens {@code [H,W,C]}: the channels come last. */
    static KerasValue flatten(LayerEmission layer) throws KerasFormatException {
        KerasValue in = layer.sized(layer.input());
        if (in.shape().size() == 1) {
            return in;
        }
        int elements = in.shape().stream().reduce(1, Math::multiplyExact);
        String ordered = layer.inKerasOrder(in);
        String flat = layer.node("Flatten", List.of(ordered), Map.of("axis", Attribute.of(1)));
        return new KerasValue(flat, List.of(elements), KerasValue.Padding.NONE, in.isNonNegative());
    }

    static KerasValue reshape(LayerEmission layer) throws KerasFormatException {
        KerasValue in = layer.sized(layer.input());
        int elements = in.shape().stream().reduce(1, Math::multiplyExact);
        List<Integer> target = target(layer, elements);
        boolean isImage = target.size() == 3;
        boolean isChannelsFirst = layer.dialect().isChannelsFirst();
        List<Integer> shape =
                isImage && isChannelsFirst ? List.of(target.get(1), target.get(2), target.get(0)) : target;
        boolean isVector = isImage && shape.get(0) == 1 && shape.get(1) == 1;
        List<Integer> written = isVector ? List.of(shape.get(2), 1, 1) : target;
        long[] dims = new long[written.size() + 1];
        // 0 takes the size over: the batch
        for (int i = 0; i < written.size(); i++) {
            dims[i + 1] = written.get(i);
        }
        String ordered = layer.inKerasOrder(in);
        String out = layer.node("Reshape", List.of(ordered, layer.constant("shape", dims)), Map.of());
        if (isImage && !isChannelsFirst && !isVector) {
            out = layer.node("nchw", "Transpose", List.of(out), Map.of("perm", Attribute.ints(0, 3, 1, 2)));
        }
        return new KerasValue(out, shape, KerasValue.Padding.NONE, in.isNonNegative());
    }

    private static List<Integer> target(LayerEmission layer, int elements) throws KerasFormatException {
        List<Integer> target = new ArrayList<>(layer.config().integers("target_shape"));
        int known = target.stream().filter(size -> size != -1).reduce(1, Math::multiplyExact);
        if (target.contains(-1) && known != 0 && elements % known == 0) {
            target.set(target.indexOf(-1), elements / known);
        }
        if (target.stream().reduce(1, Math::multiplyExact) != elements) {
            throw layer.refused("cannot give " + elements + " elements the shape "
                    + layer.config().integers("target_shape"));
        }
        return target;
    }

    static KerasValue permute(LayerEmission layer) throws KerasFormatException {
        KerasValue in = layer.input();
        List<Integer> order = layer.config().integers("dims");
        if (layer.dialect().isChannelsFirst() || order.size() != in.shape().size()) {
            throw layer.refused("the order " + order + " of " + in.describe() + " is not supported");
        }
        int rank = order.size() + 1;
        long[] perm = new long[rank];
        List<Integer> shape = new ArrayList<>();
        for (int axis : order) {
            if (axis < 1 || axis >= rank) {
                throw layer.config().wrong("dims", "axes from 1 to " + (rank - 1));
            }
            shape.add(in.shape().get(axis - 1));
        }
        KerasValue out = new KerasValue("", shape);
        for (int i = 0; i < order.size(); i++) {
            perm[layer.graphAxis(out, i + 1)] = layer.graphAxis(in, order.get(i));
        }
        String name = layer.node("Transpose", List.of(in.name()), Map.of("perm", Attribute.ints(perm)));
        return new KerasValue(name, shape, KerasValue.Padding.NONE, in.isNonNegative());
    }

    /** Writes nothing yet: a convolution or a pool that follows takes the zeros as its own pads. */
    static KerasValue zeroPadding(LayerEmission layer) throws KerasFormatException {
        KerasValue in = layer.unpaddedImage();
        int[] more = layer.config().borders("padding");
        KerasValue.Padding p = in.padding();
        return new KerasValue(
                in.name(),
                List.of(plus(in.height(), more[0] + more[1]), plus(in.width(), more[2] + more[3]), in.channels()),
                new KerasValue.Padding(
                        p.top() + more[0], p.bottom() + more[1], p.left() + more[2], p.right() + more[3]),
                in.isNonNegative());
    }

    static KerasValue cropping(LayerEmission layer) throws KerasFormatException {
        KerasValue in = layer.image();
        int[] less = layer.config().borders("cropping");
        // an end of 0 would be the beginning
        String starts = layer.constant("starts", less[0], less[2]);
        String ends = layer.constant(
                "ends", less[1] == 0 ? Integer.MAX_VALUE : -less[1], less[3] == 0 ? Integer.MAX_VALUE : -less[3]);
        String out = layer.node("Slice", List.of(in.name(), starts, ends, layer.constant("axes", 2, 3)), Map.of());
        int height = plus(in.height(), -less[0] - less[1]);
        int width = plus(in.width(), -less[2] - less[3]);
        if ((height < 1 && height != KerasValue.FREE) || (width < 1 && width != KerasValue.FREE)) {
            throw layer.refused("nothing is left of " + in.describe());
        }
        return new KerasValue(out, List.of(height, width, in.channels()), KerasValue.Padding.NONE, in.isNonNegative());
    }

    static KerasValue upSampling(LayerEmission layer) throws KerasFormatException {
        KerasValue in = layer.image();
        int[] factors = layer.config().pair("size", 2);
        String scales = layer.initializer("scales", Tensor.ofFloats("", new long[] {4}, 1, 1, factors[0], factors[1]));
        String out = layer.node("Resize", List.of(in.name(), "", scales), interpolation(layer, "nearest"));
        return new KerasValue(
                out,
                List.of(times(in.height(), factors[0]), times(in.width(), factors[1]), in.channels()),
                KerasValue.Padding.NONE,
                in.isNonNegative());
    }

    static KerasValue resizing(LayerEmission layer) throws KerasFormatException {
        KerasValue in = layer.image();
        LayerConfig config = layer.config();
        if (config.flag("crop_to_aspect_ratio", false)
                || config.flag("pad_to_aspect_ratio", false)
                || config.flag("antialias", false)) {
            throw layer.refused("only a plain resize is supported, without aspect ratio and antialias");
        }
        int height = config.integer("height", 0);
        int width = config.integer("width", 0);
        if (height < 1 || width < 1) {
            throw layer.refused("expected a positive height and width, found " + height + " and " + width);
        }
        String scale = layer.initializer("spatial", Tensor.ofLongs("", height, width));
        Map<String, Attribute> attributes = interpolation(layer, "bilinear");
        attributes.put("axes", Attribute.ints(2, 3));
        String out = layer.node("Resize", List.of(in.name(), "", "", scale), attributes);
        return new KerasValue(out, List.of(height, width, in.channels()), KerasValue.Padding.NONE, in.isNonNegative());
    }

    /** TensorFlow's pixel centres: half a pixel in. */
    private static Map<String, Attribute> interpolation(LayerEmission layer, String otherwise)
            throws KerasFormatException {
        String interpolation = layer.config().text("interpolation", otherwise);
        Map<String, Attribute> attributes = new java.util.LinkedHashMap<>();
        switch (interpolation) {
            case "nearest" -> {
                attributes.put("mode", Attribute.of("nearest"));
                attributes.put("coordinate_transformation_mode", Attribute.of("half_pixel"));
                attributes.put("nearest_mode", Attribute.of("round_prefer_ceil"));
            }
            case "bilinear" -> {
                attributes.put("mode", Attribute.of("linear"));
                attributes.put("coordinate_transformation_mode", Attribute.of("half_pixel"));
            }
            default -> throw layer.config().wrong("interpolation", "nearest or bilinear");
        }
        return attributes;
    }

    private static int plus(int size, int more) {
        return size == KerasValue.FREE ? KerasValue.FREE : size + more;
    }

    private static int times(int size, int factor) {
        return size == KerasValue.FREE ? KerasValue.FREE : size * factor;
    }
}
