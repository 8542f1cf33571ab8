package terzi.training.run;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Optional;
import terzi.images.Image;
import terzi.images.Preprocessing;
import terzi.onnx.Model;
import terzi.onnx.rewrite.Cut;
import terzi.onnx.shapes.ReceptiveField;
import terzi.training.torchscript.CompiledGraph;
import terzi.training.torchscript.CompiledGraph.Slot;
import terzi.training.torchscript.Precision;
import terzi.training.torchscript.ScriptModule;
import terzi.training.torchscript.TorchScriptCompiler;

/**
 * Where in an image a network saw a class, by the gradient of the class's logit: Grad-CAM (Selvaraju et al., "Grad-CAM:
 * Visual Explanations from Deep Networks via Gradient-based Localization", 2017). It works for any network with
 * convolutions or with tokens for places of the image; networks that end in pooling and one linear layer give such a map
 * without gradients.
 *
 * <p>With A the feature maps {@code [F, h, w]} and y the logit, {@code map = relu(sum_f mean_hw(dy / dA_f) * A_f)}.
 * Tokens of places are such feature maps. A class token and the like are left out.
 *
 * <p>Holds native memory: close it. Thread-safe.
 */
public final class GradCam implements AutoCloseable {

    private static final String MAP =
            """
            def map(self, x: Tensor, p: List[Tensor], b: List[Tensor], label: int, layout: int, first: int, height: int) -> Tensor:
              x = torch.requires_grad_(x.detach(), True)
              values = (self).network(x, p, b, False)
              logit = torch.sum(torch.select(values[0], 1, label))
              value = values[1]
              gradient = unchecked_cast(Tensor, torch.grad([logit], [value])[0])
              maps = (self).places(value, layout, first, height)
              weights = torch.mean((self).places(gradient, layout, first, height), [1, 2], True)
              return torch.relu(torch.sum(weights * maps, [3])).detach()

            def places(self, x: Tensor, layout: int, first: int, height: int) -> Tensor:
              if torch.eq(layout, 0):
                y = torch.permute(x, [0, 2, 3, 1])
              else:
                if torch.eq(layout, 1):
                  y = x
                else:
                  cells = torch.slice(x, 1, first)
                  y = torch.reshape(cells, [1, height, -1, torch.size(x, 2)])
              return y
            """;

    private final Preprocessing preprocessing;
    private final MapLayer layer;
    private final Optional<ReceptiveField> field;
    private final NDManager manager;
    private final ScriptModule module;
    private final NDList parameters;
    private final NDList buffers;

    private GradCam(CompiledGraph graph, Preprocessing preprocessing, MapLayer layer, Optional<ReceptiveField> field) {
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
     * Compiles a network for maps of the last convolution, or sum of two branches, with at least 4 x 4 cells; where there is
     * attention, of the last one before its last.
     *
     * @param network one float input {@code [N, C, H, W]} of the size that the preprocessing gives, first output the logits
     * @param preprocessing how images become that input
     * @return the compiled network, to be closed
     * @throws IllegalArgumentException if no value in the network has features for each place, or it has not such an input
     * @throws terzi.training.torchscript.UnsupportedOperatorException if libtorch cannot run one of its operators
     */
    public static GradCam of(Model network, Preprocessing preprocessing) {
        String logits = network.graph().outputs().get(0).name();
        Model needed = Cut.at(network, List.of(logits));
        MapLayer layer = MapLayer.last(needed, preprocessing.height(), preprocessing.width());
        CompiledGraph graph =
                TorchScriptCompiler.compile(Cut.at(needed, List.of(logits, layer.value())), Precision.FP32);
        return new GradCam(graph, preprocessing, layer, ReceptiveField.of(needed, layer.value()));
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
            int layout = layer.layout().code;
            NDArray map = module.call(
                            scope, "map", x, parameters, buffers, label, layout, layer.first(), layer.height())
                    .get(0);
            Shape shape = map.getShape();
            return new ClassMap((int) shape.get(2), (int) shape.get(1), map.toFloatArray());
        }
    }

    /** {@return the name of the value whose maps are weighted} */
    public String layer() {
        return layer.value();
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
}
