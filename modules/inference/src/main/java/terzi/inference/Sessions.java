package terzi.inference;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens ONNX Runtime sessions on the device that was asked for, or on the best one. */
final class Sessions {

    private static final Logger log = LoggerFactory.getLogger(Sessions.class);

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

    /** @param name of the network, for messages */
    static ImageClassifier open(String name, ClassifierOptions options, Source source, Binding binding)
            throws ClassifierFileException {
        return switch (options.device().kind()) {
            case CPU -> bind(name, options, Device.cpu(), source, binding);
            case CUDA -> {
                Optional<String> obstacle = CudaProbe.hardObstacle();
                if (obstacle.isPresent()) {
                    throw new DeviceUnavailableException(options.device() + " was asked for and cannot be used: "
                            + obstacle.get() + ". It needs " + CudaProbe.VERSIONS + "; or take Device.cpu()");
                }
                yield bind(name, options, options.device(), source, binding);
            }
            case AUTO -> openBest(name, options, source, binding);
        };
    }

    private static ImageClassifier openBest(String name, ClassifierOptions options, Source source, Binding binding)
            throws ClassifierFileException {
        Optional<String> obstacle = CudaProbe.obstacle();
        if (obstacle.isEmpty()) {
            try {
                ImageClassifier classifier = bind(name, options, Device.cuda(0), source, binding);
                log.info("{} runs on cuda:0", name);
                return classifier;
            } catch (DeviceUnavailableException e) {
                obstacle = Optional.of(String.valueOf(e.getMessage()));
            }
        }
        log.info("{} runs on the CPU; CUDA cannot be used: {}", name, obstacle.get());
        return bind(name, options, Device.cpu(), source, binding);
    }

    private static ImageClassifier bind(
            String name, ClassifierOptions options, Device device, Source source, Binding binding)
            throws ClassifierFileException {
        OrtEnvironment environment = OrtLibrary.environment();
        try (OrtSession.SessionOptions session = new OrtSession.SessionOptions()) {
            session.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
            session.setExecutionMode(OrtSession.SessionOptions.ExecutionMode.SEQUENTIAL);
            session.setIntraOpNumThreads(options.threads());
            session.setInterOpNumThreads(1); // one node after the other: a second pool would only sit there
            session.setMemoryPatternOptimization(false); // it remembers every picture size ever seen
            if (device.kind() == Device.Kind.CUDA) {
                addCuda(session, device);
            }
            OrtSession opened = source.open(environment, session);
            try {
                return binding.bind(environment, opened, device);
            } catch (ClassifierFileException | OrtException | RuntimeException e) {
                opened.close();
                throw e;
            }
        } catch (OrtException e) {
            throw new ClassifierFileException(
                    name + ": ONNX Runtime " + environment.getVersion() + " cannot load the network on " + device + ": "
                            + e.getMessage(),
                    e);
        }
    }

    private static void addCuda(OrtSession.SessionOptions session, Device device) {
        try {
            session.addCUDA(device.index());
        } catch (OrtException e) {
            throw new DeviceUnavailableException(
                    device + " was asked for and does not start: " + e.getMessage() + ". It needs " + CudaProbe.VERSIONS
                            + CudaProbe.obstacle().map(found -> "; " + found).orElse("") + "; or take Device.cpu()",
                    e);
        }
    }
}
