package terzi.training.torchscript;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import terzi.onnx.Model;
import terzi.onnx.Node;
import terzi.onnx.Tensor;
import terzi.onnx.ValueInfo;

/**
 * Undoes an exporter's habit: initializers that happen to be equal are stored once and reach their other users through Identity nodes. Training must change
 * each on its own, so every such Identity becomes an initializer, and every running statistic that something else uses too gets a copy. Another initializer
 * that several nodes use directly is a tie that the author meant, and stays.
 */
final class SeparateInitializers {
    private SeparateInitializers() {}

    static Model in(Model model) {
        return ownStatistics(withoutIdentities(model));
    }

    private static Model withoutIdentities(Model model) {
        Map<String, Tensor> initializers = new HashMap<>();
        model.graph().initializers().forEach(tensor -> initializers.put(tensor.name(), tensor));
        Set<String> outputs =
                model.graph().outputs().stream().map(ValueInfo::name).collect(Collectors.toSet());
        List<Tensor> all = new ArrayList<>(model.graph().initializers());
        List<Node> nodes = new ArrayList<>();
        for (Node node : model.graph().nodes()) {
            Tensor shared =
                    node.is("Identity") && !outputs.contains(node.outputs().get(0))
                            ? initializers.get(node.inputs().get(0))
                            : null;
            if (shared == null) {
                nodes.add(node);
            } else {
                Tensor own = shared.withName(node.outputs().get(0));
                initializers.put(own.name(), own);
                all.add(own);
            }
        }
        return nodes.size() == model.graph().nodes().size() ? model : rewritten(model, nodes, all);
    }

    private static Model ownStatistics(Model model) {
        Map<String, Tensor> initializers = new HashMap<>();
        model.graph().initializers().forEach(tensor -> initializers.put(tensor.name(), tensor));
        Map<String, Long> uses = model.graph().nodes().stream()
                .flatMap(node -> node.inputs().stream())
                .collect(Collectors.groupingBy(name -> name, Collectors.counting()));
        List<Tensor> all = new ArrayList<>(model.graph().initializers());
        List<Node> nodes = new ArrayList<>();
        for (Node node : model.graph().nodes()) {
            List<String> inputs = new ArrayList<>(node.inputs());
            for (int i = 3; node.is("BatchNormalization") && i < inputs.size(); i++) {
                Tensor shared = initializers.get(inputs.get(i));
                if (shared != null && uses.getOrDefault(shared.name(), 0L) > 1) {
                    Tensor own =
                            shared.withName(shared.name() + "/" + node.outputs().get(0) + "/" + i);
                    all.add(own);
                    inputs.set(i, own.name());
                }
            }
            nodes.add(inputs.equals(node.inputs()) ? node : node.withInputs(inputs));
        }
        return all.size() == model.graph().initializers().size() ? model : rewritten(model, nodes, all);
    }

    private static Model rewritten(Model model, List<Node> nodes, List<Tensor> initializers) {
        return model.withGraph(model.graph().withNodes(nodes).withInitializers(initializers));
    }
}
