package terzi.onnx.rewrite;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import terzi.onnx.Attribute;
import terzi.onnx.DataType;
import terzi.onnx.Dim;
import terzi.onnx.Graph;
import terzi.onnx.Model;
import terzi.onnx.Node;
import terzi.onnx.Tensor;
import terzi.onnx.TensorType;
import terzi.onnx.ValueInfo;
import terzi.onnx.ValueType;
import terzi.onnx.build.Initialization;
import terzi.onnx.build.Renaming;

/**
 * Finds the classification head of a network and replaces it: the first step of fine-tuning. The result follows the
 * convention of {@link terzi.onnx.build.Sequential}: input {@code input}, outputs {@code logits} {@code [N, K]} and
 * {@code features} {@code [N, F]}. Other outputs and the nodes that only they depend on are removed.
 */
public final class ReplaceHead {

    private ReplaceHead() {}

    /**
     * Finds the head of a classifier, starting from its {@link #answer output}: the last Gemm, MatMul with or without
     * Add, or 1x1 Conv, followed only by softmax, pooling and changes of shape. In a network with an output {@code features}
     * {@code [N, F]}, it is all that is behind that value: fine-tuned heads begin with more than a Gemm.
     *
     * @param model the classifier
     * @return the head
     * @throws IllegalArgumentException if the network does not end in such a head; the message says where the search
     *     stopped
     */
    public static Head find(Model model) {
        Model lifted = LiftConstants.apply(model);
        Graph graph = lifted.graph();
        if (graph.outputs().isEmpty()) {
            throw new IllegalArgumentException("graph " + graph.name() + ": has no output, so it has no head");
        }
        HeadSearch search = new HeadSearch(lifted);
        Optional<Head> behindFeatures = behindFeatures(lifted);
        try {
            Head found = search.from(answer(graph).name());
            return behindFeatures
                    .filter(head -> comesFrom(lifted, found.takes(), head.takes()))
                    .orElse(found);
        } catch (IllegalArgumentException e) {
            return behindFeatures.orElseThrow(() -> e);
        }
    }

    /** Whether a value is computed from another one. */
    private static boolean comesFrom(Model model, String value, String other) {
        return !value.equals(other)
                && Cut.at(model, List.of(value)).graph().nodes().stream()
                        .anyMatch(node -> node.outputs().contains(other));
    }

    private static Optional<Head> behindFeatures(Model model) {
        if (model.graph().outputs().stream().noneMatch(output -> output.name().equals("features"))) {
            return Optional.empty();
        }
        try {
            // classifier files declare the width by a name, which would hide the number
            Model plain = model.withGraph(model.graph().withOutputs(List.of(answer(model.graph()))));
            return Optional.of(at(plain, "features")).filter(head -> head.rank() == 2);
        } catch (IllegalArgumentException unknownWidth) {
            return Optional.empty();
        }
    }

    /**
     * {@return the head whose output is a value of the caller's choice, as {@link #find(Model)} finds it; empty if no head
     * computes that value}
     *
     * @param model a classifier
     * @param answer name of a value in its graph
     */
    public static Optional<Head> search(Model model, String answer) {
        HeadSearch search = new HeadSearch(LiftConstants.apply(model));
        try {
            return Optional.of(search.from(answer));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /**
     * {@return the output of a classifier with its logits or probabilities: the one named {@code logits}, otherwise the
     * first that is not named {@code features}}
     *
     * @param graph a graph with at least one output
     */
    public static ValueInfo answer(Graph graph) {
        return graph.outputs().stream()
                .min(Comparator.comparingInt(output -> rank(output.name()))) // the first of the least
                .orElseThrow();
    }

    /** How far an output is from being that of the classifier, by the names of the convention. */
    private static int rank(String output) {
        return output.equals("logits") ? 0 : output.equals("features") ? 2 : 1;
    }

    /**
     * {@return the head that consists of all nodes behind a value}
     *
     * @param model the classifier
     * @param takes name of a value {@code [N, F]} or {@code [N, F, h, w]} with a fixed F
     * @throws IllegalArgumentException if the value does not exist, or its shape does not fit or is not known
     */
    public static Head at(Model model, String takes) {
        Model cut = Cut.at(model, List.of(takes));
        Set<Node> kept = new HashSet<>(cut.graph().nodes());
        List<String> nodes = model.graph().nodes().stream()
                .filter(node -> !kept.contains(node))
                .map(HeadSearch::name)
                .toList();
        List<Dim> shape = cut.graph()
                .outputs()
                .get(0)
                .tensorType()
                .flatMap(TensorType::shape)
                .orElse(List.of());
        if ((shape.size() != 2 && shape.size() != 4) || !(shape.get(1) instanceof Dim.Fixed width)) {
            throw new IllegalArgumentException(
                    "value " + takes + ": a head takes [N,F] or [N,F,h,w] with a known F, this is "
                            + cut.graph().outputs().get(0).type());
        }
        return new Head(
                Head.Kind.CHOSEN,
                takes,
                shape.size(),
                Math.toIntExact(width.size()),
                OptionalLong.empty(),
                nodes,
                Optional.empty());
    }

    /**
     * {@return the network with a new dense head, its weights by {@link Initialization#PYTORCH}}
     *
     * @param model the network
     * @param head the head of this model to replace
     * @param classes number of classes K, at least 1
     * @param seed random seed of the weights; equal seeds give equal weights on every machine
     * @throws IllegalArgumentException if {@code classes} is below 1, the model does not have the input of the head, or
     *     the network has several inputs
     */
    public static Model apply(Model model, Head head, int classes, long seed) {
        if (classes < 1) {
            throw new IllegalArgumentException("a head needs at least one class, not " + classes);
        }
        long[] dims = {classes, head.width()};
        // a layer index of its own, so that a head starts alike on every backbone
        long layer = Integer.MAX_VALUE;
        return apply(
                model,
                head,
                Initialization.PYTORCH.weight("weight", dims, seed, layer),
                Initialization.PYTORCH.bias("bias", dims, seed, layer));
    }

    /**
     * {@return the network with a new dense head of given weights}
     *
     * @param model the network
     * @param head the head of this model to replace
     * @param weight float32 {@code [K, F]}
     * @param bias float32 {@code [K]}
     * @throws IllegalArgumentException if weight and bias do not fit the head, the model does not have the input of the
     *     head, or the network has several inputs
     */
    public static Model apply(Model model, Head head, Tensor weight, Tensor bias) {
        requireFit(head, weight, bias);
        Graph cut = Cut.at(LiftConstants.apply(model), List.of(head.takes())).graph();
        List<ValueInfo> inputs = cut.trueInputs();
        if (inputs.size() != 1) {
            throw new IllegalArgumentException(
                    "graph " + cut.name() + ": training takes networks with one input, this has "
                            + inputs.stream().map(ValueInfo::name).toList());
        }
        Graph body = conventionalNames(cut, inputs.get(0).name(), head);
        String takes = body.outputs().get(0).name();
        GraphIndex index = new GraphIndex(body);
        List<Node> nodes = new ArrayList<>(body.nodes());
        List<Tensor> initializers = new ArrayList<>(body.initializers());
        String features = takes;
        if (head.rank() == 4) {
            String pooled = index.claim("head.gap");
            features = index.claim("features");
            nodes.add(Node.of(pooled, "GlobalAveragePool", List.of(takes), List.of(pooled)));
            nodes.add(Node.of("head.flatten", "Flatten", List.of(pooled), List.of(features)));
        } else if (takes.equals("input")) {
            features = index.claim("features");
            nodes.add(Node.of("head.features", "Identity", List.of(takes), List.of(features)));
        }
        String weightName = index.claim("head.weight");
        String biasName = index.claim("head.bias");
        initializers.add(weight.withName(weightName));
        initializers.add(bias.withName(biasName));
        nodes.add(Node.of("head", "Gemm", List.of(features, weightName, biasName), List.of("logits"))
                .with("transB", Attribute.of(1)));
        Dim batch = batch(body.trueInputs().get(0).type());
        Graph graph = body.withNodes(nodes)
                .withInitializers(initializers)
                .withOutputs(List.of(
                        new ValueInfo("logits", TensorType.of(DataType.FLOAT, batch, Dim.of(weight.dims()[0]))),
                        new ValueInfo("features", TensorType.of(DataType.FLOAT, batch, Dim.of(head.width())))));
        return GraphIndex.edited(model, graph);
    }

    private static void requireFit(Head head, Tensor weight, Tensor bias) {
        boolean fits = weight.type() == DataType.FLOAT
                && bias.type() == DataType.FLOAT
                && weight.rank() == 2
                && weight.dims()[1] == head.width()
                && bias.rank() == 1
                && bias.dims()[0] == weight.dims()[0];
        if (!fits) {
            throw new IllegalArgumentException("head at " + head.takes() + ": needs a weight float32[K," + head.width()
                    + "] and a bias float32[K], given are " + weight.tensorType() + " and " + bias.tensorType());
        }
    }

    /** Frees the names of the convention where other values have them, and gives them to those that should. */
    private static Graph conventionalNames(Graph cut, String input, Head head) {
        GraphIndex index = new GraphIndex(cut);
        Map<String, String> names = new LinkedHashMap<>();
        for (String reserved : List.of("input", "logits", "features")) {
            if (index.has(reserved)) {
                names.put(reserved, index.claim(reserved));
            }
        }
        if (head.rank() == 2) {
            names.put(head.takes(), "features");
        }
        names.put(input, "input");
        return Renaming.apply(cut, names);
    }

    private static Dim batch(ValueType input) {
        return input instanceof TensorType tensor && tensor.rank().orElse(0) > 0
                ? tensor.shape().orElseThrow().get(0)
                : Dim.of("N");
    }
}
