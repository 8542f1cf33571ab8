package terzi.runs;

import java.util.List;
import terzi.onnx.Model;
import terzi.onnx.ValueInfo;
import terzi.onnx.shapes.ModelSummary;

/**
 * Inputs, outputs and layers of a network with their shapes and parameters.
 *
 * @param inputs inputs of the graph without its weights
 * @param outputs outputs of the graph
 * @param parameters number of all parameters, trainable or not
 * @param trainableParameters number of parameters that training changes by gradient
 * @param nonTrainableParameters number of other parameters, such as running means
 * @param weightBytes bytes of all parameters in the file
 * @param graph the graph's name
 * @param layers one row for each node except constants, in order
 * @param head the head that fine-tuning would replace, or the reason why the network has none
 */
public record NetworkSummary(
        List<Value> inputs,
        List<Value> outputs,
        long parameters,
        long trainableParameters,
        long nonTrainableParameters,
        long weightBytes,
        String graph,
        List<ModelSummary.Row> layers,
        String head) {
    /**
     * An input or output of the graph.
     *
     * @param name its name in the graph
     * @param type element type and shape, such as {@code float32[N,3,224,224]}
     */
    public record Value(String name, String type) {}

    /**
     * Checks and copies the components.
     *
     * @param inputs inputs of the graph without its weights
     * @param outputs outputs of the graph
     * @param parameters number of all parameters, trainable or not
     * @param trainableParameters number of parameters that training changes by gradient
     * @param nonTrainableParameters number of other parameters, such as running means
     * @param weightBytes bytes of all parameters in the file
     * @param graph the graph's name
     * @param layers one row for each node except constants, in order
     * @param head the head that fine-tuning would replace, or the reason why the network has none
     */
    public NetworkSummary {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        layers = List.copyOf(layers);
    }

    static NetworkSummary of(Model model) {
        ModelSummary summary = ModelSummary.of(model);
        return new NetworkSummary(
                values(model.graph().trueInputs()),
                values(model.graph().outputs()),
                summary.total(),
                summary.trainable(),
                summary.nonTrainable(),
                summary.weightBytes(),
                summary.name(),
                summary.rows(),
                NetworkText.head(model));
    }

    private static List<Value> values(List<ValueInfo> values) {
        return values.stream()
                .map(value -> new Value(value.name(), value.type().toString()))
                .toList();
    }

    /**
     * {@return the layers as a table, in the layout of Keras's {@code model.summary()}}
     *
     * @param columns width of the table in characters, into which long names of layers are cut
     */
    public String table(int columns) {
        return new ModelSummary(graph, layers, trainableParameters, nonTrainableParameters, weightBytes)
                .text(columns)
                .stripTrailing();
    }
}
