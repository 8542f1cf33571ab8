package terzi.backbones;

import java.util.List;
import java.util.Map;
import java.util.Random;
import terzi.onnx.Attribute;
import terzi.onnx.DataType;
import terzi.onnx.Dim;
import terzi.onnx.Tensor;
import terzi.onnx.TensorType;
import terzi.onnx.build.GraphBuilder;
import terzi.onnx.codec.ModelFile;

/** Networks of a few kilobytes with random weights, in the layout of exporters. */
final class TinyNetworks {
    static final int WIDTH = 4;
    static final int PATCH = 8;

    private TinyNetworks() {}

    /** A classifier: a convolution, the mean over the image, a dense layer; all axes of the input are free. */
    static byte[] classifier(int classes, long seed) {
        Random random = new Random(seed);
        GraphBuilder graph = new GraphBuilder("main", 14);
        String input = image(graph);
        String maps = graph.node(
                "Conv",
                List.of(input, floats(graph, "conv", random, WIDTH, 3, 3, 3)),
                Map.of("kernel_shape", Attribute.ints(3, 3)));
        String flat = graph.node("Flatten", List.of(graph.node("GlobalAveragePool", List.of(maps))));
        String logits = graph.node(
                "Gemm",
                List.of(flat, floats(graph, "w", random, classes, WIDTH), floats(graph, "b", random, classes)),
                Map.of("transB", Attribute.of(1)));
        graph.output(logits, "logits", TensorType.of(DataType.FLOAT, Dim.of("batch_size"), Dim.of(classes)));
        return ModelFile.toBytes(graph.build());
    }

    /** The layout of a ViT without a head: tokens {@code last_hidden_state} [N,T,4] and {@code pooler_output} [N,4]. */
    static byte[] tokens(long seed) {
        Random random = new Random(seed);
        GraphBuilder graph = new GraphBuilder("main", 14);
        String input = image(graph);
        String maps = graph.node(
                "Conv",
                List.of(input, floats(graph, "patch", random, WIDTH, 3, PATCH, PATCH)),
                Map.of("kernel_shape", Attribute.ints(PATCH, PATCH), "strides", Attribute.ints(PATCH, PATCH)));
        String shape = graph.initializer(Tensor.ofLongs("flat", 0, WIDTH, -1));
        String patches = graph.node(
                "Transpose",
                List.of(graph.node("Reshape", List.of(maps, shape))),
                Map.of("perm", Attribute.ints(0, 2, 1)));
        String first = graph.initializer(Tensor.ofLongs("zero", new long[0], 0));
        String patch = graph.node("Gather", List.of(patches, first), Map.of("axis", Attribute.of(1)));
        String axis = graph.initializer(Tensor.ofLongs("one", 1));
        String cls = graph.node(
                "Mul",
                List.of(graph.node("Unsqueeze", List.of(patch, axis)), floats(graph, "cls", random, 1, 1, WIDTH)));
        String tokens = graph.node("Concat", List.of(cls, patches), Map.of("axis", Attribute.of(1)));
        String pooled = graph.node("Gather", List.of(tokens, first), Map.of("axis", Attribute.of(1)));
        String pooler = graph.node(
                "Tanh",
                List.of(graph.node(
                        "Gemm",
                        List.of(
                                pooled,
                                floats(graph, "dense", random, WIDTH, WIDTH),
                                floats(graph, "bias", random, WIDTH)))));
        graph.output(
                tokens,
                "last_hidden_state",
                TensorType.of(DataType.FLOAT, Dim.of("batch_size"), Dim.of("sequence_length"), Dim.of(WIDTH)));
        graph.output(pooler, "pooler_output", TensorType.of(DataType.FLOAT, Dim.of("batch_size"), Dim.of(WIDTH)));
        return ModelFile.toBytes(graph.build());
    }

    private static String image(GraphBuilder graph) {
        return graph.input(
                "pixel_values",
                TensorType.of(
                        DataType.FLOAT,
                        Dim.of("batch_size"),
                        Dim.of("num_channels"),
                        Dim.of("height"),
                        Dim.of("width")));
    }

    private static String floats(GraphBuilder graph, String name, Random random, long... dims) {
        float[] values = new float[Math.toIntExact(Tensor.elementCount(name, dims))];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian() / 4;
        }
        return graph.initializer(Tensor.ofFloats(name, dims, values));
    }
}
