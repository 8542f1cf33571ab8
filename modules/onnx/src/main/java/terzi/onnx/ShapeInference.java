package terzi.onnx;

import java.util.Map;

/** Works out element types and shapes of a graph's values. */
public final class ShapeInference {
    private ShapeInference() {}

    /**
     * The types of all values of the main graph that can be worked out: inputs, initializers and results of nodes.
     *
     * @return by value name; a value nothing is known about has no entry
     */
    public static Map<String, TensorType> infer(Model model) {
        return Map.of();
    }
}
