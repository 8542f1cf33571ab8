package terzi.training.torchscript;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import terzi.onnx.Graph;
import terzi.onnx.Model;
import terzi.onnx.Node;
import terzi.onnx.Tensor;

/**
 * An ONNX graph as TorchScript text, with the values that training changes taken out of it.
 *
 * @param source TorchScript, ready for {@link ScriptModule#load}, with the method (and what it calls)
 *     <pre>{@code def network(self, x: Tensor, p: List[Tensor], b: List[Tensor], training: bool) -> List[Tensor]}</pre>
 *     {@code x} is the graph's one input in float32, such as {@code [N,C,H,W]}; {@code p} and {@code b} are float32 tensors in the order of {@code parameters}
 *     and {@code buffers}; {@code training} turns dropout on and makes BatchNormalization use the batch's own statistics and update the running ones
 *     in {@code b} in place. The method returns all outputs of the graph in their order, in float32.
 * @param parameters what gradients change: weights, biases, scales
 * @param buffers what gradients do not change: running means and variances, and other constants
 * @param precision the number format that convolutions and matrix products are computed in
 * @param model the graph that was compiled: in its form for inference, and with initializers of its own for every node that the file let share one
 */
public record CompiledGraph(
        String source, List<Slot> parameters, List<Slot> buffers, Precision precision, Model model) {
    /**
     * Creates a compiled graph from copies of the lists.
     *
     * @param source TorchScript with the method {@code network}
     * @param parameters what gradients change
     * @param buffers what gradients do not change
     * @param precision number format of convolutions and matrix products
     * @param model the graph that was compiled
     */
    public CompiledGraph {
        Objects.requireNonNull(source, "source");
        parameters = List.copyOf(parameters);
        buffers = List.copyOf(buffers);
        Objects.requireNonNull(precision, "precision");
        Objects.requireNonNull(model, "model");
    }

    /**
     * One tensor that the method takes.
     *
     * @param initializer the name of its value in {@link CompiledGraph#model()}: an initializer, or for some constants the output of a Constant node
     * @param shape its axes
     * @param decays whether weight decay applies: true for the weights of convolutions and matrix products, false for norms, biases and buffers
     */
    public record Slot(String initializer, List<Long> shape, boolean decays) {
        /**
         * Creates a slot from a copy of the shape.
         *
         * @param initializer the name of its value in the model
         * @param shape its axes
         * @param decays whether weight decay applies
         */
        public Slot {
            Objects.requireNonNull(initializer, "initializer");
            shape = List.copyOf(shape);
        }

        /** {@return the shape as an array of its own} */
        public long[] dims() {
            return shape.stream().mapToLong(Long::longValue).toArray();
        }

        /** {@return the number of elements; 1 for a scalar} */
        public long elementCount() {
            return shape.stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact);
        }
    }

    /**
     * Returns the values that the model has for a slot.
     *
     * @param slot of this graph
     * @return the elements, row by row
     * @throws IllegalArgumentException if the slot belongs to another graph
     */
    public float[] initialValues(Slot slot) {
        Graph graph = model.graph();
        return graph.initializer(slot.initializer())
                .or(() -> graph.producer(slot.initializer()).flatMap(CompiledGraph::constant))
                .orElseThrow(() -> new IllegalArgumentException(
                        "graph " + graph.name() + " has no value named " + slot.initializer()))
                .floats();
    }

    /**
     * Puts other values into the graph.
     *
     * @param newValues by initializer name, each as long as its slot; initializers that are not named keep their values
     * @return the same graph with these values, ready for inference
     * @throws IllegalArgumentException if a name is not that of a parameter or buffer, or a length does not fit
     */
    public Model withValues(Map<String, float[]> newValues) {
        Map<String, Slot> slots = Stream.concat(parameters.stream(), buffers.stream())
                .collect(Collectors.toMap(Slot::initializer, slot -> slot));
        newValues.forEach((name, values) -> {
            Slot slot = slots.get(name);
            if (slot == null) {
                throw new IllegalArgumentException(
                        "graph " + model.graph().name() + " has no parameter or buffer named " + name);
            }
            if (slot.elementCount() != values.length) {
                throw new IllegalArgumentException("initializer " + name + ": expected " + slot.elementCount()
                        + " values for shape " + slot.shape() + ", found " + values.length);
            }
        });
        Graph graph = model.graph();
        return model.withGraph(graph.withInitializers(graph.initializers().stream()
                .map(tensor -> {
                    float[] values = newValues.get(tensor.name());
                    return values == null ? tensor : Tensor.ofFloats(tensor.name(), tensor.dims(), values);
                })
                .toList()));
    }

    private static Optional<Tensor> constant(Node node) {
        return node.tensor("value").or(() -> node.floats("value_floats")
                .map(values -> Tensor.ofFloats(node.outputs().get(0), new long[] {values.length}, values)));
    }
}
