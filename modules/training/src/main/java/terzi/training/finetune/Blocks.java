package terzi.training.finetune;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import terzi.onnx.DataType;
import terzi.onnx.Graph;
import terzi.onnx.Model;
import terzi.onnx.Node;
import terzi.onnx.Tensor;
import terzi.onnx.TensorType;
import terzi.onnx.ValueInfo;
import terzi.onnx.shapes.ShapeInference;
import terzi.training.recipe.Depth;

/**
 * A network divided at the values that everything passes through. A block begins at such a value, has weights, and takes
 * the activations and pools that follow it; the head is no block.
 */
record Blocks(List<Block> blocks) {
    private static final Set<String> WEIGHTED = Set.of("Conv", "ConvTranspose", "Gemm", "MatMul");
    private static final Set<String> POOLS = Set.of("Conv", "MaxPool", "AveragePool", "LpPool");

    Blocks {
        blocks = List.copyOf(blocks);
    }

    /**
     * One block.
     *
     * @param takes the value that it begins at
     * @param shrinks whether it makes the image smaller
     * @param weights names of the initializers that its nodes use
     */
    record Block(String takes, boolean shrinks, Set<String> weights) {
        Block {
            weights = Set.copyOf(weights);
        }
    }

    /** @param network with one input, up to and including the value {@code features}, its one output */
    static Blocks of(Model network) {
        Graph graph = network.graph();
        Set<String> constants = new HashSet<>();
        graph.initializers().stream().map(Tensor::name).forEach(constants::add);
        List<Node> nodes = new ArrayList<>();
        for (Node node : graph.nodes()) {
            if (constants.containsAll(takes(node))) {
                constants.addAll(node.outputs());
            } else {
                nodes.add(node);
            }
        }
        Map<String, TensorType> types = ShapeInference.infer(network);
        List<Block> blocks = new ArrayList<>();
        String start = graph.trueInputs().get(0).name();
        List<Node> run = new ArrayList<>();
        Segment segment = new Segment(start);
        for (int i = 0; i < nodes.size(); i++) {
            run.add(nodes.get(i));
            String only = onlyLiveValue(graph, nodes, i, constants);
            if (only.isEmpty() || !isCuttable(types.get(only))) {
                continue;
            }
            boolean weighted =
                    run.stream().anyMatch(node -> WEIGHTED.contains(node.opType()) && usesAny(node, constants));
            if (weighted && segment.weighted) {
                blocks.add(segment.block());
                segment = new Segment(start);
            }
            segment.add(run, weighted, constants);
            run.clear();
            start = only;
        }
        segment.add(run, false, constants);
        if (segment.weighted) {
            blocks.add(segment.block());
        }
        return new Blocks(blocks);
    }

    /** What has been gathered for the block in progress. */
    private static final class Segment {
        private final String takes;
        private final Set<String> weights = new HashSet<>();
        private boolean weighted;
        private boolean shrinks;

        Segment(String takes) {
            this.takes = takes;
        }

        void add(List<Node> nodes, boolean hasWeights, Set<String> constants) {
            weighted |= hasWeights;
            for (Node node : nodes) {
                takes(node).stream().filter(constants::contains).forEach(weights::add);
                shrinks |= POOLS.contains(node.opType())
                        && node.ints("strides").stream()
                                .flatMapToLong(Arrays::stream)
                                .anyMatch(s -> s > 1);
            }
        }

        Block block() {
            return new Block(takes, shrinks, weights);
        }
    }

    private static List<String> takes(Node node) {
        return node.inputs().stream().filter(input -> !input.isEmpty()).toList();
    }

    private static boolean usesAny(Node node, Set<String> constants) {
        return takes(node).stream().anyMatch(constants::contains);
    }

    private static boolean isCuttable(@Nullable TensorType type) {
        return type != null
                && type.elementType() == DataType.FLOAT
                && type.rank().orElse(0) >= 2;
    }

    /** The one value that the nodes after {@code last} and the outputs take from before; empty when there are several. */
    private static String onlyLiveValue(Graph graph, List<Node> nodes, int last, Set<String> constants) {
        Set<String> made = new HashSet<>();
        graph.trueInputs().stream().map(ValueInfo::name).forEach(made::add);
        for (int i = 0; i <= last; i++) {
            made.addAll(nodes.get(i).outputs());
        }
        Set<String> live = new HashSet<>();
        for (int i = last + 1; i < nodes.size(); i++) {
            for (String value : takes(nodes.get(i))) {
                if (made.contains(value) && !constants.contains(value)) {
                    live.add(value);
                }
            }
        }
        graph.outputs().stream().map(ValueInfo::name).filter(made::contains).forEach(live::add);
        return live.size() == 1 ? live.iterator().next() : "";
    }

    /** How many blocks learn at this depth: 0 for none, all of them at most. */
    int learning(Depth depth) {
        if (depth instanceof Depth.Blocks last) {
            return Math.min(last.blocks(), blocks.size());
        } else if (depth instanceof Depth.Stages stages) {
            int left = stages.stages();
            for (int i = blocks.size() - 1; i >= 0; i--) {
                if (blocks.get(i).shrinks() && --left == 0) {
                    return blocks.size() - i;
                }
            }
            return blocks.size();
        }
        return depth instanceof Depth.All ? blocks.size() : 0;
    }

    /** The value that the last {@code count} blocks begin at. */
    String cut(int count) {
        return blocks.get(blocks.size() - count).takes();
    }

    /** For each weight the share of the head's learning rate: {@code decay} to the power of its block's distance. */
    Map<String, Double> rates(double decay, int learning) {
        Map<String, Double> rates = new HashMap<>();
        for (int i = 0; i < blocks.size(); i++) {
            int distance = blocks.size() - i;
            double rate = distance > learning ? 0 : Math.pow(decay, distance);
            blocks.get(i).weights().forEach(weight -> rates.put(weight, rate));
        }
        return rates;
    }
}
