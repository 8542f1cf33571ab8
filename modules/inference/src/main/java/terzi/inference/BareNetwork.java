package terzi.inference;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import terzi.images.Preprocessing;

/**
 * A network that is not a classifier file: {@code [N, C, h, w]} float32 in, {@code [N, K]} out. Whether its answers are logits
 * or probabilities already is told by running it once.
 */
final class BareNetwork {

    private BareNetwork() {}

    static ImageClassifier load(Path file, Preprocessing preprocessing, List<String> labels, ClassifierOptions options)
            throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new NoSuchFileException(NativeFile.name(file), null, "there is no such network");
        }
        if (labels.isEmpty() || new HashSet<>(labels).size() != labels.size()) {
            throw new IllegalArgumentException("labels must be different texts, one or more, found " + labels);
        }
        ClassifierLoader.requireSize(file, options);
        String name = NativeFile.name(file);
        if (NativeFile.isReachable(file)) {
            return open(file, name, preprocessing, labels, options);
        }
        Path copy = copy(file, options);
        try {
            return open(copy, name, preprocessing, labels, options);
        } finally {
            NativeFile.delete(Objects.requireNonNull(copy.getParent()));
        }
    }

    private static Path copy(Path file, ClassifierOptions options) throws IOException {
        String name = NativeFile.name(file);
        try {
            Set<String> locations = ExternalData.locations(ModelEnvelope.Bytes.of(NativeFile.bytes(file)));
            long elsewhere = ExternalData.requireBeside(file, locations);
            ClassifierLoader.requireSize(name, Files.size(file) + elsewhere, options);
            return NativeFile.copy(file, locations);
        } catch (ClassifierFileException e) {
            throw e;
        } catch (IOException e) {
            throw new ClassifierFileException(name + ": " + e.getMessage(), e);
        }
    }

    /** @param name for messages */
    private static ImageClassifier open(
            Path file, String name, Preprocessing preprocessing, List<String> labels, ClassifierOptions options)
            throws IOException {
        Map<String, String> metadata;
        Optional<GraphCache> cache = Optional.empty();
        long elsewhere;
        try (FileChannel channel = FileChannel.open(file)) {
            ModelEnvelope.Bytes bytes = ModelEnvelope.Bytes.of(channel);
            ModelEnvelope envelope = ModelEnvelope.read(bytes);
            metadata = envelope.metadata();
            elsewhere = ExternalData.requireBeside(file, ExternalData.locations(bytes));
            if (options.graphCache().isPresent() && elsewhere == 0) {
                cache = GraphCache.lookUp(options.graphCache().get(), envelope.digest(), bytes);
            }
        } catch (ClassifierFileException e) {
            throw e;
        } catch (IOException e) {
            throw new ClassifierFileException(name + ": " + e.getMessage(), e);
        }
        ClassifierLoader.requireSize(name, Files.size(file) + elsewhere, options);
        String opened = file.toString();
        Sessions.Binding binding = (environment, session, device) -> {
            Signature signature = signature(name, environment, session, preprocessing, labels.size());
            int channels = preprocessing.channels().count();
            ClassifierInfo info = new ClassifierInfo(
                    0,
                    labels,
                    channels,
                    1,
                    signature.features() != null,
                    false,
                    false,
                    Optional.of(preprocessing),
                    Optional.empty(),
                    metadata);
            OrtNetwork network = new OrtNetwork(name, environment, session, device, signature);
            return new ImageClassifier(network, new Preparation.Tensor(preprocessing), info, options);
        };
        Sessions.Source source = (environment, session) -> environment.createSession(opened, session);
        return Sessions.open(new Sessions.Network(name, cache, source, binding), options);
    }

    private static Signature signature(
            String name, OrtEnvironment environment, OrtSession session, Preprocessing preprocessing, int labels)
            throws ClassifierFileException, OrtException {
        String input = input(name, session, preprocessing);
        String answer = answer(name, session);
        Set<String> outputs = session.getOutputNames();
        String features = outputs.contains(Signature.FEATURES)
                        && rank(session.getOutputInfo().get(Signature.FEATURES)) == 2
                ? Signature.FEATURES
                : null;
        Trial trial = new Trial(name, environment, session, input, answer, preprocessing);
        int batch = trial.batch();
        float[][] answers = trial.answers();
        if (answers[0].length != labels) {
            throw new ClassifierFileException(name + ": " + labels + " labels for " + answers[0].length
                    + " outputs of the network; give one for each, in the network's order");
        }
        Signature.Softmax softmax =
                areProbabilities(answers) ? Signature.Softmax.IN_GRAPH : Signature.Softmax.AFTER_GRAPH;
        return new Signature(input, OnnxJavaType.FLOAT, answer, softmax, null, features, null, null, labels, batch);
    }

    /** The one input, if images prepared like this fit into it. */
    private static String input(String name, OrtSession session, Preprocessing preprocessing)
            throws ClassifierFileException, OrtException {
        Map<String, NodeInfo> inputs = session.getInputInfo();
        long[] wanted = {-1, preprocessing.channels().count(), preprocessing.height(), preprocessing.width()};
        for (Map.Entry<String, NodeInfo> input : inputs.entrySet()) {
            if (inputs.size() == 1
                    && input.getValue().getInfo() instanceof TensorInfo tensor
                    && tensor.type == OnnxJavaType.FLOAT
                    && fits(tensor.getShape(), wanted)) {
                return input.getKey();
            }
        }
        throw new ClassifierFileException(name + ": expected one float32 input [N, " + wanted[1] + ", " + wanted[2]
                + ", " + wanted[3] + "] as the preprocessing gives it, found " + inputs.values());
    }

    private static boolean fits(long[] shape, long[] wanted) {
        boolean fits = shape.length == wanted.length;
        for (int axis = 1; fits && axis < wanted.length; axis++) {
            fits = shape[axis] < 0 || shape[axis] == wanted[axis];
        }
        return fits;
    }

    /** The output named logits, else the first of rank 2 that is not named features, else those. */
    private static String answer(String name, OrtSession session) throws ClassifierFileException, OrtException {
        Map<String, NodeInfo> outputs = session.getOutputInfo();
        if (rank(outputs.get(Signature.LOGITS)) == 2) {
            return Signature.LOGITS;
        }
        return outputs.entrySet().stream()
                .filter(output -> rank(output.getValue()) == 2)
                .map(Map.Entry::getKey)
                .sorted(Comparator.comparing(Signature.FEATURES::equals)) // stable: the order of the file otherwise
                .findFirst()
                .orElseThrow(() -> new ClassifierFileException(
                        name + ": expected a float32 output [N, K], found " + outputs.values()));
    }

    private static int rank(@Nullable NodeInfo value) {
        return Optional.ofNullable(value)
                .map(NodeInfo::getInfo)
                .filter(TensorInfo.class::isInstance)
                .map(TensorInfo.class::cast)
                .filter(tensor -> tensor.type == OnnxJavaType.FLOAT)
                .map(tensor -> tensor.getShape().length)
                .orElse(-1);
    }

    private static boolean areProbabilities(float[][] answers) {
        for (float[] row : answers) {
            double sum = 0;
            for (float value : row) {
                if (!(value >= 0)) {
                    return false;
                }
                sum += value;
            }
            if (Math.abs(sum - 1) > 1e-3) {
                return false;
            }
        }
        return true;
    }
}
