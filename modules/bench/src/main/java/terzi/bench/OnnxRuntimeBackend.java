package terzi.bench;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.TensorInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import terzi.bench.BenchReport.Subject;
import terzi.inference.Device;

/** ONNX Runtime's own Java binding, on one kind of device. */
record OnnxRuntimeBackend(String name, String title, Device device) implements EngineBackend {
    /** What any binding of ONNX Runtime can set. */
    static final Map<String, List<String>> SETTINGS =
            Map.of("optimization", List.of("all", "extended", "basic", "none"), "arena", List.of("on", "off"));

    @Override
    public Subject subject() {
        return Subject.NETWORK;
    }

    @Override
    public Map<String, List<String>> settings() {
        return SETTINGS;
    }

    @Override
    public Optional<String> obstacle(Place place) {
        return device.obstacle();
    }

    @Override
    public Engine open(Job job) throws OrtException, UnavailableException {
        OrtEnvironment environment =
                OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "terzi-bench");
        try (SessionOptions options = new SessionOptions()) {
            options.setIntraOpNumThreads(job.threads());
            options.setInterOpNumThreads(1);
            options.setOptimizationLevel(
                    switch (job.setting("optimization")) {
                        case "none" -> SessionOptions.OptLevel.NO_OPT;
                        case "basic" -> SessionOptions.OptLevel.BASIC_OPT;
                        case "extended" -> SessionOptions.OptLevel.EXTENDED_OPT;
                        default -> SessionOptions.OptLevel.ALL_OPT;
                    });
            options.setCPUArenaAllocator(job.setting("arena").equals("on"));
            addDevice(options);
            return new Opened(environment, environment.createSession(job.model().toString(), options), job);
        }
    }

    private void addDevice(SessionOptions options) throws UnavailableException {
        try {
            if (device.kind() == Device.Kind.TENSORRT) {
                options.addTensorrt(device.index());
            }
            if (device.kind() == Device.Kind.TENSORRT || device.kind() == Device.Kind.CUDA) {
                options.addCUDA(device.index());
            }
        } catch (OrtException e) {
            throw new UnavailableException(device + " does not start: " + e.getMessage());
        }
    }

    private static final class Opened implements Engine {
        private final OrtEnvironment environment;
        private final OrtSession session;
        private final Job job;
        private final List<OnnxTensor> inputs = new ArrayList<>();
        private boolean closed;

        Opened(OrtEnvironment environment, OrtSession session, Job job) {
            this.environment = environment;
            this.session = session;
            this.job = job;
        }

        @Override
        public Call prepare(int batch) throws Exception {
            Map.Entry<String, ai.onnxruntime.NodeInfo> input =
                    session.getInputInfo().entrySet().iterator().next();
            long[] shape = ((TensorInfo) input.getValue().getInfo()).getShape();
            shape[0] = batch;
            OnnxTensor tensor = OnnxTensor.createTensor(environment, job.batch(shape), shape);
            inputs.add(tensor);
            Map<String, OnnxTensor> named = Map.of(input.getKey(), tensor);
            Set<String> wanted = Set.of(session.getOutputNames().iterator().next());
            return () -> {
                try (OrtSession.Result result = session.run(named, wanted)) {
                    return (float[][]) result.get(0).getValue();
                }
            };
        }

        @Override
        public Map<String, String> versions() {
            return Map.of(
                    "onnxruntime",
                    environment.getVersion(),
                    "java",
                    Runtime.version().toString());
        }

        @Override
        public void close() {
            if (closed) {
                return;
            }
            closed = true;
            inputs.forEach(OnnxTensor::close);
            try {
                session.close();
            } catch (OrtException e) {
                throw new IllegalStateException("ONNX Runtime cannot close the session: " + e.getMessage(), e);
            }
        }
    }
}
