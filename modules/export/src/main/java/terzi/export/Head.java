package terzi.export;

import java.util.Optional;
import terzi.onnx.Graph;
import terzi.onnx.Node;
import terzi.onnx.Tensor;

/**
 * The last linear layer of a network, found in its graph: {@code Gemm}, or {@code MatMul} with or without {@code Add}.
 *
 * @param features the value it takes, {@code [N, F]}
 * @param weight name of its weights
 * @param classesFirst whether the weights are {@code [K, F]} rather than {@code [F, K]}
 * @param featureCount F
 */
record Head(String features, String weight, boolean classesFirst, long featureCount) {

    static Optional<Head> of(Graph graph, String logits) {
        Optional<Node> last = graph.producer(logits);
        while (last.isPresent() && last.get().is("Identity")) {
            last = graph.producer(last.get().inputs().get(0));
        }
        if (last.isEmpty()) {
            return Optional.empty();
        }
        Node node = last.get();
        if (node.is("Gemm")) {
            boolean plain = node.intAttribute("transA", 0) == 0
                    && node.floatAttribute("alpha", 1) == 1
                    && node.floatAttribute("beta", 1) == 1;
            return plain ? linear(graph, node, node.intAttribute("transB", 0) == 1) : Optional.empty();
        }
        if (node.is("MatMul")) {
            return linear(graph, node, false);
        }
        if (node.is("Add")) {
            // the bias may stand on either side
            for (int side = 0; side < 2; side++) {
                Optional<Node> product = graph.producer(node.inputs().get(side));
                boolean bias = graph.initializer(node.inputs().get(1 - side)).isPresent();
                if (bias && product.isPresent() && product.get().is("MatMul")) {
                    return linear(graph, product.get(), false);
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<Head> linear(Graph graph, Node node, boolean classesFirst) {
        String features = node.inputs().get(0);
        String weight = node.inputs().get(1);
        Optional<Tensor> tensor = graph.initializer(weight);
        if (tensor.isEmpty()
                || tensor.get().rank() != 2
                || graph.initializer(features).isPresent()) {
            return Optional.empty();
        }
        long count = tensor.get().dims()[classesFirst ? 1 : 0];
        return Optional.of(new Head(features, weight, classesFirst, count));
    }
}
