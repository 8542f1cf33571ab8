package terzi.onnx.build;

import java.util.List;
import terzi.onnx.DataType;
import terzi.onnx.Dim;
import terzi.onnx.Model;
import terzi.onnx.TensorType;

/**
 * Builds a new network from a list of layers. The graph follows the convention that training takes and returns:
 *
 * <ul>
 *   <li>input {@code input}: float32 {@code [N, C, H, W]}, N free
 *   <li>output {@code logits}: float32 {@code [N, K]}, what the last layer gives
 *   <li>output {@code features}: float32 {@code [N, F]}, what the last dense layer takes; only if the list has a dense layer
 * </ul>
 *
 * Nodes are numbered by kind ({@code conv1}, {@code bn1}, {@code dense2}) and their values have the same names; weights are called
 * as in PyTorch ({@code conv1.weight}, {@code bn1.running_mean}). The graph is in the form of use: dropout passes its input on and
 * batch normalisation takes the running statistics; training changes the meaning of the same nodes.
 */
public final class Sequential {

    /** Opset of the graphs: the oldest that has what the classifier file needs around a network. */
    public static final long OPSET = 18;

    private Sequential() {}

    /** Builds a network with {@link Initialization#PYTORCH}; see {@link #build(InputShape, List, long, Initialization)}. */
    public static Model build(InputShape shape, List<Layer> layers, long seed) {
        return build(shape, layers, seed, Initialization.PYTORCH);
    }

    /**
     * Builds a network.
     *
     * @param seed of the initial weights: the same seed gives the same weights on every machine
     * @throws IllegalArgumentException if a layer does not fit what arrives at it; the message has the layer's number
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
