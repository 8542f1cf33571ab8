package terzi.inference;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import terzi.images.Preprocessing;

/**
 * The answers of a network to two images of noise, one weak and one strong. They tell what nothing else does: whether the
 * answers are probabilities, and how many images a run may have. Exporters that trace a network with one image write its
 * batch into Reshape nodes while the input says that any number will do.
 */
final class Trial {

    private static final Log log = Log.of(Trial.class);
    private static final int IMAGES = 2;

    /** Of the largest logit; the order of additions may differ between batches. */
    private static final double TOLERANCE = 1e-3;

    private final String name;
    private final OrtEnvironment environment;
    private final OrtSession session;
    private final String input;
    private final String answer;
    private final long[] shape;
    private final int batch;
    private final float[][] answers;

    Trial(
            String name,
            OrtEnvironment environment,
            OrtSession session,
            String input,
            String answer,
            Preprocessing preprocessing)
            throws OrtException, ClassifierFileException {
        this.name = name;
        this.environment = environment;
        this.session = session;
        this.input = input;
        this.answer = answer;
        this.shape = new long[] {1, preprocessing.channels().count(), preprocessing.height(), preprocessing.width()};
        NodeInfo declaration = Objects.requireNonNull(session.getInputInfo().get(input));
        long[] declared = ((TensorInfo) declaration.getInfo()).getShape();
        int declaredBatch = Signature.batch(declared);
        this.batch = declaredBatch == Signature.ANY_BATCH ? batchThatWorks() : declaredBatch;
        this.answers = finite(answersInRunsOf(batch == Signature.ANY_BATCH ? IMAGES : batch));
    }

    /** How many images a run takes, or {@link Signature#ANY_BATCH}. */
    int batch() {
        return batch;
    }

    /** {@code [1 or 2, K]}, finite */
    float[][] answers() {
        return answers;
    }

    private int batchThatWorks() throws OrtException, ClassifierFileException {
        float[][] together;
        try {
            together = answersInRunsOf(IMAGES);
        } catch (OrtException | ClassifierFileException e) {
            log.info("{} takes one image a run, though its input says any number: {}", name, e.getMessage());
            return 1;
        }
        float[] alone = run(1, 1)[0];
        double largest = 1;
        double difference = 0;
        for (int k = 0; k < alone.length; k++) {
            largest = Math.max(largest, Math.abs(alone[k]));
            difference = Math.max(difference, Math.abs(alone[k] - together[1][k]));
        }
        if (difference <= TOLERANCE * largest || Double.isNaN(difference)) {
            return Signature.ANY_BATCH;
        }
        log.warn(
                "{} answers an image otherwise when another one is in the same batch (by {}); it gets one image a run",
                name,
                difference);
        return 1;
    }

    private float[][] answersInRunsOf(int size) throws OrtException, ClassifierFileException {
        if (size == 1) {
            return new float[][] {run(1, 0)[0], run(1, 1)[0]};
        }
        float[][] rows = run(size, 0);
        return new float[][] {rows[0], rows[1]};
    }

    /** The answers to so many images in one run: from the first kind of noise on, the others are of the last kind. */
    private float[][] run(int size, int first) throws OrtException, ClassifierFileException {
        int values = Math.toIntExact(shape[1] * shape[2] * shape[3]);
        ByteBuffer memory = ByteBuffer.allocateDirect(Math.multiplyExact(size, values * Float.BYTES))
                .order(ByteOrder.nativeOrder());
        for (int i = 0; i < size; i++) {
            int strength = Math.min(IMAGES, first + i + 1);
            Random random = new Random(strength);
            for (int k = 0; k < values; k++) {
                memory.putFloat((float) random.nextGaussian() * strength);
            }
        }
        long[] run = shape.clone();
        run[0] = size;
        try (OnnxTensor tensor = OnnxTensor.createTensor(environment, memory.flip(), run, OnnxJavaType.FLOAT);
                OrtSession.Result result = session.run(Map.of(input, tensor), Set.of(answer))) {
            float[][] rows = OrtNetwork.rows(result, answer);
            if (rows.length != size) {
                throw new ClassifierFileException(name + ": expected " + size + " rows in the output '" + answer
                        + "' for as many images, found " + rows.length
                        + "; export the network again with a free batch axis in input and output");
            }
            return rows;
        }
    }

    private float[][] finite(float[][] rows) throws ClassifierFileException {
        List<float[]> finite = new ArrayList<>();
        for (float[] row : rows) {
            boolean isFinite = true;
            for (float value : row) {
                isFinite &= Float.isFinite(value);
            }
            if (isFinite) {
                finite.add(row);
            }
        }
        if (finite.isEmpty()) {
            throw new ClassifierFileException(name + ": answers to noise must be finite numbers, found "
                    + Arrays.toString(rows[0]) + "; the weights are damaged, fetch or export the network again");
        }
        return finite.toArray(float[][]::new);
    }
}
