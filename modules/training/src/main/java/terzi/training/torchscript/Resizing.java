package terzi.training.torchscript;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import terzi.onnx.Tensor;

/**
 * Resize and Upsample of images {@code [N,C,H,W]}: by libtorch's own functions where they agree with ONNX, else by picking
 * places (nearest) or by one matrix of weights for each axis (linear and cubic).
 */
final class Resizing {
    private Resizing() {}

    static void register(Operators operators) {
        operators.add("Upsample", 9, node -> resize(node, 1, 3, "asymmetric", "simple"));
        operators.add("Resize", 10, node -> resize(node, 1, 3, "asymmetric", "simple"));
        operators.add(
                "Resize",
                11,
                node -> resize(
                        node,
                        2,
                        3,
                        node.node().stringAttribute("coordinate_transformation_mode", "half_pixel"),
                        node.node().stringAttribute("nearest_mode", "round_prefer_floor")));
    }

    /**
     * How an axis is resized.
     *
     * @param axis 2 for the height, 3 for the width
     * @param length elements of the result
     * @param factor what the axis grows by, where the graph gives scales and no sizes
     */
    private record Axis(int axis, Size length, Optional<Float> factor) {
        /** Whether the ratio of result and input is the scale itself, with nothing rounded away. */
        boolean isExact() {
            return factor.isEmpty() || factor.get() == Math.rint(factor.get());
        }

        boolean isUnchanged() {
            return factor.isPresent() && factor.get() == 1;
        }

        /** Whether the scale is known to leave the number of elements as it is. */
        boolean keepsLength(Emission node) {
            OptionalLong size = node.knownSize(0, axis);
            return isUnchanged()
                    || (factor.isPresent()
                            && size.isPresent()
                            && (long) ((float) size.getAsLong() * factor.get()) == size.getAsLong());
        }

        /** For libtorch's functions, which take the ratio of the sizes where there is none. */
        String torchScale() {
            return factor.map(f -> Emission.literal((double) f)).orElse("None");
        }

        /** Whether the result may have a single element where the input has more. */
        boolean mayShrinkToOne() {
            return factor.isPresent() ? factor.get() < 1 : !length.isKnown() || length.equals(Size.of(1));
        }
    }

    /** How places of the result map to places of the input, and the weights of the elements around them. */
    private record Rule(String coordinates, boolean antialias, boolean excludesOutside) {
        static Rule of(Emission node, String coordinates) {
            return new Rule(
                    coordinates,
                    node.node().intAttribute("antialias", 0) != 0,
                    node.node().intAttribute("exclude_outside", 0) != 0);
        }

        boolean isAligned() {
            return coordinates.equals("align_corners");
        }

        boolean isHalfPixel() {
            return coordinates.equals("half_pixel") || coordinates.equals("pytorch_half_pixel");
        }
    }

    private static void resize(Emission node, int scalesInput, int sizesInput, String coordinates, String nearest) {
        if (node.rank(0) != 4) {
            throw node.unsupported("expected a tensor of 4 axes [N,C,H,W], found " + node.rank(0));
        }
        if (node.node().attribute("axes").isPresent()
                || !node.node()
                        .stringAttribute("keep_aspect_ratio_policy", "stretch")
                        .equals("stretch")) {
            throw node.unsupported("axes and keep_aspect_ratio_policy are not supported");
        }
        Rule rule = Rule.of(node, coordinates);
        List<Axis> axes = axes(node, scalesInput, sizesInput);
        boolean keepsSize = axes.stream().allMatch(axis -> axis.keepsLength(node))
                && !axes.stream().allMatch(Axis::isUnchanged);
        if (keepsSize || (rule.isAligned() && !axes.stream().allMatch(Axis::isExact))) {
            throw node.unsupported((keepsSize ? "scales that change no length" : "align_corners with fractional scales")
                    + " are answered by ONNX Runtime otherwise than the specification says; give sizes in place of"
                    + " scales");
        }
        String mode = node.node().stringAttribute("mode", "nearest");
        switch (mode) {
            case "nearest" -> nearest(node, rule, nearest, axes);
            case "linear", "bilinear" -> interpolate(node, rule, axes, Optional.empty());
            case "cubic" ->
                interpolate(
                        node,
                        rule,
                        axes,
                        Optional.of(Double.parseDouble(
                                Emission.literal(node.node().floatAttribute("cubic_coeff_a", -0.75f)))));
            default -> throw node.unsupported("mode '" + mode + "' is not one of nearest, linear, cubic");
        }
    }

    /** Height and width. With scales, the length is their product with the size, multiplied in float32 and rounded down. */
    private static List<Axis> axes(Emission node, int scalesInput, int sizesInput) {
        Optional<Tensor> scales = node.constant(scalesInput).filter(tensor -> tensor.elementCount() == 4);
        if (scales.isPresent()) {
            double[] factors = scales.get().doubles();
            if (factors[0] != 1 || factors[1] != 1) {
                throw node.unsupported("only height and width can be resized");
            }
            return IntStream.of(2, 3)
                    .mapToObj(axis ->
                            new Axis(axis, scaled(node.size(0, axis), (float) factors[axis]), Optional.of((float)
                                    factors[axis])))
                    .toList();
        }
        List<Size> sizes = node.sizes(sizesInput)
                .map(Value.Ints::elements)
                .filter(elements -> elements.size() == 4)
                .orElseThrow(() -> node.unsupported("its scales must be constants, or its sizes given"));
        return IntStream.of(2, 3)
                .mapToObj(axis -> new Axis(axis, sizes.get(axis), Optional.empty()))
                .toList();
    }

    private static Size scaled(Size size, float factor) {
        return factor == Math.rint(factor)
                ? size.times(Size.of((long) factor))
                : Size.of("int(torch.floor(torch.mul(torch.tensor(float(" + size.text() + "), dtype=6), "
                        + Emission.literal((double) factor) + ")))");
    }

    // ---- nearest

    private static void nearest(Emission node, Rule rule, String rounding, List<Axis> axes) {
        boolean wholeFactors = axes.stream()
                .allMatch(axis -> axis.factor().isPresent()
                        && axis.isExact()
                        && axis.factor().get() >= 1);
        boolean floors =
                rule.coordinates().equals("asymmetric") && (rounding.equals("floor") || rounding.equals("simple"));
        if (wholeFactors && (floors || (rule.isHalfPixel() && rounding.startsWith("round")))) {
            // enlarging by whole factors, half a pixel changes nothing
            node.result(Emission.call(
                    "upsample_nearest2d",
                    node.tensor(0),
                    lengths(axes),
                    axes.get(0).torchScale(),
                    axes.get(1).torchScale()));
            return;
        }
        String result = node.tensor(0);
        for (Axis axis : axes) {
            String size = node.let("torch.size(" + result + ", " + axis.axis() + ")");
            String place = place(node, rule, result, size, axis);
            String rounded =
                    switch (rounding) {
                        case "floor" -> Emission.call("floor", place);
                        case "ceil" -> Emission.call("ceil", place);
                        case "round_prefer_floor" -> "torch.ceil(torch.sub(" + place + ", 0.5))";
                        case "round_prefer_ceil" -> "torch.floor(torch.add(" + place + ", 0.5))";
                        // opset 10 leaves it open; ONNX Runtime rounds up where an axis shrinks
                        case "simple" -> Emission.call(axis.factor().orElse(1f) < 1 ? "ceil" : "floor", place);
                        default -> throw node.unsupported("nearest_mode " + rounding + " is not known");
                    };
            result = node.let(Emission.call("index_select", result, axis.axis(), within(rounded, size)));
        }
        node.result(result);
    }

    // ---- linear and cubic

    /** @param cubic the coefficient a of the cubic filter (Keys 1981), or nothing for the linear one */
    private static void interpolate(Emission node, Rule rule, List<Axis> axes, Optional<Double> cubic) {
        if (rule.excludesOutside() && !rule.antialias() && cubic.isEmpty()) {
            throw node.unsupported("exclude_outside needs mode cubic or antialias");
        }
        if (isTorchs(rule, axes, cubic)) {
            node.result(Emission.call(
                    (rule.antialias() ? "_" : "")
                            + (cubic.isPresent() ? "upsample_bicubic2d" : "upsample_bilinear2d")
                            + (rule.antialias() ? "_aa" : ""),
                    node.wide(0),
                    lengths(axes),
                    Emission.bool(rule.isAligned()),
                    axes.get(0).torchScale(),
                    axes.get(1).torchScale()));
            return;
        }
        String result = node.let(node.wide(0));
        for (Axis axis : axes) {
            if (!axis.isUnchanged()) {
                result = node.let(weighted(node, rule, result, axis, cubic));
            }
        }
        node.result(result);
    }

    /** libtorch ignores scales where an axis keeps its length, and antialiases with what lies inside of the image only. */
    private static boolean isTorchs(Rule rule, List<Axis> axes, Optional<Double> cubic) {
        boolean samePlaces = rule.isHalfPixel() || (rule.isAligned() && !rule.antialias());
        boolean sameEnds = !rule.coordinates().equals("pytorch_half_pixel")
                || axes.stream().noneMatch(Axis::mayShrinkToOne);
        boolean sameFilter = cubic.isEmpty() || cubic.get() == (rule.antialias() ? -0.5 : -0.75);
        return samePlaces
                && sameEnds
                && sameFilter
                && rule.excludesOutside() == rule.antialias()
                && axes.stream().allMatch(Axis::isExact);
    }

    /**
     * One axis of {@code x} times a matrix of weights {@code [length, size + 2 * margin]}. Elements outside of the image
     * repeat its edge, or with {@code exclude_outside} have no weight; the weights of an element add up to 1.
     */
    private static String weighted(Emission node, Rule rule, String x, Axis axis, Optional<Double> cubic) {
        String size = node.let("torch.size(" + x + ", " + axis.axis() + ")");
        String place = place(node, rule, x, size, axis);
        String stretch = node.let(rule.antialias() ? "ops.prim.max(1.0, (1.0 / " + scale(axis, size) + "))" : "1.0");
        String margin = node.let("(int((" + stretch + " * " + (cubic.isPresent() ? 2 : 1) + ".0)) + 2)");
        String elements = node.let("torch.arange((-" + margin + "), (" + size + " + " + margin
                + "), dtype=6, device=ops.prim.device(" + x + "))");
        String distance = node.let("torch.div(torch.abs(torch.sub(" + elements + ", torch.unsqueeze(" + place
                + ", 1))), " + stretch + ")");
        String weights = node.let(
                cubic.map(a -> cubic(distance, a)).orElse("torch.clamp_min(torch.rsub(" + distance + ", 1.0), 0.0)"));
        if (rule.excludesOutside()) {
            weights = node.let("torch.mul(" + weights + ", torch.type_as(torch.logical_and(torch.ge(" + elements
                    + ", 0), torch.lt(" + elements + ", " + size + ")), " + weights + "))");
        }
        String shares =
                node.let("torch.type_as(torch.div(" + weights + ", torch.sum(" + weights + ", [1], True)), " + x + ")");
        String repeated = Emission.call("index_select", x, axis.axis(), within(elements, size));
        return axis.axis() == 3
                ? Emission.call("matmul", repeated, "torch.t(" + shares + ")")
                : Emission.call("matmul", shares, repeated);
    }

    /** Keys' cubic: {@code (a+2)d³ - (a+3)d² + 1} up to a distance of 1, {@code ad³ - 5ad² + 8ad - 4a} up to 2. */
    private static String cubic(String distance, double a) {
        String near = polynomial(distance, a + 2, -(a + 3), 0, 1);
        String far = polynomial(distance, a, -5 * a, 8 * a, -4 * a);
        String zero = "torch.zeros_like(" + distance + ")";
        return "torch.where(torch.le(" + distance + ", 1.0), " + near + ", torch.where(torch.lt(" + distance
                + ", 2.0), " + far + ", " + zero + "))";
    }

    /** Horner's scheme. */
    private static String polynomial(String x, double... coefficients) {
        return Arrays.stream(coefficients)
                .mapToObj(Emission::literal)
                .reduce((sum, next) -> "torch.add(torch.mul(" + x + ", " + sum + "), " + next + ")")
                .orElseThrow();
    }

    // ---- places

    private static String scale(Axis axis, String size) {
        return axis.factor()
                .map(factor -> Emission.literal((double) factor))
                .orElse("(float(" + axis.length().text() + ") / float(" + size + "))");
    }

    /** For every place of the result along an axis, the place in the input that it comes from: a float32 vector. */
    private static String place(Emission node, Rule rule, String x, String size, Axis axis) {
        String length = axis.length().text();
        String scale = scale(axis, size);
        String places = node.let("torch.arange(" + length + ", dtype=6, device=ops.prim.device(" + x + "))");
        String halfPixel = "torch.sub(torch.div(torch.add(" + places + ", 0.5), " + scale + "), 0.5)";
        return node.let(
                switch (rule.coordinates()) {
                    case "asymmetric" ->
                        axis.factor().isPresent()
                                ? "torch.div(" + places + ", " + scale + ")"
                                : "torch.mul(" + places + ", (float(" + size + ") / float(" + length + ")))";
                    case "half_pixel" -> halfPixel;
                    // a single element comes from the first one
                    case "pytorch_half_pixel" ->
                        "torch.mul(" + halfPixel + ", float(ops.prim.min((" + length + " - 1), 1)))";
                    case "tf_half_pixel_for_nn" -> "torch.div(torch.add(" + places + ", 0.5), " + scale + ")";
                    case "align_corners" ->
                        "torch.mul(" + places + ", float((" + size + " - 1)) / float(ops.prim.max((" + length
                                + " - 1), 1)))";
                    default ->
                        throw node.unsupported("coordinate_transformation_mode " + rule.coordinates()
                                + " is not one of half_pixel, pytorch_half_pixel, asymmetric, tf_half_pixel_for_nn,"
                                + " align_corners");
                });
    }

    private static String within(String places, String size) {
        return "torch.to(torch.clamp(" + places + ", 0, (" + size + " - 1)), 4)";
    }

    private static String lengths(List<Axis> axes) {
        return Emission.list(axes.stream().map(axis -> axis.length().text()).toList());
    }
}
