package terzi.training.run;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import terzi.images.Image;
import terzi.images.Preprocessing;
import terzi.onnx.Dim;
import terzi.onnx.Graph;
import terzi.onnx.Model;
import terzi.onnx.Node;
import terzi.onnx.TensorType;
import terzi.onnx.rewrite.Cut;
import terzi.onnx.shapes.ReceptiveField;
import terzi.onnx.shapes.ShapeInference;
import terzi.training.torchscript.CompiledGraph;
import terzi.training.torchscript.CompiledGraph.Slot;
import terzi.training.torchscript.Precision;
import terzi.training.torchscript.ScriptModule;
import terzi.training.torchscript.TorchScriptCompiler;

/**
 * Where in an image a network saw a class, by the gradient of the class's logit: Grad-CAM (Selvaraju et al., "Grad-CAM: Visual
 * Explanations from Deep Networks via Gradient-based Localization", 2017). It works for any network with convolutions; networks that end
 * in pooling and one linear layer give such a map without gradients.
 *
 * <p>With A the feature maps {@code [F, h, w]} and y the logit, {@code map = relu(sum_f mean_hw(dy / dA_f) * A_f)}.
 *
 * <p>Holds native memory: close it. Thread-safe.
 */
public final class GradCam implements AutoCloseable {

    /** A map with fewer rows or columns says little about a place; an earlier convolution is taken then. */
    private static final int MIN_CELLS = 4;

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

    private static final String MAP =
            """
            def map(self, x: Tensor, p: List[Tensor], b: List[Tensor], label: int) -> Tensor:
              x = torch.requires_grad_(x.detach(), True)
              values = (self).network(x, p, b, False)
              logit = torch.sum(torch.select(values[0], 1, label))
              maps = values[1]
              gradient = unchecked_cast(Tensor, torch.grad([logit], [maps])[0])
              weights = torch.mean(gradient, [2, 3], True)
              return torch.relu(torch.sum(weights * maps, [1])).detach()
            """;

    private final Preprocessing preprocessing;
    private final String layer;
    private final Optional<ReceptiveField> field;
    private final NDManager manager;
    private final ScriptModule module;
    private final NDList parameters;
    private final NDList buffers;

    private GradCam(CompiledGraph graph, Preprocessing preprocessing, String layer, Optional<ReceptiveField> field) {
        this.preprocessing = preprocessing;
        this.layer = layer;
        this.field = field;
        manager = Libtorch.manager();
        module = ScriptModule.load(manager, graph.source(), MAP);
        parameters = initial(graph, graph.parameters());
        buffers = initial(graph, graph.buffers());
    }

    private NDList initial(CompiledGraph graph, List<Slot> slots) {
        NDList list = new NDList();
        slots.forEach(slot -> list.add(manager.create(graph.initialValues(slot), new Shape(slot.dims()))));
        return list;
    }

    /**
     * Compiles a network for maps of its last convolution (with what follows it place by place) of at least 4 x 4 cells.
     *
     * @param network one float input {@code [N, C, H, W]} of the size that the preprocessing gives, first output the logits
     * @param preprocessing how images become that input
     * @return the compiled network, to be closed
     * @throws IllegalArgumentException if the network has no convolution that its logits depend on, or not such an input
     * @throws terzi.training.torchscript.UnsupportedOperatorException if libtorch cannot run one of its operators
     */
    public static GradCam of(Model network, Preprocessing preprocessing) {
        String logits = network.graph().outputs().get(0).name();
        Model needed = Cut.at(network, List.of(logits));
        String layer = layer(needed);
        Model exposed = Cut.at(needed, List.of(logits, layer));
        CompiledGraph graph = TorchScriptCompiler.compile(exposed, Precision.FP32);
        return new GradCam(graph, preprocessing, layer, ReceptiveField.of(needed, layer));
    }

    /**
     * Computes where a class was seen.
     *
     * @param image of any size
     * @param label index of the class
     * @return cells of what the network saw, that is of the fitted image; 0 and more
     */
    public ClassMap map(Image image, int label) {
        try (NDManager scope = manager.newSubManager()) {
            NDArray x = scope.create(
                    preprocessing.tensor(image),
                    new Shape(1, preprocessing.channels().count(), preprocessing.height(), preprocessing.width()));
            NDArray map =
                    module.call(scope, "map", x, parameters, buffers, label).get(0);
            Shape shape = map.getShape();
            return new ClassMap((int) shape.get(2), (int) shape.get(1), map.toFloatArray());
        }
    }

    /** {@return the name of the value whose maps are weighted} */
    public String layer() {
        return layer;
    }

    /** {@return where the cells of a map lie in the fitted image; empty where that cannot be worked out} */
    public Optional<ReceptiveField> receptiveField() {
        return field;
    }

    /** Frees the compiled network; does nothing the second time. */
    @Override
    public void close() {
        module.close();
        manager.close();
    }

    /**
     * A map of one class.
     *
     * @param values {@code [height, width]}, row by row
     */
    @SuppressWarnings("ArrayRecordComponent") // a result to take apart, never compared
    public record ClassMap(int width, int height, float[] values) {}

    private static String layer(Model network) {
        Map<String, TensorType> types = ShapeInference.infer(network);
        List<String> candidates = new ArrayList<>();
        for (Node node : network.graph().nodes()) {
            if (node.is("Conv")) {
                candidates.add(node.outputs().get(0));
            }
        }
        String layer = "";
        for (int least : new int[] {MIN_CELLS, 2, 1}) {
            for (String candidate : candidates) {
                if (cells(types.get(candidate)) >= least) {
                    layer = candidate;
                }
            }
            if (!layer.isEmpty()) {
                return followed(network.graph(), types, layer);
            }
        }
        throw new IllegalArgumentException("network " + network.graph().name()
                + ": has no convolution, so there are no maps to show where it saw something");
    }

    /** The shorter edge of a value {@code [N, C, h, w]}; large where it is not known. */
    private static long cells(@Nullable TensorType type) {
        List<Dim> dims = type == null ? List.of() : type.shape().orElse(List.of());
        long least = Long.MAX_VALUE;
        for (int axis = 2; axis < dims.size(); axis++) {
            least = Math.min(least, dims.get(axis) instanceof Dim.Fixed fixed ? fixed.size() : Long.MAX_VALUE);
        }
        return dims.isEmpty() || dims.size() == 4 ? least : 0;
    }

    /** Goes on from a convolution through norms, activations and additions, as long as only one node takes the value. */
    private static String followed(Graph graph, Map<String, TensorType> types, String convolution) {
        String value = convolution;
        while (true) {
            String current = value;
            List<Node> takers = graph.nodes().stream()
                    .filter(node -> node.inputs().contains(current))
                    .toList();
            boolean ends = takers.size() != 1
                    || !takers.get(0).domain().isEmpty()
                    || !FOLLOWS.contains(takers.get(0).opType());
            if (ends) {
                return value;
            }
            String next = takers.get(0).outputs().get(0);
            if (cells(types.get(next)) != cells(types.get(value))) {
                return value;
            }
            value = next;
        }
    }
}
