package terzi.training.torchscript;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import terzi.onnx.Tensor;

/** Resize and Upsample of pictures {@code [N,C,H,W]}, in the modes that libtorch computes in the same way. */
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
        String to = Emission.list(size);
        boolean integerFactors =
                scales.isPresent() && factors[2] == Math.rint(factors[2]) && factors[3] == Math.rint(factors[3]);
        String mode = node.node().stringAttribute("mode", "nearest");
        boolean antialias = node.node().intAttribute("antialias", 0) != 0;
        switch (mode) {
            case "nearest" -> node.result(nearest(node, options, integerFactors, to, scale));
            case "linear" ->
                node.result(Emission.call(
                        antialias ? "_upsample_bilinear2d_aa" : "upsample_bilinear2d",
                        node.wide(0),
                        to,
                        aligned(node, options),
                        scale.get(0),
                        scale.get(1)));
            case "cubic" -> {
                if (node.node().floatAttribute("cubic_coeff_a", -0.75f) != (antialias ? -0.5f : -0.75f)) {
                    throw node.unsupported(
                            "cubic_coeff_a must be " + (antialias ? "-0.5 with" : "-0.75 without") + " antialias");
                }
                node.result(Emission.call(
                        antialias ? "_upsample_bicubic2d_aa" : "upsample_bicubic2d",
                        node.wide(0),
                        to,
                        aligned(node, options),
                        scale.get(0),
                        scale.get(1)));
            }
            default -> throw node.unsupported("mode '" + mode + "' is not one of nearest, linear, cubic");
        }
    }

    /** torch takes the floor of place / scale, or of (place + 0.5) / scale; enlarging by whole factors, more modes agree with that. */
    private static String nearest(
            Emission node, Options options, boolean integerFactors, String to, List<String> scale) {
        String coordinates = options.coordinates();
        boolean halfPixel = coordinates.equals("half_pixel") || coordinates.equals("pytorch_half_pixel");
        boolean floor = coordinates.equals("asymmetric") && options.nearest().equals("floor");
        if (floor || (halfPixel && integerFactors)) {
            return Emission.call("upsample_nearest2d", node.tensor(0), to, scale.get(0), scale.get(1));
        } else if (halfPixel && options.nearest().equals("round_prefer_ceil")) {
            return Emission.call("_upsample_nearest_exact2d", node.tensor(0), to, scale.get(0), scale.get(1));
        }
        throw node.unsupported("mode nearest with coordinate_transformation_mode " + coordinates + " and nearest_mode "
                + options.nearest() + " is not supported");
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
