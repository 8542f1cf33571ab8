package terzi.backbones;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import terzi.onnx.Attribute;
import terzi.onnx.DataType;
import terzi.onnx.Dim;
import terzi.onnx.Graph;
import terzi.onnx.Model;
import terzi.onnx.Node;
import terzi.onnx.Tensor;
import terzi.onnx.TensorType;
import terzi.onnx.ValueInfo;
import terzi.onnx.rewrite.Cut;
import terzi.onnx.rewrite.ReplaceHead;

/**
 * Completes a network without a classification head, such as DINOv2: computes its features from its outputs and puts a head of
 * zeros for one class behind them, which fine-tuning replaces.
 */
final class FeatureTail {
    private static final String TOKENS = "last_hidden_state";
    private static final String POOLER = "pooler_output";
    private static final List<String> VECTOR_OPERATORS = List.of("Add", "Mul", "LayerNormalization");

    private FeatureTail() {}

    /**
     * Where the features of a network are that nobody has located: empty if its answer is not a sequence of tokens, which means
     * that it has a head of its own.
     *
     * @param modelType {@code model_type} of a {@code config.json}, or empty
     * @param remarks gets a sentence with the choice
     */
    static Optional<FeatureLocation> assumed(Graph graph, String modelType, List<String> remarks) {
        if (graph.outputs().isEmpty() || !isTokens(ReplaceHead.answer(graph))) {
            return Optional.empty();
        }
        FeatureLocation location = modelType.startsWith("siglip") || modelType.startsWith("clip")
                ? FeatureLocation.POOLER_OUTPUT
                : modelType.equals("dinov2") ? FeatureLocation.CLS_AND_MEAN : FeatureLocation.CLS;
        remarks.add("the network has no classification head: its features are assumed at " + location
                + "; name another place with #, as in NETWORK#cls+mean");
        return Optional.of(location);
    }

    /**
     * The network with the outputs {@code logits} {@code [N, 1]}, all zero, and {@code features} {@code [N, F]}.
     *
     * @param location not {@link FeatureLocation#POOLED}
     * @param file for messages
     * @throws BackboneException if the network has no such outputs
     */
    static Model apply(Model model, FeatureLocation location, String file) throws BackboneException {
        Emission emission = new Emission(model, file);
        String features =
                switch (location) {
                    case CLS -> emission.first();
                    case MEAN -> emission.mean(emission.tokens());
                    case CLS_AND_MEAN -> emission.joined();
                    case POOLER_OUTPUT -> emission.pooler();
                    case POOLED -> throw new IllegalArgumentException("the head of the network itself needs no tail");
                };
        return emission.finished(features, (location == FeatureLocation.CLS_AND_MEAN ? 2 : 1) * emission.width());
    }

    private static boolean isTokens(ValueInfo value) {
        return rank(value) == 3 || (rank(value) < 0 && value.name().equals(TOKENS));
    }

    private static int rank(ValueInfo value) {
        return value.tensorType().map(type -> type.rank().orElse(-1)).orElse(-1);
    }

    private static final class Emission {
        private final Model model;
        private final String file;
        private final List<Node> nodes;
        private final List<Tensor> initializers;
        private String source = "";

        Emission(Model model, String file) {
            this.model = model;
            this.file = file;
            this.nodes = new ArrayList<>(model.graph().nodes());
            this.initializers = new ArrayList<>(model.graph().initializers());
        }

        String tokens() throws BackboneException {
            source = output(TOKENS)
                    .or(() -> model.graph().outputs().stream()
                            .filter(FeatureTail::isTokens)
                            .findFirst())
                    .map(ValueInfo::name)
                    .orElseThrow(() -> missing("tokens [N,T,F]"));
            return source;
        }

        String first() throws BackboneException {
            String index = constant(Tensor.scalar("terzi.first", 0L));
            return node("Gather", "terzi.cls", List.of(tokens(), index), Optional.of("axis"));
        }

        String joined() throws BackboneException {
            String first = first();
            List<String> range = List.of(
                    source,
                    constant(Tensor.ofLongs("terzi.second", 1L)),
                    constant(Tensor.ofLongs("terzi.end", Long.MAX_VALUE)),
                    constant(Tensor.ofLongs("terzi.axis", 1L)));
            String mean = mean(node("Slice", "terzi.others", range, Optional.empty()));
            return node("Concat", "terzi.cls_and_mean", List.of(first, mean), Optional.of("axis"));
        }

        String mean(String tokens) {
            boolean isAttribute = model.opset() < 18;
            List<String> inputs =
                    isAttribute ? List.of(tokens) : List.of(tokens, constant(Tensor.ofLongs("terzi.token_axis", 1L)));
            Node mean = Node.of("terzi.mean", "ReduceMean", inputs, List.of("terzi.mean"))
                    .with("keepdims", Attribute.of(0));
            nodes.add(isAttribute ? mean.with("axes", Attribute.ints(1)) : mean);
            return "terzi.mean";
        }

        String pooler() throws BackboneException {
            ValueInfo pooler = output(POOLER).orElseThrow(() -> missing("output " + POOLER));
            source = pooler.name();
            return rank(pooler) == 2 ? source : node("Flatten", "terzi.pooled", List.of(source), Optional.of("axis"));
        }

        /** F of the tokens or of the pooler's output. */
        int width() throws BackboneException {
            return width(output(source))
                    .or(() -> width(Cut.at(model, List.of(source)).graph().outputs().stream()
                            .findFirst()))
                    .or(() -> widthOfOperand(source))
                    .orElseThrow(() -> new BackboneException(file + ": the number of features in its output " + source
                            + " is not known; export it again with a fixed last axis"));
        }

        private static Optional<Integer> width(Optional<ValueInfo> value) {
            return value.flatMap(ValueInfo::tensorType)
                    .flatMap(TensorType::shape)
                    .map(shape -> shape.get(shape.size() == 3 ? 2 : 1))
                    .filter(Dim.Fixed.class::isInstance)
                    .map(dim -> Math.toIntExact(((Dim.Fixed) dim).size()));
        }

        /**
         * The last axis of a value that exporters do not declare: a vector of more than one number that is added to it or scales
         * it has one for each place of that axis, as the bias of the last LayerNorm does.
         */
        private Optional<Integer> widthOfOperand(String value) {
            Optional<Node> producer = model.graph().producer(value);
            if (producer.isEmpty()) {
                return Optional.empty();
            }
            Node node = producer.get();
            if (node.is("Identity") || node.is("Cast")) {
                return widthOfOperand(node.inputs().get(0));
            }
            return VECTOR_OPERATORS.stream().noneMatch(node::is)
                    ? Optional.empty()
                    : node.inputs().stream()
                            .flatMap(input -> constantOf(input).stream())
                            .filter(tensor -> tensor.rank() == 1 && tensor.dims()[0] > 1)
                            .findFirst()
                            .map(tensor -> Math.toIntExact(tensor.dims()[0]));
        }

        /** Exporters write equal constants once and hand them on by Identity. */
        private Optional<Tensor> constantOf(String value) {
            Optional<Tensor> tensor = model.graph().initializer(value);
            return tensor.isPresent()
                    ? tensor
                    : model.graph()
                            .producer(value)
                            .filter(node -> node.is("Identity"))
                            .flatMap(node -> constantOf(node.inputs().get(0)));
        }

        Model finished(String features, int width) {
            String weight = constant(Tensor.ofFloats("terzi.head.weight", new long[] {1, width}, new float[width]));
            String bias = constant(Tensor.ofFloats("terzi.head.bias", new long[] {1}, new float[1]));
            String logits = "terzi.logits";
            nodes.add(Node.of("terzi.head", "Gemm", List.of(features, weight, bias), List.of(logits))
                    .with("transB", Attribute.of(1)));
            return model.withGraph(model.graph()
                    .withNodes(nodes)
                    .withInitializers(initializers)
                    .withOutputs(
                            List.of(new ValueInfo(logits, TensorType.of(DataType.FLOAT, Dim.of("N"), Dim.of(1))))));
        }

        private Optional<ValueInfo> output(String name) {
            return model.graph().outputs().stream()
                    .filter(value -> value.name().equals(name))
                    .findFirst();
        }

        private BackboneException missing(String what) {
            return new BackboneException(file + ": has no " + what + "; its outputs are "
                    + model.graph().outputs().stream()
                            .map(value -> value.name() + " " + value.type())
                            .collect(Collectors.joining(", "))
                    + ". Name another place of the features after #: cls, mean, cls+mean, pooler_output or pooled");
        }

        private String constant(Tensor tensor) {
            initializers.add(tensor);
            return tensor.name();
        }

        /** @param axis name of the attribute for axis 1, if the operator has one */
        private String node(String operator, String name, List<String> inputs, Optional<String> axis) {
            Node node = Node.of(name, operator, inputs, List.of(name));
            nodes.add(axis.isPresent() ? node.with(axis.get(), Attribute.of(1)) : node);
            return name;
        }
    }
}
