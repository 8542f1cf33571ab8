package terzi.training.finetune;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import terzi.onnx.Attribute;
import terzi.onnx.DataType;
import terzi.onnx.Graph;
import terzi.onnx.Model;
import terzi.onnx.Node;
import terzi.onnx.Tensor;
import terzi.onnx.ValueInfo;

/** Nodes, tensors and outputs that are added to a network, under names that it does not have. */
final class GraphPart {
    private final Model network;
    private final String prefix;
    private final List<Node> nodes;
    private final List<Tensor> tensors;
    private final List<ValueInfo> outputs;

    /**
     * @param name of the part; networks that had such a part before may still have its names
     * @param replaced a node that is left out, with the tensors that it alone takes, or none
     */
    GraphPart(Model network, String name, List<Node> replaced) {
        Graph graph = network.graph();
        this.network = network;
        this.prefix = freePrefix(graph, name);
        this.nodes = new ArrayList<>(graph.nodes());
        this.tensors = new ArrayList<>(graph.initializers());
        this.outputs = new ArrayList<>(graph.outputs());
        for (Node node : replaced) {
            nodes.remove(node);
            tensors.removeIf(
                    tensor -> node.inputs().subList(1, node.inputs().size()).contains(tensor.name()));
        }
    }

    private static String freePrefix(Graph graph, String name) {
        Set<String> names = new HashSet<>();
        graph.nodes().forEach(node -> names.addAll(node.outputs()));
        graph.initializers().forEach(tensor -> names.add(tensor.name()));
        String free = name + "/";
        for (int number = 2; isTaken(names, free); number++) {
            free = name + number + "/";
        }
        return free;
    }

    private static boolean isTaken(Set<String> names, String prefix) {
        return names.stream().anyMatch(name -> name.startsWith(prefix));
    }

    Model build() {
        return network.withGraph(
                network.graph().withNodes(nodes).withInitializers(tensors).withOutputs(outputs));
    }

    /** A name within this part. */
    String name(String name) {
        return prefix + name;
    }

    void output(ValueInfo output) {
        outputs.add(output);
    }

    String node(String name, String opType, List<String> inputs) {
        return add(Node.of(prefix + name, opType, inputs, List.of(prefix + name)));
    }

    String node(String name, String opType, List<String> inputs, String key, Attribute value) {
        return add(
                Node.of(prefix + name, opType, inputs, List.of(prefix + name)).with(key, value));
    }

    String cast(String name, String value, DataType type) {
        return node(name, "Cast", List.of(value), "to", Attribute.of(type.onnxCode()));
    }

    /** A node under a name of its own, such as an output's. */
    String add(Node node) {
        nodes.add(node);
        return node.outputs().get(0);
    }

    String scalar(String name, double value) {
        return keep(Tensor.scalar(prefix + name, (float) value));
    }

    String longs(String name, long... values) {
        return keep(Tensor.ofLongs(prefix + name, values));
    }

    String tensor(String name, float[] values, long... dims) {
        return keep(Tensor.ofFloats(prefix + name, dims, values));
    }

    private String keep(Tensor tensor) {
        tensors.add(tensor);
        return tensor.name();
    }
}
