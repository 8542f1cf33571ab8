package terzi.inference;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import java.util.Map;
import java.util.Optional;

/** Opens ONNX Runtime sessions on the device that was asked for, or on the best one. */
final class Sessions {

    private static final Log log = Log.of(Sessions.class);

    private Sessions() {}

    /** Where a session gets its network from. */
    interface Source {
        OrtSession open(OrtEnvironment environment, OrtSession.SessionOptions options) throws OrtException;
    }

    /** Makes a classifier of an opened session, which it takes over unless it throws. */
    interface Binding {
        ImageClassifier bind(OrtEnvironment environment, OrtSession session, Device device)
                throws ClassifierFileException, OrtException;
    }

    /**
     * What is opened.
     *
     * @param name for messages
     * @param cache where it is kept as optimised for this machine; empty if it is not to be kept
     */
    record Network(String name, Optional<GraphCache> cache, Source source, Binding binding) {}

    static ImageClassifier open(Network network, ClassifierOptions options) throws ClassifierFileException {
        Device device = options.device();
        if (device.kind() == Device.Kind.AUTO) {
            return openBest(network, options);
        }
        DeviceProbe.ofThisMachine().certainObstacle(device.kind()).ifPresent(obstacle -> {
            throw new DeviceUnavailableException(device + " was asked for and cannot be used: " + obstacle
                    + ". It needs " + DeviceProbe.needs(device.kind()) + "; or use the CPU: withDevice(Device.cpu())");
        });
        return open(network, options, device);
    }

    private static ImageClassifier openBest(Network network, ClassifierOptions options) throws ClassifierFileException {
        Optional<String> obstacle = DeviceProbe.ofThisMachine().obstacle(Device.Kind.CUDA);
        if (obstacle.isEmpty()) {
            try {
                ImageClassifier classifier = open(network, options, Device.cuda(0));
                log.info("{} runs on cuda:0, the first NVIDIA GPU; all that it needs was found", network.name());
                return classifier;
            } catch (DeviceUnavailableException e) {
                obstacle = Optional.of(String.valueOf(e.getMessage()));
            }
        }
        log.info("{} runs on the CPU; CUDA cannot be used: {}", network.name(), obstacle.get());
        return open(network, options, Device.cpu());
    }

    private static ImageClassifier open(Network network, ClassifierOptions options, Device device)
            throws ClassifierFileException {
        OrtEnvironment environment = OrtLibrary.environment();
        try {
            OrtSession opened = session(network, options, device, environment);
            try {
                return network.binding().bind(environment, opened, device);
            } catch (ClassifierFileException | OrtException | RuntimeException e) {
                opened.close();
                throw e;
            }
        } catch (OrtException e) {
            throw new ClassifierFileException(
                    network.name() + ": ONNX Runtime " + environment.getVersion() + " cannot load the network on "
                            + device + ": " + e.getMessage(),
                    e);
        }
    }

    private static OrtSession session(
            Network network, ClassifierOptions options, Device device, OrtEnvironment environment) throws OrtException {
        try (OrtSession.SessionOptions session = sessionOptions(options, device)) {
            if (network.cache().isEmpty() || device.kind() != Device.Kind.CPU) {
                return network.source().open(environment, session);
            }
            GraphCache cache = network.cache().get();
            try (OrtSession.SessionOptions again = sessionOptions(options, device)) {
                Optional<OrtSession> kept = cache.open(environment, again);
                return kept.isPresent() ? kept.get() : cache.keep(environment, session, network.source());
            } catch (OrtException e) {
                log.warn("{} is opened without the graph cache: {}", network.name(), e.getMessage());
                try (OrtSession.SessionOptions plain = sessionOptions(options, device)) {
                    return network.source().open(environment, plain);
                }
            }
        }
    }

    private static OrtSession.SessionOptions sessionOptions(ClassifierOptions options, Device device)
            throws OrtException {
        OrtSession.SessionOptions session = new OrtSession.SessionOptions();
        try {
            session.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
            session.setExecutionMode(OrtSession.SessionOptions.ExecutionMode.SEQUENTIAL);
            session.setIntraOpNumThreads(options.threads()); // its own default ignores a container's limit
            session.setInterOpNumThreads(1); // one node after the other: a second pool would only sit there
            session.setMemoryPatternOptimization(false); // it remembers every image size ever seen
            add(session, device);
            return session;
        } catch (OrtException | RuntimeException e) {
            session.close();
            throw e;
        }
    }

    private static void add(OrtSession.SessionOptions session, Device device) {
        try {
            switch (device.kind()) {
                case AUTO, CPU -> {}
                case CUDA -> session.addCUDA(device.index());
                case TENSORRT -> {
                    session.addTensorrt(device.index());
                    session.addCUDA(device.index()); // for the nodes that TensorRT does not take
                }
                case COREML, WEBGPU -> {
                    if (!DeviceProbe.isCompiledIn(device.kind())) {
                        throw new DeviceUnavailableException(device + " was asked for and is not in this onnxruntime;"
                                + " it needs " + DeviceProbe.needs(device.kind())
                                + "; or use the CPU: withDevice(Device.cpu())");
                    }
                    if (device.kind() == Device.Kind.COREML) {
                        session.addCoreML(Map.of());
                    } else {
                        session.addWebGPU(Map.of());
                    }
                }
            }
        } catch (OrtException e) {
            String found = DeviceProbe.ofThisMachine()
                    .obstacle(device.kind())
                    .map(obstacle -> "; " + obstacle)
                    .orElse("");
            throw new DeviceUnavailableException(
                    device + " was asked for and does not start: " + e.getMessage() + ". It needs "
                            + DeviceProbe.needs(device.kind()) + found + "; or use the CPU: withDevice(Device.cpu())",
                    e);
        }
    }
}
