package terzi.onnx.build;

import java.util.List;
import terzi.onnx.DataType;
import terzi.onnx.Dim;
import terzi.onnx.Model;
import terzi.onnx.TensorType;

/**
 * Builds a new network from a list of layers. The graph follows the convention that training expects and produces:
 *
 * <ul>
 *   <li>input {@code input}: float32 {@code [N, C, H, W]}, N symbolic
 *   <li>output {@code logits}: float32 {@code [N, K]}, the output of the last layer
 *   <li>output {@code features}: float32 {@code [N, F]}, the input of the last dense layer; only if there is a dense
 *       layer
 * </ul>
 *
 * Nodes are numbered by kind ({@code conv1}, {@code bn1}, {@code dense2}), and their outputs have the same names.
 * Weights are named as in PyTorch ({@code conv1.weight}, {@code bn1.running_mean}). The graph is in inference form:
 * dropout is the identity and batch normalisation uses the running statistics. In training the same nodes have their
 * training behaviour.
 */
public final class Sequential {

    /** Opset of the graphs: the oldest one with all operators that a classifier file adds to a network. */
    public static final long OPSET = 18;

    private Sequential() {}

    /**
     * Builds a network with weights by {@link Initialization#PYTORCH}.
     *
     * @param shape shape {@code [C, H, W]} of an input image
     * @param layers the layers, first to last, at least one
     * @param seed random seed of the initial weights; equal seeds give equal weights on every machine
     * @return the network
     * @throws IllegalArgumentException if a layer does not fit the output of the previous one, or the last one does not
     *     produce {@code [N, K]}; the message has the number of the layer
     */
    public static Model build(InputShape shape, List<Layer> layers, long seed) {
        return build(shape, layers, seed, Initialization.PYTORCH);
    }

    /**
     * Builds a network.
     *
     * @param shape shape {@code [C, H, W]} of an input image
     * @param layers the layers, first to last, at least one
     * @param seed random seed of the initial weights; equal seeds give equal weights on every machine
     * @param initialization distribution of the initial weights
     * @return the network
     * @throws IllegalArgumentException if a layer does not fit the output of the previous one, or the last one does not
     *     produce {@code [N, K]}; the message has the number of the layer
     */
    public static Model build(InputShape shape, List<Layer> layers, long seed, Initialization initialization) {
        Require.that(!layers.isEmpty(), "a network needs at least one layer");
        GraphBuilder graph = new GraphBuilder("network", OPSET);
        String input = graph.input(
                "input",
                TensorType.of(
                        DataType.FLOAT,
                        Dim.of("N"),
                        Dim.of(shape.channels()),
                        Dim.of(shape.height()),
                        Dim.of(shape.width())));
        int head = lastDense(layers);
        LayerEmitter emitter = new LayerEmitter(graph, initialization, seed);
        Flow flow = new Flow(input, List.of(shape.channels(), shape.height(), shape.width()));
        Flow features = flow;
        for (int i = 0; i < layers.size(); i++) {
            if (i == head) {
                features = flow;
            }
            flow = emitter.emit(layers.get(i), flow, String.valueOf(i + 1));
        }
        Require.that(
                flow.isVector(),
                "the last layer gives %s, but a classifier ends in [N,K], one number a class; end in Dense, or in GlobalAveragePool",
                flow);
        Require.that(!flow.value().equals(input), "the network has no layer that computes anything");
        graph.output(flow.value(), "logits", flow.type());
        if (!features.value().equals(input)) {
            graph.output(features.value(), "features", features.type());
        }
        return graph.build();
    }

    private static int lastDense(List<Layer> layers) {
        for (int i = layers.size() - 1; i >= 0; i--) {
            if (layers.get(i) instanceof Layer.Dense) {
                return i;
            }
        }
        return -1;
    }
}
