package terzi.backbones.keras;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import terzi.onnx.DataType;
import terzi.onnx.Dim;
import terzi.onnx.TensorType;
import terzi.onnx.build.GraphBuilder;
import tools.jackson.databind.JsonNode;

/** Walks a network and lets each layer's rule write it into a graph. */
final class NetworkEmitter {
    private final GraphBuilder graph;
    private final LayerEmission.Dialect dialect;

    NetworkEmitter(GraphBuilder graph, LayerEmission.Dialect dialect) {
        this.graph = graph;
        this.dialect = dialect;
    }

    /** Whether all layers have channels first or last; a file with both is refused. */
    static LayerEmission.Dialect dialect(SavedNetwork saved) throws KerasFormatException {
        Set<String> formats = new LinkedHashSet<>();
        collectFormats(saved.network(), formats);
        if (formats.size() > 1) {
            throw new KerasFormatException("network " + saved.network().name()
                    + ": some layers have channels first and others last, which is not supported");
        }
        return new LayerEmission.Dialect(formats.contains("channels_first"), saved.major());
    }

    private static void collectFormats(KerasNetwork network, Set<String> formats) throws KerasFormatException {
        for (KerasCall call : network.calls()) {
            LayerConfig config = call.layer().config();
            if (config.has("data_format")) {
                formats.add(config.text("data_format", ""));
            }
            if (call.layer().nested().isPresent()) {
                collectFormats(call.layer().nested().get(), formats);
            }
        }
    }

    /** Declares the graph's input and gives the value that the network starts from. */
    KerasValue input(List<Integer> shape) {
        List<Dim> dims = new ArrayList<>();
        dims.add(Dim.of("N"));
        if (shape.size() == 3) {
            dims.add(Dim.of(shape.get(2)));
            dims.add(shape.get(0) == KerasValue.FREE ? Dim.of("H") : Dim.of(shape.get(0)));
            dims.add(shape.get(1) == KerasValue.FREE ? Dim.of("W") : Dim.of(shape.get(1)));
        } else if (shape.size() == 2) {
            // a gray image without an axis for its channel
            dims.add(Dim.of(1));
            shape.forEach(size -> dims.add(Dim.of(size)));
        } else {
            shape.forEach(size -> dims.add(Dim.of(size)));
        }
        String name = graph.input("input", TensorType.of(DataType.FLOAT, dims));
        if (shape.size() == 2) {
            String axes = graph.freshInitializer(terzi.onnx.Tensor.ofLongs("input.channel", 1));
            name = graph.node(graph.fresh("input.gray"), "Squeeze", List.of(name, axes), Map.of());
        }
        return new KerasValue(name, shape);
    }

    /**
     * Writes all layers.
     *
     * @param prefix of the names of nodes: empty, or the network's own name and a dot when it is a layer of another
     * @return the network's results
     */
    List<KerasValue> emit(KerasNetwork network, List<KerasValue> inputs, String prefix) throws IOException {
        Map<ValueRef, KerasValue> values = new HashMap<>();
        if (inputs.size() != network.inputs().size()) {
            throw new KerasFormatException("network " + network.name() + ": has "
                    + network.inputs().size() + " inputs, given are " + inputs.size());
        }
        for (int i = 0; i < inputs.size(); i++) {
            values.put(network.inputs().get(i), inputs.get(i));
        }
        List<KerasCall> waiting = new ArrayList<>(network.calls());
        boolean hasProgress = true;
        while (!waiting.isEmpty() && hasProgress) {
            hasProgress = false;
            for (Iterator<KerasCall> calls = waiting.iterator(); calls.hasNext(); ) {
                KerasCall call = calls.next();
                if (values.keySet().containsAll(call.values())) {
                    calls.remove();
                    hasProgress = true;
                    emit(call, values, prefix);
                }
            }
        }
        List<KerasValue> results = new ArrayList<>();
        for (ValueRef output : network.outputs()) {
            KerasValue value = values.get(output);
            if (value == null) {
                throw new KerasFormatException("network " + network.name() + ": no layer gives its output " + output);
            }
            results.add(value);
        }
        return results;
    }

    private void emit(KerasCall call, Map<ValueRef, KerasValue> values, String prefix) throws IOException {
        KerasLayer layer = call.layer();
        ValueRef result = new ValueRef(layer.name(), call.node(), 0);
        if (layer.className().equals("InputLayer")) {
            if (!values.containsKey(result)) {
                throw new KerasFormatException(layer.config().where() + ": is not among the network's inputs");
            }
            return;
        }
        List<KerasValue> inputs = new ArrayList<>();
        List<JsonNode> constants = new ArrayList<>();
        for (KerasCall.Argument argument : call.arguments()) {
            argument.value()
                    .ifPresentOrElse(ref -> inputs.add(values.get(ref)), () -> constants.add(argument.constant()));
        }
        if (layer.nested().isPresent()) {
            List<KerasValue> results = emit(layer.nested().get(), inputs, prefix + layer.name() + ".");
            for (int i = 0; i < results.size(); i++) {
                values.put(new ValueRef(layer.name(), call.node(), i), results.get(i));
            }
            return;
        }
        LayerRule rule = LayerRules.of(layer);
        LayerEmission emission = new LayerEmission(graph, dialect, prefix + layer.name(), layer, inputs, constants);
        try {
            values.put(result, rule.apply(emission));
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new KerasFormatException(layer.config().where() + ": " + e.getMessage(), e);
        }
    }
}
