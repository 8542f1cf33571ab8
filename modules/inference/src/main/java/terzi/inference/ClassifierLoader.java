package terzi.inference;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** From a file to a ready classifier: reads the metadata, checks version and digest, then chooses the device. */
final class ClassifierLoader {

    private static final Logger log = LoggerFactory.getLogger(ClassifierLoader.class);
    private static final String FORMAT_VERSION = "1";

    private ClassifierLoader() {}

    static ImageClassifier load(Path file, ClassifierOptions options) throws IOException {
        return open(
                file.toString(), check(file), options, (env, session) -> env.createSession(file.toString(), session));
    }

    /** What the file says about itself, if it is intact and of a known version. */
    static ClassifierInfo check(Path file) throws IOException {
        if (!Files.exists(file)) {
            throw new NoSuchFileException(file.toString(), null, "there is no such classifier file");
        }
        if (Files.isDirectory(file)) {
            throw new ClassifierFileException(file + " is a folder; give the classifier file itself, for example "
                    + file.resolve("classifier.onnx"));
        }
        try (FileChannel channel = FileChannel.open(file)) {
            return check(file.toString(), ModelEnvelope.Bytes.of(channel));
        }
    }

    static ImageClassifier load(byte[] file, ClassifierOptions options) throws IOException {
        String name = "classifier of " + file.length + " bytes";
        ClassifierInfo unbound = check(name, ModelEnvelope.Bytes.of(file));
        return open(name, unbound, options, (env, session) -> env.createSession(file, session));
    }

    /** Reads and checks all that can be known without the engine; the outputs are not known yet. */
    private static ClassifierInfo check(String name, ModelEnvelope.Bytes file) throws IOException {
        ModelEnvelope envelope;
        try {
            envelope = ModelEnvelope.read(file);
        } catch (IOException e) {
            throw new ClassifierFileException(name + ": " + e.getMessage(), e);
        }
        Map<String, String> metadata = envelope.metadata();
        String version = metadata.get("terzi.format");
        if (version == null) {
            throw new ClassifierFileException(name + " is an ONNX model but no classifier file: its metadata has no"
                    + " 'terzi.format'; write it with terzi.export.ClassifierFile");
        }
        if (!version.equals(FORMAT_VERSION)) {
            throw new ClassifierFileException(
                    name + ": format version " + version + ", this terzi-inference reads version "
                            + FORMAT_VERSION + "; use a terzi-inference as new as the program that wrote the file"
                            + writer(metadata));
        }
        if (envelope.digestOffset() < 0) {
            throw new ClassifierFileException(name + ": the metadata has no digest '" + ClassifierDigest.KEY
                    + "' (64 lower-case hexadecimal digits), so damage could not be noticed; export it again");
        }
        String stored = metadata.getOrDefault(ClassifierDigest.KEY, "");
        String actual = envelope.digest();
        if (!actual.equals(stored)) {
            throw new ClassifierFileException(name + " was changed or damaged after it was written: its SHA-256 is "
                    + actual + ", the stored one " + stored
                    + "; fetch it again, or export it again if the change was meant");
        }
        return new ClassifierInfo(1, labels(name, metadata), 1, temperature(name, metadata), false, false, metadata);
    }

    private static String writer(Map<String, String> metadata) {
        return Optional.ofNullable(metadata.get("terzi.version"))
                .map(version -> " (terzi " + version + ")")
                .orElse("");
    }

    private static List<String> labels(String name, Map<String, String> metadata) throws ClassifierFileException {
        String json = metadata.get("terzi.labels");
        if (json == null) {
            throw new ClassifierFileException(name + ": the metadata has no 'terzi.labels'; export it again");
        }
        try {
            return JsonStrings.parse(json);
        } catch (IllegalArgumentException e) {
            throw new ClassifierFileException(name + ": 'terzi.labels' is damaged: " + e.getMessage(), e);
        }
    }

    private static float temperature(String name, Map<String, String> metadata) throws ClassifierFileException {
        String text = metadata.getOrDefault("terzi.temperature", "1");
        try {
            return Float.parseFloat(text);
        } catch (NumberFormatException e) {
            throw new ClassifierFileException(name + ": 'terzi.temperature' is no number: '" + text + "'", e);
        }
    }

    private interface SessionSource {
        OrtSession open(OrtEnvironment environment, OrtSession.SessionOptions options) throws OrtException;
    }

    private static ImageClassifier open(
            String name, ClassifierInfo unbound, ClassifierOptions options, SessionSource source)
            throws ClassifierFileException {
        return switch (options.device().kind()) {
            case CPU -> bind(name, unbound, options, Device.cpu(), source);
            case CUDA -> {
                Optional<String> obstacle = CudaProbe.hardObstacle();
                if (obstacle.isPresent()) {
                    throw new DeviceUnavailableException(options.device() + " was asked for and cannot be used: "
                            + obstacle.get() + ". It needs " + CudaProbe.VERSIONS + "; or take Device.cpu()");
                }
                yield bind(name, unbound, options, options.device(), source);
            }
            case AUTO -> openBest(name, unbound, options, source);
        };
    }

    private static ImageClassifier openBest(
            String name, ClassifierInfo unbound, ClassifierOptions options, SessionSource source)
            throws ClassifierFileException {
        Optional<String> obstacle = CudaProbe.obstacle();
        if (obstacle.isEmpty()) {
            try {
                ImageClassifier classifier = bind(name, unbound, options, Device.cuda(0), source);
                log.info("{} runs on cuda:0", name);
                return classifier;
            } catch (DeviceUnavailableException e) {
                obstacle = Optional.of(String.valueOf(e.getMessage()));
            }
        }
        log.info("{} runs on the CPU; CUDA cannot be used: {}", name, obstacle.get());
        return bind(name, unbound, options, Device.cpu(), source);
    }

    private static ImageClassifier bind(
            String name, ClassifierInfo unbound, ClassifierOptions options, Device device, SessionSource source)
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
                OrtNetwork network = new OrtNetwork(name, environment, opened, device);
                return new ImageClassifier(network, info(name, unbound, network), options);
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

    private static ClassifierInfo info(String name, ClassifierInfo unbound, OrtNetwork network)
            throws ClassifierFileException {
        if (unbound.labels().size() != network.classes()) {
            throw new ClassifierFileException(name + ": " + unbound.labels().size() + " labels for " + network.classes()
                    + " outputs of the network; export it again");
        }
        return new ClassifierInfo(
                unbound.formatVersion(),
                unbound.labels(),
                network.channels(),
                unbound.temperature(),
                network.hasFeatures(),
                network.hasActivationMap(),
                unbound.metadata());
    }
}
