package terzi.onnx.shapes;

import java.util.List;
import java.util.Optional;
import terzi.onnx.Dim;
import terzi.onnx.Model;
import terzi.onnx.Node;
import terzi.onnx.Tensor;
import terzi.onnx.TensorType;

/** Shape inference one node at a time, for rewrites that choose the next node by what is known so far. */
public final class ShapeWalk {
    private final Inference inference;

    /**
     * Begins before the first node.
     *
     * @param model its inputs, initializers and declared types are known from the start; its nodes are not
     */
    public ShapeWalk(Model model) {
        this.inference = Inference.begun(model);
    }

    /**
     * Adds a constant.
     *
     * @param constant under the name of its value
     */
    public void add(Tensor constant) {
        inference.add(constant);
    }

    /**
     * Adds a node whose inputs have been added.
     *
     * @param node the next node
     */
    public void add(Node node) {
        inference.add(node);
    }

    /**
     * {@return the type of a value that was added; empty if it is not known}
     *
     * @param value name of the value
     */
    public Optional<TensorType> type(String value) {
        return inference.type(value);
    }

    /**
     * {@return the axes of a value that was added; empty if their number is not known}
     *
     * @param value name of the value
     */
    public Optional<List<Dim>> shape(String value) {
        return type(value).flatMap(TensorType::shape);
    }
}
