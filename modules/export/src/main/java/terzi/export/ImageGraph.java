package terzi.export;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import terzi.images.Filter;
import terzi.images.Preprocessing;
import terzi.onnx.Attribute;
import terzi.onnx.DataType;
import terzi.onnx.Dim;
import terzi.onnx.Tensor;
import terzi.onnx.TensorType;
import terzi.onnx.build.GraphBuilder;

/**
 * The part of the graph before the network: from pixels {@code [N, H, W, C]} uint8 to the network's input {@code [N, C, h,
 * w]} float32, the same steps as {@link Preprocessing#tensor}.
 *
 * <p>Images are resized on uint8, as PIL does it, not on floats; sizes come from integer arithmetic inside the graph, as
 * ONNX's own {@code keep_aspect_ratio_policy} rounds otherwise and shifts some images.
 */
final class ImageGraph {

    /** What the names of all nodes and constants here begin with; the file format has it so since version 1. */
    static final String PREFIX = "picture/";

    private final GraphBuilder graph;
    private final Preprocessing preprocessing;

    /** @throws IllegalArgumentException if ONNX does not have the resampling filter */
    ImageGraph(GraphBuilder graph, Preprocessing preprocessing) {
        if (!preprocessing.filter().isInOnnx()) {
            throw new IllegalArgumentException("ONNX has no resampling filter " + preprocessing.filter()
                    + "; a classifier file can resize with " + Filter.NEAREST + ", " + Filter.TRIANGLE + " or "
                    + Filter.CUBIC);
        }
        this.graph = graph;
        this.preprocessing = preprocessing;
    }

    /** Adds the input {@code image} and all steps; returns the name of the network's input. */
    String add() {
        int channels = preprocessing.channels().count();
        String image = graph.input(
                "image", TensorType.of(DataType.UINT8, Dim.of("N"), Dim.of("H"), Dim.of("W"), Dim.of(channels)));
        // channels first before the resize: it is the one layout that every runtime resizes, CUDA included
        String planes = node("planes", "Transpose", List.of(image), Map.of("perm", Attribute.ints(0, 3, 1, 2)));
        String fitted =
                switch (preprocessing.fit()) {
                    case STRETCH -> resize(planes, image, size());
                    case CROP -> cut(planes, image, scaled(image));
                    case STRETCH_CROP -> {
                        int edge = preprocessing.resizeTo();
                        yield cut(planes, image, constant(Tensor.ofLongs("resized_edges", edge, edge)));
                    }
                };
        if (preprocessing.channels() == Preprocessing.Channels.BGR) {
            String order = constant(Tensor.ofLongs("bgr", 2, 1, 0));
            fitted = node("reordered", "Gather", List.of(fitted, order), Map.of("axis", Attribute.of(1)));
        }
        return normalise(
                node("floats", "Cast", List.of(fitted), Map.of("to", Attribute.of(DataType.FLOAT.onnxCode()))));
    }

    /** The network's input size {@code [h, w]}. */
    private String size() {
        return constant(Tensor.ofLongs("size", preprocessing.height(), preprocessing.width()));
    }

    /** The edges {@code [h, w]} after scaling the shortest one. */
    private String scaled(String image) {
        String edges = node("edges", "Shape", List.of(image), Map.of("start", Attribute.of(1), "end", Attribute.of(3)));
        String shortest = node("shortest", "ReduceMin", List.of(edges), Map.of("keepdims", Attribute.of(1)));
        String resizeTo = constant(Tensor.ofLongs("resize_to", new long[] {1}, preprocessing.resizeTo()));
        String grown = node("grown", "Mul", List.of(edges, resizeTo), Map.of());
        return node("resized_edges", "Div", List.of(grown, shortest), Map.of());
    }

    private String cut(String planes, String image, String resized) {
        String size = size();
        String spare = node("spare", "Sub", List.of(resized, size), Map.of());
        String two = constant(Tensor.ofLongs("two", new long[] {1}, 2));
        String from = node("from", "Div", List.of(spare, two), Map.of());
        if (preprocessing.cropOrigin() == Preprocessing.CropOrigin.HALF_TO_EVEN) {
            // (spare + spare / 2 mod 2) / 2 is one more than spare / 2 where a half goes up to the even neighbour
            String odd = node("odd", "Mod", List.of(from, two), Map.of());
            from = node(
                    "from_even", "Div", List.of(node("evened", "Add", List.of(spare, odd), Map.of()), two), Map.of());
        }
        String to = node("to", "Add", List.of(from, size), Map.of());
        String axes = constant(Tensor.ofLongs("axes", 2, 3));
        return node("cropped", "Slice", List.of(resize(planes, image, resized), from, to, axes), Map.of());
    }

    /**
     * @param edges the target {@code [h, w]}. The node gets all four sizes: with the attribute {@code axes} ONNX Runtime
     *     1.28 refuses to load it, as its optimizer moves the transposition past it and takes the two sizes for four
     */
    private String resize(String planes, String image, String edges) {
        if (preprocessing.filter() == Filter.NEAREST) {
            return nearest(nearest(planes, image, edges, 2), image, edges, 3);
        }
        String n = node("n", "Shape", List.of(image), Map.of("start", Attribute.of(0), "end", Attribute.of(1)));
        String c = constant(
                Tensor.ofLongs("c", new long[] {1}, preprocessing.channels().count()));
        String sizes = node("sizes", "Concat", List.of(n, c, edges), Map.of("axis", Attribute.of(0)));
        // exclude_outside: at the border the weights that are left add up to one, as in PIL
        Map<String, Attribute> attributes = new LinkedHashMap<>(Map.of(
                "antialias", Attribute.of(1),
                "exclude_outside", Attribute.of(1),
                "coordinate_transformation_mode", Attribute.of("half_pixel")));
        if (preprocessing.filter() == Filter.CUBIC) {
            attributes.put("mode", Attribute.of("cubic"));
            attributes.put("cubic_coeff_a", Attribute.of(-0.5f));
        } else {
            attributes.put("mode", Attribute.of("linear"));
        }
        return node("resized", "Resize", List.of(planes, "", "", sizes), attributes);
    }

    /**
     * Takes one source pixel for each target pixel of an axis. PIL's position is {@code (t + 0.5) * scale}, rounded down,
     * and it adds the scale up in float64, which decides where that product is a whole number; {@code Resize} computes it
     * in float32 and is one pixel off there.
     *
     * @param axis 2 or 3
     */
    private String nearest(String planes, String image, String edges, int axis) {
        String of = axis == 2 ? "rows" : "columns";
        Map<String, Attribute> toDouble = Map.of("to", Attribute.of(DataType.DOUBLE.onnxCode()));
        String source = node(
                of + "_of_source",
                "Shape",
                List.of(image),
                Map.of("start", Attribute.of(axis - 1), "end", Attribute.of(axis)));
        String which = constant(Tensor.ofLongs(of + "_index", new long[] {1}, axis - 2));
        String target = node(of + "_of_target", "Gather", List.of(edges, which), Map.of("axis", Attribute.of(0)));
        String scale = node(
                of + "_scale",
                "Div",
                List.of(
                        node(of + "_source", "Cast", List.of(source), toDouble),
                        node(of + "_target", "Cast", List.of(target), toDouble)),
                Map.of());
        String two = node(
                of + "_two", "Cast", List.of(constant(Tensor.ofLongs(of + "_halves", new long[] {1}, 2))), toDouble);
        String half = node(of + "_half", "Div", List.of(scale, two), Map.of());
        String steps = node(of + "_steps", "Expand", List.of(scale, target), Map.of());
        String all = node(of + "_all", "Concat", List.of(half, steps), Map.of("axis", Attribute.of(0)));
        String zero = constant(Tensor.ofLongs(of + "_zero", new long[] {1}, 0));
        String sums = node(of + "_sums", "CumSum", List.of(all, zero), Map.of());
        String positions = node(of + "_positions", "Slice", List.of(sums, zero, target), Map.of());
        String indices = node(
                of + "_indices", "Cast", List.of(positions), Map.of("to", Attribute.of(DataType.INT64.onnxCode())));
        return node(of, "Gather", List.of(planes, indices), Map.of("axis", Attribute.of(axis)));
    }

    /** {@code (x * scale - mean) / std} as one multiplication and one addition, each left out where it changes nothing. */
    private String normalise(String floats) {
        int channels = preprocessing.channels().count();
        float[] factors = new float[channels];
        float[] offsets = new float[channels];
        for (int c = 0; c < channels; c++) {
            double std = preprocessing.std().get(c);
            factors[c] = (float) (preprocessing.scale() / std);
            offsets[c] = (float) (-preprocessing.mean().get(c) / std);
        }
        String scaled = combine("scaled", "Mul", floats, factors, 1);
        return combine("normalised", "Add", scaled, offsets, 0);
    }

    private String combine(String name, String operator, String value, float[] operands, float neutral) {
        boolean needed = false;
        for (float operand : operands) {
            needed |= operand != neutral; // -0.0 counts as 0
        }
        if (!needed) {
            return value;
        }
        String operand = constant(Tensor.ofFloats(name + "_by", new long[] {1, operands.length, 1, 1}, operands));
        return node(name, operator, List.of(value, operand), Map.of());
    }

    private String node(String name, String operator, List<String> inputs, Map<String, Attribute> attributes) {
        return graph.node(PREFIX + name, operator, inputs, attributes);
    }

    private String constant(Tensor tensor) {
        return graph.initializer(tensor.withName(PREFIX + tensor.name()));
    }
}
