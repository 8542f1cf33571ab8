package terzi.training.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import terzi.onnx.Dim;
import terzi.onnx.Graph;
import terzi.onnx.Model;
import terzi.onnx.Node;
import terzi.onnx.Tensor;
import terzi.onnx.TensorType;
import terzi.onnx.ValueInfo;
import terzi.onnx.shapes.ShapeInference;

/**
 * A value of a network that has features for each place of the image.
 *
 * @param value its name
 * @param layout how its axes lie
 * @param first how many tokens stand before those of places, such as a class token
 * @param height rows of places
 * @param width columns of places
 */
record MapLayer(String value, Layout layout, int first, int height, int width) {

    /** Axes of a value with places. */
    enum Layout {
        /** {@code [N, F, h, w]}. */
        CHANNELS_FIRST(0),
        /** {@code [N, h, w, F]}. */
        CHANNELS_LAST(1),
        /** {@code [N, first + h * w, F]}. */
        TOKENS(2);

        /** What the script of {@link GradCam} calls it. */
        final int code;

        Layout(int code) {
            this.code = code;
        }
    }

    /** A map with fewer rows or columns says little about a place. */
    private static final int MIN_CELLS = 4;

    /** Class, distillation and register tokens; DINOv2 has up to 5. */
    private static final int MOST_OTHER_TOKENS = 8;

    /** Convolutions without padding make a map smaller by these many cells, in both directions alike. */
    private static final long MOST_CUT_OFF = 8;

    private static final Set<String> ATTENTION = Set.of("Softmax", "Attention", "MultiHeadAttention");

    private static final Set<String> FOLLOWS = Set.of(
            "BatchNormalization",
            "Relu",
            "LeakyRelu",
            "PRelu",
            "Elu",
            "Selu",
            "Gelu",
            "Mish",
            "Sigmoid",
            "HardSigmoid",
            "HardSwish",
            "Tanh",
            "Clip",
            "Mul",
            "Add",
            "Identity",
            "Dropout");

    /** The shorter edge; large where it is not known. */
    private int cells() {
        return Math.min(height, width);
    }

    /**
     * Finds the last value with places: the output of a convolution, with what follows it place by place, or the sum of two
     * branches. Attention moves what a token knows to other tokens, and behind the last one a class token needs no other:
     * where there is attention, the value lies before the last of it. One with too few cells is taken only where there is no
     * other.
     *
     * @param network one input, an image {@code [N, C, height, width]}
     * @throws IllegalArgumentException if there is none
     */
    static MapLayer last(Model network, int height, int width) {
        Graph graph = network.graph();
        String input = graph.trueInputs().get(0).name();
        Model sized = network.withGraph(graph.withInputs(graph.inputs().stream()
                .map(value -> value.name().equals(input) ? sized(value, height, width) : value)
                .toList()));
        Finder finder = new Finder(graph, ShapeInference.infer(sized), height, width);
        List<Node> nodes = graph.nodes();
        int end = nodes.size();
        for (int i = 0; i < nodes.size(); i++) {
            end = ATTENTION.contains(nodes.get(i).opType()) ? i : end;
        }
        List<MapLayer> all = nodes.subList(0, end).stream()
                .flatMap(node -> finder.layer(node).stream())
                .toList();
        for (int least : new int[] {MIN_CELLS, 2, 1}) {
            List<MapLayer> layers =
                    all.stream().filter(layer -> layer.cells() >= least).toList();
            if (!layers.isEmpty()) {
                return layers.get(layers.size() - 1);
            }
        }
        throw new IllegalArgumentException("network " + graph.name()
                + ": no value in it has features for each place of the image, so there is nothing to show where it saw"
                + " something");
    }

    private static ValueInfo sized(ValueInfo image, int height, int width) {
        TensorType type = image.tensorType().orElseThrow();
        List<Dim> dims = new ArrayList<>(type.shape().orElse(List.of()));
        if (dims.size() != 4) {
            return image;
        }
        dims.set(2, Dim.of(height));
        dims.set(3, Dim.of(width));
        return image.withType(type.withShape(dims));
    }

    private static final class Finder {
        private final Graph graph;
        private final Map<String, TensorType> types;
        private final int height;
        private final int width;
        private final Dim batch;
        private final Set<String> constants;

        Finder(Graph graph, Map<String, TensorType> types, int height, int width) {
            this.graph = graph;
            this.types = types;
            this.height = height;
            this.width = width;
            this.batch = graph.trueInputs()
                    .get(0)
                    .tensorType()
                    .flatMap(TensorType::shape)
                    .orElseThrow()
                    .get(0);
            this.constants = graph.initializers().stream().map(Tensor::name).collect(Collectors.toSet());
        }

        Optional<MapLayer> layer(Node node) {
            boolean sums = node.is("Add") && node.inputs().stream().noneMatch(constants::contains);
            String value = node.outputs().get(0);
            if (node.is("Conv") && isOfUnknownSize(dims(value))) {
                return Optional.of(
                        new MapLayer(followed(value), Layout.CHANNELS_FIRST, 0, Integer.MAX_VALUE, Integer.MAX_VALUE));
            }
            return node.is("Conv") || sums ? at(followed(value)) : Optional.empty();
        }

        private static boolean isOfUnknownSize(List<Dim> dims) {
            return dims.isEmpty()
                    || (dims.size() == 4 && !dims.subList(2, 4).stream().allMatch(Dim.Fixed.class::isInstance));
        }

        /** Goes on through norms, activations and additions, as long as only one node takes the value. */
        private String followed(String from) {
            String value = from;
            while (true) {
                String current = value;
                List<Node> takers = graph.nodes().stream()
                        .filter(node -> node.inputs().contains(current))
                        .toList();
                boolean goesOn = takers.size() == 1
                        && takers.get(0).domain().isEmpty()
                        && FOLLOWS.contains(takers.get(0).opType());
                if (!goesOn || at(value).map(MapLayer::layout).orElse(null) != Layout.CHANNELS_FIRST) {
                    return value;
                }
                String next = takers.get(0).outputs().get(0);
                if (!dims(next).equals(dims(value))) {
                    return value;
                }
                value = next;
            }
        }

        private Optional<MapLayer> at(String value) {
            List<Dim> dims = dims(value);
            List<Long> sizes = dims.stream()
                    .map(dim -> dim instanceof Dim.Fixed fixed ? fixed.size() : -1L)
                    .toList();
            if (dims.isEmpty() || !dims.get(0).equals(batch)) {
                return Optional.empty();
            } else if (dims.size() == 4 && isGrid(sizes.get(2), sizes.get(3))) {
                return Optional.of(layer(value, Layout.CHANNELS_FIRST, sizes.get(2), sizes.get(3)));
            } else if (dims.size() == 4 && isGrid(sizes.get(1), sizes.get(2))) {
                return Optional.of(layer(value, Layout.CHANNELS_LAST, sizes.get(1), sizes.get(2)));
            }
            return dims.size() == 3 ? tokens(value, sizes.get(1)) : Optional.empty();
        }

        private static MapLayer layer(String value, Layout layout, long height, long width) {
            return new MapLayer(value, layout, 0, (int) height, (int) width);
        }

        /** Whether rows and columns are as many as those of the image, but for the step and for what kernels cut off. */
        private boolean isGrid(long rows, long columns) {
            long cut = MOST_CUT_OFF * Math.abs(height - width);
            return rows >= 1
                    && columns >= 1
                    && rows <= height
                    && columns <= width
                    && Math.abs(rows * width - columns * height) <= Math.max(height, width) + cut;
        }

        private Optional<MapLayer> tokens(String value, long count) {
            for (int others = 0; others <= MOST_OTHER_TOKENS; others++) {
                for (int step = 1; step <= Math.min(height, width); step++) {
                    int rows = height / step;
                    int columns = width / step;
                    if (rows * (long) columns + others == count) {
                        return Optional.of(new MapLayer(value, Layout.TOKENS, others, rows, columns));
                    }
                }
            }
            return Optional.empty();
        }

        private List<Dim> dims(String value) {
            return Optional.ofNullable(types.get(value))
                    .flatMap(TensorType::shape)
                    .orElse(List.of());
        }
    }
}
