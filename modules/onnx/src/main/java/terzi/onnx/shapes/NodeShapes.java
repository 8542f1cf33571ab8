package terzi.onnx.shapes;

import java.util.List;
import java.util.Optional;
import terzi.onnx.DataType;
import terzi.onnx.Dim;
import terzi.onnx.Graph;
import terzi.onnx.Node;
import terzi.onnx.Tensor;
import terzi.onnx.TensorType;

/** A node as its shape rule sees it: what is known about its inputs, and where to put what follows for its outputs. */
final class NodeShapes {
    /** Ends a rule that asked for something nobody knows. */
    static final class NotKnown extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private NotKnown() {
            // an everyday event and not an error: no stack trace
            super(null, null, false, false);
        }
    }

    private final Inference inference;
    private final Node node;

    NodeShapes(Inference inference, Node node) {
        this.inference = inference;
        this.node = node;
    }

    /** Ends the rule: nothing more can be said. */
    static NotKnown notKnown() {
        return new NotKnown();
    }

    Node node() {
        return node;
    }

    long opset() {
        return inference.opset();
    }

    int inputCount() {
        return node.inputs().size();
    }

    int outputCount() {
        return node.outputs().size();
    }

    boolean hasInput(int index) {
        return node.input(index).isPresent();
    }

    Optional<TensorType> typeIfKnown(int index) {
        return node.input(index).flatMap(inference::type);
    }

    Optional<List<Dim>> shapeIfKnown(int index) {
        return typeIfKnown(index).flatMap(TensorType::shape);
    }

    /** The element type of an input; ends the rule if it is not known. */
    DataType element(int index) {
        return typeIfKnown(index).orElseThrow(NodeShapes::notKnown).elementType();
    }

    /** The shape of an input; ends the rule if it is not known. */
    List<Dim> shape(int index) {
        return shapeIfKnown(index).orElseThrow(NodeShapes::notKnown);
    }

    /** The elements of a small integer input, some of them perhaps not known; ends the rule if it is no such input. */
    List<Quantity> integers(int index) {
        return integersIfKnown(index).orElseThrow(NodeShapes::notKnown);
    }

    Optional<List<Quantity>> integersIfKnown(int index) {
        return node.input(index).flatMap(inference::integers);
    }

    /** The elements of a small integer input as numbers; ends the rule if one is not known. */
    long[] numbers(int index) {
        return integers(index).stream()
                .mapToLong(q -> q.number().orElseThrow(NodeShapes::notKnown))
                .toArray();
    }

    /** The element of an integer input that has one; ends the rule if it is not known or there are more. */
    long number(int index) {
        long[] numbers = numbers(index);
        if (numbers.length != 1) {
            throw notKnown();
        }
        return numbers[0];
    }

    /** The elements of a small constant float input; ends the rule if it is not a constant. */
    float[] floats(int index) {
        return node.input(index).flatMap(inference::floats).orElseThrow(NodeShapes::notKnown);
    }

    /** An attribute that became an input in a later opset: from whichever has it; empty when neither does. */
    Optional<long[]> attributeOrInput(String attribute, int input) {
        Optional<long[]> value = node.ints(attribute);
        return value.isPresent() || !hasInput(input) ? value : Optional.of(numbers(input));
    }

    /** {@code axis} counted from the front; ends the rule if the tensor has no such axis. */
    int axis(long axis, int rank) {
        long fromFront = axis < 0 ? axis + rank : axis;
        if (fromFront < 0 || fromFront >= rank) {
            problem("axis " + axis + " does not exist, the tensor has " + rank + " axes");
            throw notKnown();
        }
        return (int) fromFront;
    }

    /** As {@link #axis}, for each of several. */
    int[] axes(long[] axes, int rank) {
        int[] fromFront = new int[axes.length];
        for (int i = 0; i < axes.length; i++) {
            fromFront[i] = axis(axes[i], rank);
        }
        return fromFront;
    }

    /** The types of a subgraph's outputs. */
    List<Optional<TensorType>> outputsOf(Graph subgraph) {
        return inference.outputsOf(subgraph);
    }

    /** Says what an output is; outputs the node does not have are passed over. */
    void output(int index, TensorType type) {
        node.output(index).ifPresent(name -> inference.put(node, name, type));
    }

    void output(int index, DataType element, List<Dim> shape) {
        output(index, TensorType.of(element, shape));
    }

    /** Says what the only output is. */
    void output(DataType element, List<Dim> shape) {
        output(0, element, shape);
    }

    /** Says what integers the first output holds. */
    void integers(List<Quantity> values) {
        node.output(0).ifPresent(name -> inference.putIntegers(name, values));
    }

    /** Says that the first output is a constant. */
    void constant(Tensor value) {
        output(0, value.tensorType());
        node.output(0).ifPresent(name -> inference.putConstant(name, value));
    }

    /** Reports a contradiction. */
    void problem(String message) {
        inference.problem(node.describe(opset()) + ": " + message);
    }
}
