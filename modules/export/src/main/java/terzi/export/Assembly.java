package terzi.export;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import terzi.images.Preprocessing;
import terzi.onnx.Attribute;
import terzi.onnx.DataType;
import terzi.onnx.Dim;
import terzi.onnx.Graph;
import terzi.onnx.Model;
import terzi.onnx.Tensor;
import terzi.onnx.TensorType;
import terzi.onnx.ValueInfo;
import terzi.onnx.build.GraphBuilder;
import terzi.onnx.rewrite.Head;
import terzi.onnx.rewrite.PooledMaps;
import terzi.onnx.rewrite.ReplaceHead;

/** Builds the graph of a classifier file around a network. */
final class Assembly {

    private static final long OPSET = 18;
    private static final String FEATURES = "features";
    private static final String ACTIVATION_MAP = "activation_map";
    private static final String STRANGENESS = "strangeness";

    private final Model network;
    private final ClassifierSpec spec;
    private final GraphBuilder builder;
    /** Names that values of the network have in the classifier. */
    private final Map<String, String> inner = new HashMap<>();

    Assembly(Model network, ClassifierSpec spec) {
        this.network = network;
        this.spec = spec;
        this.builder = new GraphBuilder("classifier", network.opset());
    }

    Model build() {
        if (network.opset() < OPSET) {
            throw new IllegalArgumentException("network " + network.graph().name() + " is written in opset "
                    + network.opset() + ", a classifier file needs " + OPSET + " or newer; convert it first");
        }
        Graph graph = network.graph();
        requireInput(graph);
        if (graph.outputs().isEmpty()) {
            throw new IllegalArgumentException(
                    "network " + graph.name() + " has no output; the first must be the logits");
        }
        String logits = graph.outputs().get(0).name();
        int classes = spec.labels().size();
        requireType(graph.outputs().get(0), "the first output to be logits of " + classes + " labels", classes);
        for (ValueInfo output : graph.outputs()) {
            if (output.name().equals(STRANGENESS)) {
                requireType(output, "the output '" + STRANGENESS + "' to be float32");
            }
        }
        boolean declared = isOutput(graph, FEATURES);
        // where a network names its features, a linear layer on something else is no head on them
        Optional<Head> head = ReplaceHead.search(network, logits)
                .filter(h -> h.weight().isPresent()
                        && h.classes().equals(OptionalLong.of(spec.labels().size())))
                .filter(h -> !declared || h.takes().equals(FEATURES));
        Optional<PooledMaps> maps = head.flatMap(h -> PooledMaps.of(network, h.takes()));

        network.opsets().forEach(builder::opset);
        String input = new ImageGraph(builder, spec.preprocessing()).add();
        inner.putAll(builder.inline(
                exposed(graph, logits, head, maps),
                Map.of(graph.trueInputs().get(0).name(), input)));

        String scores = claim(value(logits), "logits");
        String divided = scores;
        if (spec.temperature() != 1) {
            String temperature = builder.initializer(Tensor.scalar("answer/temperature", spec.temperature()));
            divided = builder.node("answer/calibrated", "Div", List.of(scores, temperature), Map.of());
        }
        String softmax = builder.node("answer/softmax", "Softmax", List.of(divided), Map.of("axis", Attribute.of(1)));
        builder.output(claim(softmax, "probabilities"), type(classes));
        builder.output("logits", type(classes));
        addFeatures(graph, head);
        if (isOutput(graph, ACTIVATION_MAP)) {
            addMap(value(ACTIVATION_MAP));
        } else if (maps.isPresent()) {
            addMap(weighted(head.orElseThrow(), maps.get()));
        }
        if (isOutput(graph, STRANGENESS)) {
            builder.output(claim(value(STRANGENESS), STRANGENESS), TensorType.of(DataType.FLOAT, Dim.of("N")));
        }
        return builder.build().withFunctions(network.functions()).withProducer("terzi", TerziVersion.current());
    }

    /** The network with all values as outputs that are needed here, under whatever names they have. */
    private static Graph exposed(Graph graph, String logits, Optional<Head> head, Optional<PooledMaps> maps) {
        Map<String, ValueInfo> outputs = new LinkedHashMap<>();
        List<String> names = new ArrayList<>(List.of(logits));
        List.of(FEATURES, ACTIVATION_MAP, STRANGENESS).stream()
                .filter(name -> isOutput(graph, name))
                .forEach(names::add);
        head.ifPresent(h -> {
            names.add(h.takes());
            names.add(h.weight().orElseThrow().value());
        });
        maps.ifPresent(pooled -> names.add(pooled.maps()));
        names.forEach(name -> outputs.put(name, new ValueInfo(name, TensorType.of(DataType.FLOAT))));
        return graph.withOutputs(List.copyOf(outputs.values()));
    }

    private void addFeatures(Graph graph, Optional<Head> head) {
        boolean declared = isOutput(graph, FEATURES);
        if (!declared && head.isEmpty()) {
            return;
        }
        String value = value(declared ? FEATURES : head.orElseThrow().takes());
        Dim count = head.map(h -> Dim.of(h.width())).orElse(Dim.of("F"));
        TensorType type = TensorType.of(DataType.FLOAT, Dim.of("N"), count);
        builder.output(claim(value, FEATURES), type);
    }

    private static boolean isOutput(Graph graph, String name) {
        return graph.outputs().stream().anyMatch(output -> output.name().equals(name));
    }

    /** Class activation maps: the head's weights applied at every place of the maps instead of to their mean. */
    private String weighted(Head linear, PooledMaps pooled) {
        Head.Weight given = linear.weight().orElseThrow();
        String weight = value(given.value());
        if (!given.classesFirst()) {
            weight =
                    builder.node("maps/transposed", "Transpose", List.of(weight), Map.of("perm", Attribute.ints(1, 0)));
        }
        if (pooled.width() < linear.width()) {
            List<String> own = List.of(
                    weight,
                    builder.initializer(Tensor.ofLongs("maps/from", 0)),
                    builder.initializer(Tensor.ofLongs("maps/to", pooled.width())),
                    builder.initializer(Tensor.ofLongs("maps/axis", 1)));
            weight = builder.node("maps/own", "Slice", own, Map.of());
        }
        String shape =
                builder.initializer(Tensor.ofLongs("maps/shape", spec.labels().size(), pooled.width(), 1, 1));
        String kernel = builder.node("maps/kernel", "Reshape", List.of(weight, shape), Map.of());
        return builder.node("maps/weighted", "Conv", List.of(value(pooled.maps()), kernel), Map.of());
    }

    private void addMap(String value) {
        builder.output(
                claim(value, ACTIVATION_MAP),
                TensorType.of(
                        DataType.FLOAT, Dim.of("N"), Dim.of(spec.labels().size()), Dim.of("map_h"), Dim.of("map_w")));
    }

    private static TensorType type(int classes) {
        return TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(classes));
    }

    private String value(String name) {
        String value = inner.get(name);
        if (value == null) {
            throw new IllegalStateException("value " + name + " was lost while the network was moved");
        }
        return value;
    }

    /** Gives a value the name of an output, also where another value inside the network has it. */
    private String claim(String value, String name) {
        if (!value.equals(name)) {
            if (builder.has(name)) {
                rename(name, builder.fresh(name));
            }
            rename(value, name);
        }
        return name;
    }

    private void rename(String value, String name) {
        builder.rename(value, name);
        inner.replaceAll((original, current) -> current.equals(value) ? name : current);
    }

    private void requireInput(Graph graph) {
        Preprocessing wanted = spec.preprocessing();
        List<Dim> shape = List.of(
                Dim.of("N"), Dim.of(wanted.channels().count()), Dim.of(wanted.height()), Dim.of(wanted.width()));
        List<ValueInfo> inputs = graph.trueInputs();
        boolean fits = inputs.size() == 1
                && inputs.get(0).tensorType().isPresent()
                && fits(inputs.get(0).tensorType().get(), shape);
        if (!fits) {
            throw new IllegalArgumentException("network " + graph.name() + ": expected one float input " + shape
                    + " with N free, as the preprocessing gives it; found " + inputs);
        }
    }

    private static boolean fits(TensorType type, List<Dim> wanted) {
        if (type.elementType() != DataType.FLOAT) {
            return false;
        }
        if (type.shape().isEmpty()) {
            return true;
        }
        List<Dim> shape = type.shape().get();
        if (shape.size() != wanted.size() || shape.get(0) instanceof Dim.Fixed) {
            return false;
        }
        for (int i = 1; i < wanted.size(); i++) {
            if (shape.get(i) instanceof Dim.Fixed && !shape.get(i).equals(wanted.get(i))) {
                return false;
            }
        }
        return true;
    }

    /** @param dims those after N */
    private void requireType(ValueInfo output, String what, long... dims) {
        List<Dim> wanted = new ArrayList<>(List.of(Dim.of("N")));
        Arrays.stream(dims).mapToObj(Dim::of).forEach(wanted::add);
        boolean fits =
                output.tensorType().isPresent() && fits(output.tensorType().get(), wanted);
        if (!fits) {
            throw new IllegalArgumentException(
                    "network " + network.graph().name() + ": expected " + what + ", " + wanted + "; found " + output);
        }
    }
}
