package terzi.bench;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import terzi.bench.BenchReport.Subject;
import terzi.onnx.codec.ModelFile;
import terzi.training.run.TrainingEngine;
import terzi.training.torchscript.CompiledGraph;
import terzi.training.torchscript.CompiledGraph.Slot;
import terzi.training.torchscript.MemoryLayout;
import terzi.training.torchscript.Precision;
import terzi.training.torchscript.ScriptModule;
import terzi.training.torchscript.TorchScriptCompiler;
import terzi.training.torchscript.UnsupportedOperatorException;

/** DJL's PyTorch engine with the TorchScript that training compiles from the same graph. */
final class DjlPyTorchBackend implements EngineBackend {

    @Override
    public String name() {
        return "djl-pytorch";
    }

    @Override
    public String title() {
        return "DJL, PyTorch engine";
    }

    @Override
    public Subject subject() {
        return Subject.NETWORK;
    }

    @Override
    public Map<String, List<String>> settings() {
        return Map.of("precision", List.of("fp32", "bf16"), "layout", List.of("channels-last", "channels-first"));
    }

    @Override
    public Engine open(Job job) throws IOException, UnavailableException {
        TrainingEngine.useThreads(job.threads());
        Precision precision = job.setting("precision").equals("bf16") ? Precision.BF16 : Precision.FP32;
        MemoryLayout layout = job.setting("layout").equals("channels-last")
                ? MemoryLayout.CHANNELS_LAST
                : MemoryLayout.CHANNELS_FIRST;
        try {
            return new Opened(TorchScriptCompiler.compile(ModelFile.read(job.model()), precision, layout), layout, job);
        } catch (UnsupportedOperatorException e) {
            throw new UnavailableException(String.valueOf(e.getMessage()));
        }
    }

    private static final class Opened implements Engine {
        /** Weights are put into the order that convolutions want once, not in every call. */
        private static final String METHODS =
                """

                def arranged(self, p: List[Tensor], last: bool) -> List[Tensor]:
                  torch.set_grad_enabled(False)
                  arranged = annotate(List[Tensor], [])
                  for t in p:
                    if torch.__and__(last, torch.eq(torch.dim(t), 4)):
                      arranged.append(torch.contiguous(t, memory_format=2))
                    else:
                      arranged.append(t)
                  return arranged

                def answer(self, x: Tensor, p: List[Tensor], b: List[Tensor]) -> Tensor:
                  torch.set_grad_enabled(False)
                  return ((self).network(x, p, b, False))[0]
                """;

        private final NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
        private final ScriptModule module;
        private final NDList parameters;
        private final NDList buffers;
        private final Job job;
        private final long[] shape;

        Opened(CompiledGraph graph, MemoryLayout layout, Job job) {
            this.job = job;
            this.shape = NetworkInput.of(graph.model()).batch(1);
            this.module = ScriptModule.load(manager, graph.source(), METHODS);
            this.parameters = module.call(
                    manager, "arranged", tensors(graph, graph.parameters()), layout == MemoryLayout.CHANNELS_LAST);
            this.buffers = tensors(graph, graph.buffers());
        }

        private NDList tensors(CompiledGraph graph, List<Slot> slots) {
            NDList list = new NDList();
            slots.forEach(slot -> list.add(manager.create(graph.initialValues(slot), new Shape(slot.dims()))));
            return list;
        }

        @Override
        public Call prepare(int batch) throws IOException {
            long[] dims = shape.clone();
            dims[0] = batch;
            NDArray input = manager.create(job.batch(dims), new Shape(dims));
            return () -> {
                try (NDManager scope = manager.newSubManager()) {
                    float[] flat = module.call(scope, "answer", input, parameters, buffers)
                            .get(0)
                            .toFloatArray();
                    return Rows.of(flat, batch);
                }
            };
        }

        @Override
        public Map<String, String> versions() {
            ai.djl.engine.Engine engine = ai.djl.engine.Engine.getEngine("PyTorch");
            return Map.of(
                    "libtorch",
                    engine.getVersion(),
                    "djl",
                    ai.djl.engine.Engine.getDjlVersion(),
                    "java",
                    Runtime.version().toString());
        }

        @Override
        public void close() {
            module.close();
            manager.close();
        }
    }
}
