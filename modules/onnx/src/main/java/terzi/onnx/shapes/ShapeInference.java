package terzi.onnx.shapes;

import java.util.Collections;
import java.util.Map;
import terzi.onnx.Model;
import terzi.onnx.TensorType;

/**
 * Infers element types and shapes of the values of a graph by the ONNX specification of each operator.
 *
 * <p>The operators of image networks and of the code that exporters add around them are known; symbolic axes such as
 * {@code N} and shapes that the graph computes are followed. Behind an unknown operator, values stay without a type;
 * nothing is guessed.
 */
public final class ShapeInference {
    private ShapeInference() {}

    /**
     * Infers the types of inputs, initializers and node outputs of the main graph, and merges them with the declared
     * types.
     *
     * @param model the model, valid or not
     * @return types by value name, in the order of the graph; values of unknown type are missing
     */
    public static Map<String, TensorType> infer(Model model) {
        return Collections.unmodifiableMap(Inference.run(model, problem -> {}));
    }
}
