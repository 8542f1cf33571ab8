package terzi.training.finetune;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import terzi.images.Preprocessing;
import terzi.onnx.Model;
import terzi.training.torchscript.CompiledGraph;
import terzi.training.torchscript.CompiledGraph.Slot;
import terzi.training.torchscript.Pixels;
import terzi.training.torchscript.Precision;
import terzi.training.torchscript.ScriptModule;
import terzi.training.torchscript.TorchScriptCompiler;

/** A network, or the front part of one, that answers and does not learn. Computes in float32. */
final class FrozenNetwork implements AutoCloseable {
    private final NDManager manager;
    private final ScriptModule module;
    private final Preprocessing preprocessing;
    private final NDArray mean;
    private final NDArray std;
    private final NDList parameters;
    private final NDList buffers;

    /** @param network its first output is features; a second one, if there is one, is given in float16 */
    FrozenNetwork(NDManager parent, Model network, Preprocessing preprocessing) {
        this.manager = parent.newSubManager();
        this.preprocessing = preprocessing;
        CompiledGraph graph = TorchScriptCompiler.compile(network, Precision.FP32);
        this.module = ScriptModule.load(manager, Pixels.method(preprocessing), graph.source(), method(graph), ARRANGED);
        this.mean = perChannel(preprocessing.mean());
        this.std = perChannel(preprocessing.std());
        this.parameters = module.call(manager, "arranged", tensors(manager, graph, graph.parameters()));
        this.buffers = tensors(manager, graph, graph.buffers());
    }

    /** Weights in the order of memory that convolutions want, so that not every call has to put them into it. */
    private static final String ARRANGED =
            """

            def arranged(self, p: List[Tensor]) -> List[Tensor]:
              torch.set_grad_enabled(False)
              arranged = annotate(List[Tensor], [])
              for t in p:
                if torch.eq(torch.dim(t), 4):
                  arranged.append(torch.contiguous(t, memory_format=2))
                else:
                  arranged.append(t)
              return arranged
            """;

    private static String method(CompiledGraph graph) {
        int outputs = graph.model().graph().outputs().size();
        return """

                def run(self, data: Tensor, mean: Tensor, std: Tensor, p: List[Tensor], b: List[Tensor]) -> List[Tensor]:
                  torch.set_grad_enabled(False)
                  outputs = (self).network((self).pixels(data, mean, std), p, b, False)
                  return %s
                """
                .formatted(
                        outputs == 1
                                ? "[outputs[0]]"
                                : "[outputs[0], torch.contiguous(torch.to(torch.clamp(outputs[1], -65504.0, 65504.0), 5))]");
    }

    private NDArray perChannel(List<Float> values) {
        float[] floats = new float[values.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = values.get(i);
        }
        return manager.create(floats, new Shape(1, floats.length, 1, 1));
    }

    static NDList tensors(NDManager manager, CompiledGraph graph, List<Slot> slots) {
        NDList list = new NDList();
        slots.forEach(slot -> list.add(manager.create(graph.initialValues(slot), new Shape(slot.dims()))));
        return list;
    }

    /** Puts {@code count} equally long parts of an array side by side. */
    static void split(float[] flat, int count, float[][] to, int start) {
        int width = flat.length / count;
        for (int i = 0; i < count; i++) {
            to[start + i] = Arrays.copyOfRange(flat, i * width, (i + 1) * width);
        }
    }

    /** What came out for some images: features {@code [n][F]}, and the bytes of the second output for each. */
    @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
    record Output(float[][] features, List<byte[]> activations, List<Long> shape) {}

    /** @param pixels {@code [n, H, W, C]} in a direct buffer */
    Output run(ByteBuffer pixels, int count) {
        try (NDManager scope = manager.newSubManager()) {
            NDArray data = scope.create(
                    pixels,
                    new Shape(
                            count,
                            preprocessing.height(),
                            preprocessing.width(),
                            preprocessing.channels().count()),
                    DataType.UINT8);
            NDList outputs = module.call(scope, "run", data, mean, std, parameters, buffers);
            float[] flat = outputs.get(0).toFloatArray();
            float[][] features = new float[count][];
            split(flat, count, features, 0);
            List<byte[]> activations = new ArrayList<>();
            List<Long> shape = new ArrayList<>();
            if (outputs.size() > 1) {
                NDArray second = outputs.get(1);
                for (int axis = 1; axis < second.getShape().dimension(); axis++) {
                    shape.add(second.getShape().get(axis));
                }
                ByteBuffer bytes = second.toByteBuffer();
                int each = bytes.remaining() / count;
                for (int i = 0; i < count; i++) {
                    byte[] one = new byte[each];
                    bytes.get(one);
                    activations.add(one);
                }
            }
            return new Output(features, activations, shape);
        }
    }

    @Override
    public void close() {
        module.close();
        manager.close();
    }
}
