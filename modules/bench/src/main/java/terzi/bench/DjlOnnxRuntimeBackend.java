package terzi.bench;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ModelNotFoundException;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.NoopTranslator;
import ai.onnxruntime.OrtEnvironment;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import terzi.bench.BenchReport.Subject;
import terzi.onnx.codec.ModelFile;

/**
 * DJL's ONNX Runtime engine, used as DJL's documentation does: a model of the zoo's kind and a predictor. It runs on the ONNX
 * Runtime of the class path, not on the older one that it was built with.
 */
final class DjlOnnxRuntimeBackend implements EngineBackend {

    @Override
    public String name() {
        return "djl-onnxruntime";
    }

    @Override
    public String title() {
        return "DJL, ONNX Runtime engine";
    }

    @Override
    public Subject subject() {
        return Subject.NETWORK;
    }

    @Override
    public Map<String, List<String>> settings() {
        return Map.of();
    }

    @Override
    public Engine open(Job job) throws IOException, ModelNotFoundException, MalformedModelException {
        long[] shape = NetworkInput.of(ModelFile.read(job.model())).batch(1);
        ZooModel<NDList, NDList> model = Criteria.builder()
                .setTypes(NDList.class, NDList.class)
                .optModelPath(job.model())
                .optEngine("OnnxRuntime")
                .optDevice(Device.cpu())
                .optOption("intraOpNumThreads", Integer.toString(job.threads()))
                .optOption("interOpNumThreads", "1")
                .optTranslator(new NoopTranslator())
                .build()
                .loadModel();
        return new Opened(model, shape, job);
    }

    private static final class Opened implements Engine {
        private final ZooModel<NDList, NDList> model;
        private final Predictor<NDList, NDList> predictor;
        private final long[] shape;
        private final Job job;
        private boolean closed;

        Opened(ZooModel<NDList, NDList> model, long[] shape, Job job) {
            this.model = model;
            this.predictor = model.newPredictor();
            this.shape = shape;
            this.job = job;
        }

        @Override
        public Call prepare(int batch) throws IOException {
            long[] dims = shape.clone();
            dims[0] = batch;
            NDArray input = model.getNDManager().create(job.batch(dims), new Shape(dims));
            return () -> {
                try (NDManager scope = model.getNDManager().newSubManager()) {
                    NDList answers = predictor.predict(new NDList(input));
                    answers.attach(scope);
                    return Rows.of(answers.get(0).toFloatArray(), batch);
                }
            };
        }

        @Override
        public Map<String, String> versions() {
            return Map.of(
                    "onnxruntime",
                    OrtEnvironment.getEnvironment().getVersion(),
                    "djl",
                    ai.djl.engine.Engine.getDjlVersion(),
                    "java",
                    Runtime.version().toString());
        }

        @Override
        public void close() {
            // DJL's model of ONNX Runtime refuses to be closed again
            if (!closed) {
                closed = true;
                predictor.close();
                model.close();
            }
        }
    }
}
