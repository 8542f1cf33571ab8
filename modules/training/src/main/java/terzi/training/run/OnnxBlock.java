package terzi.training.run;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import terzi.onnx.Dim;
import terzi.onnx.Model;
import terzi.onnx.TensorType;
import terzi.onnx.ValueInfo;
import terzi.training.torchscript.CompiledGraph;
import terzi.training.torchscript.CompiledGraph.Slot;
import terzi.training.torchscript.Precision;
import terzi.training.torchscript.ScriptModule;
import terzi.training.torchscript.TorchScriptCompiler;

/**
 * An ONNX network as an ordinary DJL block, to be trained by any DJL {@code Trainer} and put back into the same graph with {@link #trained}.
 *
 * <p>Its parameters are the initializers of the graph, under their names and with their values: the block is initialised from the start, and a training
 * configuration's initializers do not touch it. Running means and variances are parameters that need no gradient. It takes one array, the graph's input in
 * float32, such as {@code [N,C,H,W]}, and returns the graph's first output, which for a classifier are the logits {@code [N,K]}.
 *
 * <p>The block holds native memory: close it when it is no longer used.
 */
public final class OnnxBlock extends AbstractBlock implements AutoCloseable {

    private static final byte VERSION = 1;

    /** As {@code network}, but with gradients only where the caller wants them. */
    private static final String FORWARD =
            """
            def forward(self, x: Tensor, p: List[Tensor], b: List[Tensor], training: bool, gradients: bool) -> Tensor:
              torch.set_grad_enabled(gradients)
              return (self).network(x, p, b, training)[0]
            """;

    private final CompiledGraph graph;
    private final List<Parameter> trainable = new ArrayList<>();
    private final List<Parameter> buffers = new ArrayList<>();
    private final NDManager memory = NDManager.newBaseManager(Device.cpu());
    private final Map<Device, ScriptModule> scripts = new HashMap<>();

    /**
     * Compiles a network.
     *
     * @param model a network with one float32 input
     * @param precision the number format of convolutions and matrix products
     * @throws terzi.training.torchscript.UnsupportedOperatorException if an operator cannot be trained
     */
    public OnnxBlock(Model model, Precision precision) {
        super(VERSION);
        graph = TorchScriptCompiler.compile(model, precision);
        graph.parameters().forEach(slot -> trainable.add(addParameter(parameter(slot, true))));
        graph.buffers().forEach(slot -> buffers.add(addParameter(parameter(slot, false))));
    }

    private Parameter parameter(Slot slot, boolean trained) {
        Parameter.Type type =
                !trained ? Parameter.Type.OTHER : slot.decays() ? Parameter.Type.WEIGHT : Parameter.Type.BIAS;
        return Parameter.builder()
                .setName(slot.initializer())
                .setType(type)
                .optRequiresGrad(trained)
                .optArray(memory.create(graph.initialValues(slot), new Shape(slot.dims())))
                .build();
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore store, NDList inputs, boolean training, @Nullable PairList<String, Object> params) {
        NDArray x = inputs.singletonOrThrow();
        return script(x.getDevice())
                .call(
                        x.getManager(),
                        "forward",
                        x,
                        values(store, trainable, x.getDevice(), training),
                        values(store, buffers, x.getDevice(), training),
                        training,
                        JniUtils.isGradMode());
    }

    private static NDList values(ParameterStore store, List<Parameter> parameters, Device device, boolean training) {
        NDList values = new NDList(parameters.size());
        parameters.forEach(parameter -> values.add(store.getValue(parameter, device, training)));
        return values;
    }

    private synchronized ScriptModule script(Device device) {
        return scripts.computeIfAbsent(
                device, d -> ScriptModule.load(memory.newSubManager(d), graph.source(), FORWARD));
    }

    /** The output's declared shape, its symbolic axes taken from the input where they have the same name; -1 where nothing is known. */
    @Override
    public Shape[] getOutputShapes(Shape[] shapes) {
        ValueInfo input = graph.model().graph().trueInputs().get(0);
        Map<Dim, Long> known = new HashMap<>();
        List<Dim> declared = dims(input).orElse(List.of());
        for (int axis = 0; axis < Math.min(declared.size(), shapes[0].dimension()); axis++) {
            known.put(declared.get(axis), shapes[0].get(axis));
        }
        ValueInfo output = graph.model().graph().outputs().get(0);
        long[] sizes = dims(output)
                .orElseThrow(() ->
                        new IllegalStateException("output " + output.name() + " of the graph has no declared shape"))
                .stream()
                .mapToLong(dim -> dim instanceof Dim.Fixed fixed ? fixed.size() : known.getOrDefault(dim, -1L))
                .toArray();
        return new Shape[] {new Shape(sizes)};
    }

    private static Optional<List<Dim>> dims(ValueInfo value) {
        return value.tensorType().flatMap(TensorType::shape);
    }

    /** {@return the network with the values that the parameters have now} */
    public Model trained() {
        Map<String, float[]> values = new HashMap<>();
        parameters.forEach(
                (name, parameter) -> values.put(name, parameter.getArray().toFloatArray()));
        return graph.withValues(values);
    }

    /** Frees parameters and compiled code; does nothing the second time. */
    @Override
    public synchronized void close() {
        scripts.values().forEach(ScriptModule::close);
        scripts.clear();
        memory.close();
    }
}
