package terzi.onnx;

import java.util.Collections;
import java.util.Map;

/**
 * Works out element types and shapes of a graph's values, as ONNX's specification of each operator says.
 *
 * <p>Made for looking at networks: it knows the operators of image networks and what their exporters put around them, and
 * it follows named axes ({@code N}) and shapes that are computed in the graph. An operator it does not know ends the
 * chain; nothing is guessed.
 */
public final class ShapeInference {
    private ShapeInference() {}

    /**
     * The types of all tensors of the main graph that can be worked out: inputs, initializers and results of nodes, joined
     * with the types the graph declares.
     *
     * @return by value name, in the order of the graph; a value nothing is known about has no entry
     */
    public static Map<String, TensorType> infer(Model model) {
        return Collections.unmodifiableMap(Inference.run(model, problem -> {}));
    }
}
