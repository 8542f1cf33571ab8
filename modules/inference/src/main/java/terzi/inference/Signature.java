package terzi.inference;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which inputs and outputs of a network are which.
 *
 * @param answer the output {@code [N, K]} that becomes a prediction
 * @param softmax what is done to the answer to get probabilities
 * @param logits the output {@code [N, K]} before the softmax, where it is another one than the answer
 * @param features the output {@code [N, F]}, if there is one
 * @param activationMap the output {@code [N, K, h, w]}, if there is one
 * @param strangeness the output {@code [N]}, if there is one
 * @param batch how many images each run takes, or {@link #ANY_BATCH}
 */
record Signature(
        String input,
        OnnxJavaType type,
        String answer,
        Softmax softmax,
        @Nullable String logits,
        @Nullable String features,
        @Nullable String activationMap,
        @Nullable String strangeness,
        int classes,
        int batch) {

    /** The batch of a network that takes any number of images. */
    static final int ANY_BATCH = 0;

    static final String IMAGE = "image";
    static final String PROBABILITIES = "probabilities";
    static final String LOGITS = "logits";
    static final String FEATURES = "features";
    static final String ACTIVATION_MAP = "activation_map";
    static final String STRANGENESS = "strangeness";

    /** Where the softmax is. */
    enum Softmax {
        IN_GRAPH,
        AFTER_GRAPH
    }

    /**
     * That of a classifier file.
     *
     * @param name of the file, for messages
     * @throws ClassifierFileException when inputs and outputs are not those of a classifier file
     */
    static Signature ofClassifier(String name, OrtSession session) throws ClassifierFileException, OrtException {
        long[] image = shape(name, session.getInputInfo(), IMAGE, OnnxJavaType.UINT8, 4);
        long[] logits = shape(name, session.getOutputInfo(), LOGITS, OnnxJavaType.FLOAT, 2);
        long[] probabilities = shape(name, session.getOutputInfo(), PROBABILITIES, OnnxJavaType.FLOAT, 2);
        if (session.getNumInputs() != 1 || (image[3] != 1 && image[3] != 3)) {
            throw new ClassifierFileException(
                    name + ": a classifier file has one input 'image' [N, H, W, C] with C = 1 or 3, found "
                            + session.getInputInfo());
        }
        if (logits[1] < 1 || probabilities[1] != logits[1]) {
            throw new ClassifierFileException(name + ": the number of labels must be fixed and equal in the outputs"
                    + " 'logits' and 'probabilities', found " + logits[1] + " and " + probabilities[1]);
        }
        boolean hasStrangeness = session.getOutputNames().contains(STRANGENESS);
        if (hasStrangeness) {
            shape(name, session.getOutputInfo(), STRANGENESS, OnnxJavaType.FLOAT, 1);
        }
        return new Signature(
                IMAGE,
                OnnxJavaType.UINT8,
                PROBABILITIES,
                Softmax.IN_GRAPH,
                LOGITS,
                session.getOutputNames().contains(FEATURES) ? FEATURES : null,
                session.getOutputNames().contains(ACTIVATION_MAP) ? ACTIVATION_MAP : null,
                hasStrangeness ? STRANGENESS : null,
                Math.toIntExact(logits[1]),
                batch(image));
    }

    /** The outputs that a prediction needs. */
    Set<String> answers() {
        return strangeness == null ? Set.of(answer) : Set.of(answer, strangeness);
    }

    /** How many images an input of this shape takes, ONNX Runtime's -1 being any. */
    static int batch(long[] input) {
        return input[0] > 0 ? Math.toIntExact(input[0]) : ANY_BATCH;
    }

    /** Channels of the images that a classifier file takes. */
    static int channels(OrtSession session) throws OrtException {
        NodeInfo image = session.getInputInfo().get(IMAGE);
        return image != null && image.getInfo() instanceof TensorInfo tensor ? (int) tensor.getShape()[3] : 0;
    }

    private static long[] shape(String name, Map<String, NodeInfo> values, String value, OnnxJavaType type, int rank)
            throws ClassifierFileException {
        NodeInfo node = values.get(value);
        if (node != null
                && node.getInfo() instanceof TensorInfo tensor
                && tensor.type == type
                && tensor.getShape().length == rank) {
            return tensor.getShape();
        }
        throw new ClassifierFileException(name + ": a classifier file has '" + value + "', " + type + " of rank " + rank
                + "; found " + (node == null ? "only " + values.keySet() : node.getInfo()));
    }
}
