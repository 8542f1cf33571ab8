package terzi.onnx.rewrite;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import terzi.onnx.Attribute;
import terzi.onnx.Graph;
import terzi.onnx.Model;
import terzi.onnx.Node;
import terzi.onnx.Tensor;

/**
 * Replaces {@code Constant} nodes of the main graph by initializers of the same names, so that there is one kind of
 * constant. Sparse constants and those in subgraphs stay.
 */
public final class LiftConstants {

    private LiftConstants() {}

    /**
     * {@return the model with its constants as initializers; the same object if it has no {@code Constant} node}
     *
     * @param model the model
     */
    public static Model apply(Model model) {
        Graph graph = model.graph();
        List<Node> nodes = new ArrayList<>();
        List<Tensor> initializers = new ArrayList<>(graph.initializers());
        for (Node node : graph.nodes()) {
            Optional<Tensor> value = node.is("Constant") ? value(node) : Optional.empty();
            value.ifPresentOrElse(initializers::add, () -> nodes.add(node));
        }
        if (nodes.size() == graph.nodes().size()) {
            return model;
        }
        return GraphIndex.edited(model, Prune.apply(graph.withNodes(nodes).withInitializers(initializers)));
    }

    private static Optional<Tensor> value(Node node) {
        String name = node.outputs().get(0);
        return node.attributes().values().stream().findFirst().flatMap(attribute -> value(name, attribute));
    }

    private static Optional<Tensor> value(String name, Attribute attribute) {
        if (attribute instanceof Attribute.TensorValue tensor) {
            return Optional.of(tensor.value().withName(name));
        } else if (attribute instanceof Attribute.Float number) {
            return Optional.of(Tensor.scalar(name, number.value()));
        } else if (attribute instanceof Attribute.Int number) {
            return Optional.of(Tensor.scalar(name, number.value()));
        } else if (attribute instanceof Attribute.Str text) {
            return Optional.of(Tensor.ofStrings(name, new long[0], text.value()));
        } else if (attribute instanceof Attribute.Floats numbers) {
            return Optional.of(
                    Tensor.ofFloats(name, new long[] {numbers.values().size()}, numbers.toArray()));
        } else if (attribute instanceof Attribute.Ints numbers) {
            return Optional.of(Tensor.ofLongs(name, numbers.toArray()));
        } else if (attribute instanceof Attribute.Strings texts) {
            return Optional.of(Tensor.ofStrings(
                    name, new long[] {texts.values().size()}, texts.values().toArray(new String[0])));
        }
        return Optional.empty();
    }
}
