package terzi.onnx;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A graph: nodes in an order in which they can run, and the constants they use.
 *
 * @param name for people
 * @param nodes in topological order
 * @param initializers constants by name: the weights
 * @param inputs declared inputs; before IR version 4 initializers had to be declared here too, see {@link #trueInputs}
 * @param outputs declared outputs, in order
 * @param values declared types of intermediate values; optional knowledge
 * @param origin what else the file said, such as sparse initializers and quantization annotations
 */
public record Graph(
        String name,
        List<Node> nodes,
        List<Tensor> initializers,
        List<ValueInfo> inputs,
        List<ValueInfo> outputs,
        List<ValueInfo> values,
        Origin origin) {
    public Graph {
        Objects.requireNonNull(name, "name");
        nodes = List.copyOf(nodes);
        initializers = List.copyOf(initializers);
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        values = List.copyOf(values);
        Objects.requireNonNull(origin, "origin");
    }

    /** A new graph without declared intermediate values. */
    public Graph(
            String name, List<Node> nodes, List<Tensor> initializers, List<ValueInfo> inputs, List<ValueInfo> outputs) {
        this(name, nodes, initializers, inputs, outputs, List.of(), Origin.NONE);
    }

    /** The initializer called {@code tensorName}; a linear search, so index them yourself when asking for many. */
    public Optional<Tensor> initializer(String tensorName) {
        return initializers.stream().filter(t -> t.name().equals(tensorName)).findFirst();
    }

    /** The inputs a caller must give: those that no initializer provides. */
    public List<ValueInfo> trueInputs() {
        Set<String> given = new HashSet<>();
        initializers.forEach(t -> given.add(t.name()));
        sparseInitializers().forEach(t -> given.add(t.name()));
        return inputs.stream().filter(i -> !given.contains(i.name())).toList();
    }

    /** Sparse initializers that the file has; they are kept and cannot be edited. */
    public List<SparseTensor> sparseInitializers() {
        return GraphCodec.sparseInitializers(origin);
    }

    /** The node that makes the value {@code valueName}; a linear search. */
    public Optional<Node> producer(String valueName) {
        return nodes.stream().filter(n -> n.outputs().contains(valueName)).findFirst();
    }

    /** The same graph under another name. */
    public Graph withName(String newName) {
        return new Graph(newName, nodes, initializers, inputs, outputs, values, origin);
    }

    /** The same graph with other nodes. */
    public Graph withNodes(List<Node> newNodes) {
        return new Graph(name, newNodes, initializers, inputs, outputs, values, origin);
    }

    /** The same graph with other constants. */
    public Graph withInitializers(List<Tensor> newInitializers) {
        return new Graph(name, nodes, newInitializers, inputs, outputs, values, origin);
    }

    /** The same graph with other declared inputs. */
    public Graph withInputs(List<ValueInfo> newInputs) {
        return new Graph(name, nodes, initializers, newInputs, outputs, values, origin);
    }

    /** The same graph with other declared outputs. */
    public Graph withOutputs(List<ValueInfo> newOutputs) {
        return new Graph(name, nodes, initializers, inputs, newOutputs, values, origin);
    }

    /** The same graph with other declared intermediate values. */
    public Graph withValues(List<ValueInfo> newValues) {
        return new Graph(name, nodes, initializers, inputs, outputs, newValues, origin);
    }
}
