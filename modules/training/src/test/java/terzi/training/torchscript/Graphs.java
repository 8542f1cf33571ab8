package terzi.training.torchscript;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import terzi.onnx.DataType;
import terzi.onnx.Model;
import terzi.onnx.Tensor;
import terzi.onnx.ValueInfo;

/** Runs compiled graphs on tensors. */
final class Graphs {
    private static final Map<DataType, ai.djl.ndarray.types.DataType> TYPES = Map.of(
            DataType.FLOAT, ai.djl.ndarray.types.DataType.FLOAT32,
            DataType.DOUBLE, ai.djl.ndarray.types.DataType.FLOAT64,
            DataType.FLOAT16, ai.djl.ndarray.types.DataType.FLOAT16,
            DataType.INT64, ai.djl.ndarray.types.DataType.INT64,
            DataType.INT32, ai.djl.ndarray.types.DataType.INT32,
            DataType.INT8, ai.djl.ndarray.types.DataType.INT8,
            DataType.UINT8, ai.djl.ndarray.types.DataType.UINT8,
            DataType.BOOL, ai.djl.ndarray.types.DataType.BOOLEAN);

    private Graphs() {}

    static boolean holds(DataType type) {
        return TYPES.containsKey(type);
    }

    static ai.djl.ndarray.types.DataType djlType(DataType type) {
        return TYPES.get(type);
    }

    static NDArray array(NDManager manager, Tensor tensor) {
        ByteBuffer raw = tensor.raw();
        ByteBuffer direct = ByteBuffer.allocateDirect(raw.remaining()).order(ByteOrder.nativeOrder());
        direct.put(raw).rewind();
        return manager.create(direct, new Shape(tensor.dims()), TYPES.get(tensor.type()));
    }

    static double[] doubles(NDArray array) {
        return array.toType(ai.djl.ndarray.types.DataType.FLOAT64, false).toDoubleArray();
    }

    static NDList parameters(NDManager manager, CompiledGraph graph) {
        return slots(manager, graph, graph.parameters());
    }

    static NDList buffers(NDManager manager, CompiledGraph graph) {
        return slots(manager, graph, graph.buffers());
    }

    private static NDList slots(NDManager manager, CompiledGraph graph, List<CompiledGraph.Slot> slots) {
        NDList list = new NDList();
        for (CompiledGraph.Slot slot : slots) {
            // in the type that the file has, so that float64 graphs stay float64
            Optional<Tensor> initializer = graph.model().graph().initializer(slot.initializer());
            list.add(initializer
                    .map(tensor -> array(manager, tensor))
                    .orElseGet(() -> manager.create(graph.initialValues(slot), new Shape(slot.dims()))));
        }
        return list;
    }

    /** All inputs but the first become initializers. */
    static Model bind(Model model, List<Tensor> values) {
        List<ValueInfo> inputs = model.graph().inputs();
        List<Tensor> initializers = new ArrayList<>(model.graph().initializers());
        for (int i = 1; i < inputs.size(); i++) {
            initializers.add(values.get(i).withName(inputs.get(i).name()));
        }
        return model.withGraph(model.graph()
                .withInputs(inputs.isEmpty() ? inputs : inputs.subList(0, 1))
                .withInitializers(initializers));
    }

    /** Runs a graph in inference mode. */
    static NDList run(NDManager manager, Model model, List<Tensor> inputs) {
        CompiledGraph graph = new GraphCompiler(model, Precision.FP32).compileAny();
        NDList x = new NDList();
        inputs.subList(0, model.graph().trueInputs().size()).forEach(input -> x.add(array(manager, input)));
        if (x.isEmpty()) {
            x.add(manager.zeros(new Shape(1)));
        }
        try (ScriptModule script = ScriptModule.load(manager, graph.source())) {
            return script.call(manager, "network", x, parameters(manager, graph), buffers(manager, graph), false);
        } catch (RuntimeException e) {
            throw new IllegalStateException(e.getMessage() + "\n" + graph.source(), e);
        }
    }
}
