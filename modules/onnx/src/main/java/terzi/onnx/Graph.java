package terzi.onnx;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A graph: nodes in topological order and the constants that they use.
 *
 * @param name descriptive name
 * @param nodes the nodes; each comes after the producers of its inputs
 * @param initializers constant tensors, which nodes refer to by name: the weights
 * @param inputs declared inputs; before IR version 4 initializers had to be declared here too, see {@link #trueInputs}
 * @param outputs declared outputs, in order
 * @param values declared types of intermediate values; may be incomplete or empty
 * @param origin fields of the file that this record does not model, such as sparse initializers and quantization
 *     annotations
 */
public record Graph(
        String name,
        List<Node> nodes,
        List<Tensor> initializers,
        List<ValueInfo> inputs,
        List<ValueInfo> outputs,
        List<ValueInfo> values,
        Origin origin) {
    /**
     * Creates a graph from copies of the lists, without checking it.
     *
     * @param name descriptive name
     * @param nodes the nodes
     * @param initializers constant tensors, which nodes refer to by name: the weights
     * @param inputs declared inputs
     * @param outputs declared outputs, in order
     * @param values declared types of intermediate values
     * @param origin fields of the file that this record does not model, such as sparse initializers and quantization
     *     annotations
     */
    public Graph {
        Objects.requireNonNull(name, "name");
        nodes = List.copyOf(nodes);
        initializers = List.copyOf(initializers);
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        values = List.copyOf(values);
        Objects.requireNonNull(origin, "origin");
    }

    /**
     * Creates a graph without declared intermediate values.
     *
     * @param name descriptive name
     * @param nodes the nodes, in topological order
     * @param initializers constant tensors
     * @param inputs declared inputs
     * @param outputs declared outputs, in order
     */
    public Graph(
            String name, List<Node> nodes, List<Tensor> initializers, List<ValueInfo> inputs, List<ValueInfo> outputs) {
        this(name, nodes, initializers, inputs, outputs, List.of(), Origin.NONE);
    }

    /**
     * Finds an initializer by a linear search; build a map for many look-ups.
     *
     * @param tensorName name of the initializer
     * @return the initializer; empty if there is none of that name
     */
    public Optional<Tensor> initializer(String tensorName) {
        return initializers.stream().filter(t -> t.name().equals(tensorName)).findFirst();
    }

    /** {@return the inputs that a caller must provide: those without an initializer of the same name} */
    public List<ValueInfo> trueInputs() {
        Set<String> given = new HashSet<>();
        initializers.forEach(t -> given.add(t.name()));
        sparseInitializers().forEach(t -> given.add(t.name()));
        return inputs.stream().filter(i -> !given.contains(i.name())).toList();
    }

    /** {@return the sparse initializers of the file, which are kept but cannot be edited} */
    public List<SparseTensor> sparseInitializers() {
        return origin.sparseInitializers();
    }

    /**
     * Finds the producer of a value by a linear search.
     *
     * @param valueName name of the value
     * @return the node with that output; empty for inputs, initializers and unknown names
     */
    public Optional<Node> producer(String valueName) {
        return nodes.stream().filter(n -> n.outputs().contains(valueName)).findFirst();
    }

    /**
     * {@return a copy of this graph with another name}
     *
     * @param newName descriptive name
     */
    public Graph withName(String newName) {
        return new Graph(newName, nodes, initializers, inputs, outputs, values, origin);
    }

    /**
     * {@return a copy of this graph with other nodes}
     *
     * @param newNodes the nodes, in topological order
     */
    public Graph withNodes(List<Node> newNodes) {
        return new Graph(name, newNodes, initializers, inputs, outputs, values, origin);
    }

    /**
     * {@return a copy of this graph with other initializers}
     *
     * @param newInitializers constant tensors
     */
    public Graph withInitializers(List<Tensor> newInitializers) {
        return new Graph(name, nodes, newInitializers, inputs, outputs, values, origin);
    }

    /**
     * {@return a copy of this graph with other declared inputs}
     *
     * @param newInputs the inputs
     */
    public Graph withInputs(List<ValueInfo> newInputs) {
        return new Graph(name, nodes, initializers, newInputs, outputs, values, origin);
    }

    /**
     * {@return a copy of this graph with other declared outputs}
     *
     * @param newOutputs the outputs, in order
     */
    public Graph withOutputs(List<ValueInfo> newOutputs) {
        return new Graph(name, nodes, initializers, inputs, newOutputs, values, origin);
    }

    /**
     * {@return a copy of this graph with other declared intermediate values}
     *
     * @param newValues types of intermediate values; may be incomplete or empty
     */
    public Graph withValues(List<ValueInfo> newValues) {
        return new Graph(name, nodes, initializers, inputs, outputs, newValues, origin);
    }
}
