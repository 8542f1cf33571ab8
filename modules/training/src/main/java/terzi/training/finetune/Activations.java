package terzi.training.finetune;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import terzi.onnx.Model;
import terzi.training.torchscript.CompiledGraph;
import terzi.training.torchscript.Precision;
import terzi.training.torchscript.ScriptModule;
import terzi.training.torchscript.TorchScriptCompiler;

/**
 * What the frozen part of a network gave for all images, in memory: float16 {@code [images * views, ...]}, the views of
 * an image side by side. Rows of images that could not be read are zeros.
 */
final class Activations {
    private static final int AT_ONCE = 32;

    private static final String METHODS =
            """
            def put(self, values: Tensor, rows: Tensor, start: int) -> Tensor:
              torch.set_grad_enabled(False)
              part = torch.slice(values, 0, start, start + rows.size(0))
              torch.copy_(part, rows)
              return part
            def pick(self, values: Tensor, rows: Tensor) -> Tensor:
              torch.set_grad_enabled(False)
              return torch.index_select(values, 0, rows)
            """;

    private static final String ANSWER =
            """

            def answer(self, values: Tensor, rows: Tensor, p: List[Tensor], b: List[Tensor]) -> Tensor:
              torch.set_grad_enabled(False)
              return (self).network(torch.to(torch.index_select(values, 0, rows), 6), p, b, False)[0]
            """;

    private final NDManager manager;
    private final ScriptModule module;
    private final NDArray values;
    private final int views;

    private Activations(NDManager manager, ScriptModule module, NDArray values, int views) {
        this.manager = manager;
        this.module = module;
        this.values = values;
        this.views = views;
    }

    /** Loads what the cache has; damaged entries are computed anew. */
    static Activations load(
            NDManager manager, Extraction extraction, Extraction.Activation cut, int images, int rowBytes)
            throws IOException {
        ScriptModule module = ScriptModule.load(manager, METHODS);
        NDArray values = manager.zeros(shape((long) images * cut.views(), cut.shape()), DataType.FLOAT16);
        Activations loaded = new Activations(manager, module, values, cut.views());
        ByteBuffer buffer = ByteBuffer.allocateDirect(rowBytes * cut.views()).order(ByteOrder.nativeOrder());
        for (int image = 0; image < images; image++) {
            if (extraction.isReadable(image)) {
                buffer.clear();
                for (int view = 0; view < cut.views(); view++) {
                    buffer.put(row(extraction, cut, image, view, rowBytes));
                }
                buffer.flip();
                try (NDManager scope = manager.newSubManager()) {
                    NDArray rows = scope.create(buffer, shape(cut.views(), cut.shape()), DataType.FLOAT16);
                    module.call(scope, "put", values, rows, image * cut.views());
                }
            }
        }
        return loaded;
    }

    private static byte[] row(Extraction extraction, Extraction.Activation cut, int image, int view, int rowBytes)
            throws IOException {
        Optional<byte[]> row = extraction.read(cut, image, view, rowBytes);
        if (row.isEmpty()) {
            extraction.forget(cut, image, view);
            extraction.ensure(0, cut, rowBytes);
            row = extraction.read(cut, image, view, rowBytes);
        }
        return row.orElseThrow(() -> new IOException(
                "the feature cache loses what is written to it; is the disk full or another run clearing it?"));
    }

    private static Shape shape(long rows, List<Long> each) {
        long[] dims = new long[each.size() + 1];
        dims[0] = rows;
        for (int i = 1; i < dims.length; i++) {
            dims[i] = each.get(i - 1);
        }
        return new Shape(dims);
    }

    /** All rows. */
    NDArray values() {
        return values;
    }

    /** The class of each row. */
    int[] classes(int[] labels) {
        int[] classes = new int[labels.length * views];
        for (int r = 0; r < classes.length; r++) {
            classes[r] = labels[r / views];
        }
        return classes;
    }

    /** The rows of view 0 of some images, copied. */
    NDArray plain(NDManager owner, int[] images) {
        return module.call(owner, "pick", values, rows(owner, images, 0, 0, images.length))
                .singletonOrThrow();
    }

    private NDArray rows(NDManager owner, int[] images, int view, int start, int end) {
        long[] rows = new long[end - start];
        for (int i = start; i < end; i++) {
            rows[i - start] = (long) images[i] * views + view;
        }
        return owner.create(rows);
    }

    /** What the rest of the network gives, {@code [images][width]}. */
    float[][] answers(Model suffix, int[] images, int view) {
        CompiledGraph graph = TorchScriptCompiler.compile(suffix, Precision.FP32);
        float[][] answers = new float[images.length][];
        try (NDManager own = manager.newSubManager();
                ScriptModule rest = ScriptModule.load(own, graph.source(), ANSWER)) {
            NDList parameters = FrozenNetwork.tensors(own, graph, graph.parameters());
            NDList buffers = FrozenNetwork.tensors(own, graph, graph.buffers());
            for (int start = 0; start < images.length; start += AT_ONCE) {
                int end = Math.min(images.length, start + AT_ONCE);
                try (NDManager scope = own.newSubManager()) {
                    float[] flat = rest.call(
                                    scope, "answer", values, rows(scope, images, view, start, end), parameters, buffers)
                            .singletonOrThrow()
                            .toFloatArray();
                    FrozenNetwork.split(flat, end - start, answers, start);
                }
            }
        }
        return answers;
    }
}
