package terzi.training.torchscript;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import terzi.onnx.Tensor;

/** Resize and Upsample of pictures {@code [N,C,H,W]}: by libtorch's own functions where they agree with ONNX, else by picking places. */
final class Resizing {
    private Resizing() {}

    static void register(Operators operators) {
        operators.add("Upsample", 9, node -> resize(node, new Options("asymmetric", "floor", 1, 3)));
        operators.add("Resize", 10, node -> resize(node, new Options("asymmetric", "floor", 1, 3)));
        operators.add(
                "Resize",
                11,
                node -> resize(
                        node,
                        new Options(
                                node.node().stringAttribute("coordinate_transformation_mode", "half_pixel"),
                                node.node().stringAttribute("nearest_mode", "round_prefer_floor"),
                                2,
                                3)));
    }

    /**
     * How places of the result map to places of the input.
     *
     * @param scales the input that holds the scales
     * @param sizes the input that holds the sizes
     */
    private record Options(String coordinates, String nearest, int scales, int sizes) {}

    private static void resize(Emission node, Options options) {
        if (node.rank(0) != 4) {
            throw node.unsupported("expected a tensor of 4 axes [N,C,H,W], found " + node.rank(0));
        }
        if (node.node().intAttribute("exclude_outside", 0) != 0
                || node.node().attribute("axes").isPresent()
                || !node.node()
                        .stringAttribute("keep_aspect_ratio_policy", "stretch")
                        .equals("stretch")) {
            throw node.unsupported("exclude_outside, axes and keep_aspect_ratio_policy are not supported");
        }
        List<String> size = new ArrayList<>();
        List<String> scale = new ArrayList<>();
        Optional<Tensor> scales = node.constant(options.scales()).filter(tensor -> tensor.elementCount() == 4);
        Optional<Value.Ints> sizes = node.sizes(options.sizes());
        double[] factors = scales.map(Tensor::doubles).orElse(new double[0]);
        if (scales.isPresent() && (factors[0] != 1 || factors[1] != 1)) {
            throw node.unsupported("only height and width can be resized");
        }
        for (int axis = 2; axis < 4; axis++) {
            if (scales.isPresent()) {
                double factor = factors[axis];
                size.add(
                        factor == Math.rint(factor)
                                ? node.size(0, axis)
                                        .times(Size.of((long) factor))
                                        .text()
                                : "int(torch.floor(torch.mul("
                                        + node.size(0, axis).text() + ", " + Emission.literal(factor) + ")))");
                scale.add(Emission.literal(factor));
            } else {
                int index = axis;
                size.add(sizes.filter(ints -> ints.elements().size() == 4)
                        .map(ints -> ints.elements().get(index).text())
                        .orElseThrow(() -> node.unsupported("its scales must be constants, or its sizes given")));
                scale.add("None");
            }
        }
        Target target = new Target(Emission.list(size), size, scale);
        boolean antialias = node.node().intAttribute("antialias", 0) != 0;
        String mode = node.node().stringAttribute("mode", "nearest");
        switch (mode) {
            case "nearest" ->
                nearest(node, options, target, Arrays.stream(factors).allMatch(f -> f == Math.rint(f)));
            case "linear" -> linear(node, options, target, antialias);
            case "cubic" -> cubic(node, options, target, antialias);
            default -> throw node.unsupported("mode '" + mode + "' is not one of nearest, linear, cubic");
        }
    }

    /**
     * Where to.
     *
     * @param list height and width as {@code List[int]}
     * @param sizes height and width
     * @param scales the factors that height and width grow by, or None where they follow from the sizes
     */
    private record Target(String list, List<String> sizes, List<String> scales) {
        Target {
            sizes = List.copyOf(sizes);
            scales = List.copyOf(scales);
        }
    }

    private static void nearest(Emission node, Options options, Target target, boolean wholeFactors) {
        String coordinates = options.coordinates();
        boolean halfPixel = coordinates.equals("half_pixel") || coordinates.equals("pytorch_half_pixel");
        boolean floor = coordinates.equals("asymmetric") && options.nearest().equals("floor");
        boolean known = !target.scales().contains("None");
        if (floor || (halfPixel && known && wholeFactors && options.nearest().startsWith("round"))) {
            // torch's own: the floor of place / scale; enlarging by whole factors, half a pixel changes nothing
            node.result(Emission.call(
                    "upsample_nearest2d",
                    node.tensor(0),
                    target.list(),
                    target.scales().get(0),
                    target.scales().get(1)));
            return;
        }
        String result = node.tensor(0);
        for (int axis = 2; axis < 4; axis++) {
            String size = node.let("torch.size(" + result + ", " + axis + ")");
            String place = place(node, options, result, size, target, axis);
            String rounded =
                    switch (options.nearest()) {
                        case "floor" -> Emission.call("floor", place);
                        case "ceil" -> Emission.call("ceil", place);
                        case "round_prefer_floor" -> "torch.ceil(torch.sub(" + place + ", 0.5))";
                        case "round_prefer_ceil" -> "torch.floor(torch.add(" + place + ", 0.5))";
                        default -> throw node.unsupported("nearest_mode " + options.nearest() + " is not known");
                    };
            result = node.let(Emission.call("index_select", result, axis, within(rounded, size)));
        }
        node.result(result);
    }

    private static void linear(Emission node, Options options, Target target, boolean antialias) {
        if (!options.coordinates().equals("asymmetric") || antialias) {
            node.result(Emission.call(
                    antialias ? "_upsample_bilinear2d_aa" : "upsample_bilinear2d",
                    node.wide(0),
                    target.list(),
                    aligned(node, options),
                    target.scales().get(0),
                    target.scales().get(1)));
            return;
        }
        String result = node.wide(0);
        for (int axis = 2; axis < 4; axis++) {
            result = node.let(result);
            String size = node.let("torch.size(" + result + ", " + axis + ")");
            String place = node.let(place(node, options, result, size, target, axis));
            String low = node.let(Emission.call("floor", place));
            String share = "torch.type_as(torch.sub(" + place + ", " + low + "), " + result + ")";
            if (axis == 2) {
                share = "torch.unsqueeze(" + share + ", 1)";
            }
            String left = Emission.call("index_select", result, axis, within(low, size));
            String right = Emission.call("index_select", result, axis, within("torch.add(" + low + ", 1)", size));
            result = Emission.call("lerp", left, right, share);
        }
        node.result(result);
    }

    private static void cubic(Emission node, Options options, Target target, boolean antialias) {
        if (node.node().floatAttribute("cubic_coeff_a", -0.75f) != (antialias ? -0.5f : -0.75f)) {
            throw node.unsupported(
                    "cubic_coeff_a must be " + (antialias ? "-0.5 with" : "-0.75 without") + " antialias");
        }
        node.result(Emission.call(
                antialias ? "_upsample_bicubic2d_aa" : "upsample_bicubic2d",
                node.wide(0),
                target.list(),
                aligned(node, options),
                target.scales().get(0),
                target.scales().get(1)));
    }

    /** For every place of the result along an axis, the place in the input that it comes from. */
    private static String place(Emission node, Options options, String x, String size, Target target, int axis) {
        String length = target.sizes().get(axis - 2);
        String given = target.scales().get(axis - 2);
        String scale = given.equals("None") ? "(float(" + length + ") / float(" + size + "))" : given;
        String places = node.let("torch.arange(" + length + ", dtype=6, device=ops.prim.device(" + x + "))");
        return switch (options.coordinates()) {
            case "asymmetric" -> "torch.div(" + places + ", " + scale + ")";
            case "half_pixel" -> "torch.sub(torch.div(torch.add(" + places + ", 0.5), " + scale + "), 0.5)";
            case "tf_half_pixel_for_nn" -> "torch.div(torch.add(" + places + ", 0.5), " + scale + ")";
            case "align_corners" ->
                "torch.mul(" + places + ", float((" + size + " - 1)) / float(ops.prim.max((" + length + " - 1), 1)))";
            default ->
                throw node.unsupported(
                        "coordinate_transformation_mode " + options.coordinates() + " is not supported in this mode");
        };
    }

    private static String within(String places, String size) {
        return "torch.to(torch.clamp(" + places + ", 0, (" + size + " - 1)), 4)";
    }

    private static String aligned(Emission node, Options options) {
        return switch (options.coordinates()) {
            case "half_pixel", "pytorch_half_pixel" -> "False";
            case "align_corners" -> "True";
            default ->
                throw node.unsupported("coordinate_transformation_mode " + options.coordinates()
                        + " is not one of half_pixel, pytorch_half_pixel, align_corners");
        };
    }
}
