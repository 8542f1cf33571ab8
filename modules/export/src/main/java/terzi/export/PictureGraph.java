package terzi.export;

import java.util.List;
import java.util.Map;
import terzi.onnx.Attribute;
import terzi.onnx.DataType;
import terzi.onnx.Dim;
import terzi.onnx.Tensor;
import terzi.onnx.TensorType;
import terzi.onnx.build.GraphBuilder;
import terzi.vision.Preprocessing;

/**
 * The part of the graph before the network: from pixels {@code [N, H, W, C]} uint8 to the network's input {@code [N, C, h,
 * w]} float32, the same steps as {@link Preprocessing#tensor}.
 *
 * <p>Pictures are resized on uint8, as PIL does it, not on floats; sizes come from integer arithmetic inside the graph, as
 * ONNX's own {@code keep_aspect_ratio_policy} rounds otherwise and shifts some pictures.
 */
final class PictureGraph {

    /** What the names of all nodes and constants here begin with. */
    static final String PREFIX = "picture/";

    private final GraphBuilder graph;
    private final Preprocessing preprocessing;

    PictureGraph(GraphBuilder graph, Preprocessing preprocessing) {
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
                    case CROP -> crop(planes, image);
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

    private String crop(String planes, String image) {
        String edges = node("edges", "Shape", List.of(image), Map.of("start", Attribute.of(1), "end", Attribute.of(3)));
        String shortest = node("shortest", "ReduceMin", List.of(edges), Map.of("keepdims", Attribute.of(1)));
        String resizeTo = constant(Tensor.ofLongs("resize_to", new long[] {1}, preprocessing.resizeTo()));
        String grown = node("grown", "Mul", List.of(edges, resizeTo), Map.of());
        String resized = node("resized_edges", "Div", List.of(grown, shortest), Map.of());
        String size = size();
        String spare = node("spare", "Sub", List.of(resized, size), Map.of());
        String two = constant(Tensor.ofLongs("two", new long[] {1}, 2));
        String from = node("from", "Div", List.of(spare, two), Map.of());
        String to = node("to", "Add", List.of(from, size), Map.of());
        String axes = constant(Tensor.ofLongs("axes", 2, 3));
        return node("cropped", "Slice", List.of(resize(planes, image, resized), from, to, axes), Map.of());
    }

    /**
     * @param edges the target {@code [h, w]}. The node gets all four sizes: with the attribute {@code axes} ONNX Runtime
     *     1.28 refuses to load it, as its optimizer moves the transposition past it and takes the two sizes for four
     */
    private String resize(String planes, String image, String edges) {
        String n = node("n", "Shape", List.of(image), Map.of("start", Attribute.of(0), "end", Attribute.of(1)));
        String c = constant(
                Tensor.ofLongs("c", new long[] {1}, preprocessing.channels().count()));
        String sizes = node("sizes", "Concat", List.of(n, c, edges), Map.of("axis", Attribute.of(0)));
        // exclude_outside: at the border the weights that are left add up to one, as in PIL
        Map<String, Attribute> attributes = Map.of(
                "mode", Attribute.of("linear"),
                "antialias", Attribute.of(1),
                "exclude_outside", Attribute.of(1),
                "coordinate_transformation_mode", Attribute.of("half_pixel"));
        return node("resized", "Resize", List.of(planes, "", "", sizes), attributes);
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
