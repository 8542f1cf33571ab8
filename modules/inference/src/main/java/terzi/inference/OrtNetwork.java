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
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * One ONNX Runtime session with the buffers of its calls. Any number of threads may run it; closing waits for them, and
 * a run after that throws instead of touching freed memory.
 */
final class OrtNetwork implements AutoCloseable {

    static final String IMAGE = "image";
    static final String PROBABILITIES = "probabilities";
    static final String LOGITS = "logits";
    static final String FEATURES = "features";
    static final String ACTIVATION_MAP = "activation_map";

    /** Larger inputs give their memory back after the run: one huge photo must not cost an app its size for ever. */
    private static final long LARGE_INPUT_BYTES = 16 << 20;

    private final String name;
    private final OrtEnvironment environment;
    private final OrtSession session;
    private final Device device;
    private final int channels;
    private final int classes;
    private final boolean features;
    private final boolean activationMap;

    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private final ArrayBlockingQueue<Workspace> idle = new ArrayBlockingQueue<>(64);
    private boolean closed; // guarded by lock

    /**
     * Takes the session over.
     *
     * @param name of the file, for messages
     * @throws ClassifierFileException when inputs and outputs are not those of a classifier file
     */
    OrtNetwork(String name, OrtEnvironment environment, OrtSession session, Device device)
            throws ClassifierFileException, OrtException {
        this.name = name;
        this.environment = environment;
        this.session = session;
        this.device = device;
        long[] image = shape(session.getInputInfo(), IMAGE, OnnxJavaType.UINT8, 4);
        long[] logits = shape(session.getOutputInfo(), LOGITS, OnnxJavaType.FLOAT, 2);
        long[] probabilities = shape(session.getOutputInfo(), PROBABILITIES, OnnxJavaType.FLOAT, 2);
        if (session.getNumInputs() != 1 || (image[3] != 1 && image[3] != 3)) {
            throw new ClassifierFileException(
                    name + ": a classifier file has one input 'image' [N, H, W, C] with C = 1 or" + " 3, found "
                            + session.getInputInfo());
        }
        if (logits[1] < 1 || probabilities[1] != logits[1]) {
            throw new ClassifierFileException(name + ": the number of labels must be fixed and equal in the outputs"
                    + " 'logits' and 'probabilities', found " + logits[1] + " and " + probabilities[1]);
        }
        this.channels = (int) image[3];
        this.classes = (int) logits[1];
        this.features = session.getOutputNames().contains(FEATURES);
        this.activationMap = session.getOutputNames().contains(ACTIVATION_MAP);
    }

    private long[] shape(Map<String, NodeInfo> values, String value, OnnxJavaType type, int rank)
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

    Device device() {
        return device;
    }

    int channels() {
        return channels;
    }

    int classes() {
        return classes;
    }

    boolean hasFeatures() {
        return features;
    }

    boolean hasActivationMap() {
        return activationMap;
    }

    /** Fills the input of a run. */
    interface Pixels {

        /** @param target direct, {@code [N, H, W, C]}, empty up to its limit */
        void writeTo(ByteBuffer target);
    }

    /** The probabilities {@code [N, K]} of pictures that are first copied into this network's own direct buffer. */
    float[][] probabilities(int n, int height, int width, Pixels pixels) {
        int bytes = inputBytes(n, height, width);
        enter();
        try {
            Workspace workspace = Optional.ofNullable(idle.poll()).orElseGet(Workspace::new);
            boolean reusable = false;
            try {
                float[][] result = workspace.probabilities(n, height, width, bytes, pixels);
                reusable = bytes <= LARGE_INPUT_BYTES;
                return result;
            } finally {
                if (!reusable || !idle.offer(workspace)) {
                    workspace.close();
                }
            }
        } catch (OrtException e) {
            throw failed(e, n, height, width);
        } finally {
            lock.readLock().unlock();
        }
    }

    /** All outputs for the pixels in a direct buffer from its position on, which are not copied. */
    Outputs outputs(ByteBuffer direct, int n, int height, int width) {
        int bytes = inputBytes(n, height, width);
        if (direct.remaining() != bytes) {
            throw new IllegalArgumentException("pixels [" + n + ", " + height + ", " + width + ", " + channels
                    + "] are " + bytes + " bytes, the buffer has " + direct.remaining() + " left");
        }
        enter();
        try (OnnxTensor input = OnnxTensor.createTensor(
                        environment,
                        direct.slice().order(ByteOrder.nativeOrder()),
                        new long[] {n, height, width, channels},
                        OnnxJavaType.UINT8);
                OrtSession.RunOptions options = runOptions(bytes);
                OrtSession.Result result = session.run(Map.of(IMAGE, input), session.getOutputNames(), options)) {
            return new Outputs(
                    rows(result, PROBABILITIES, n),
                    rows(result, LOGITS, n),
                    features ? rows(result, FEATURES, n) : null,
                    activationMap ? maps(result, n) : null);
        } catch (OrtException e) {
            throw failed(e, n, height, width);
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Waits for the runs of other threads, then frees the session. Again is no error. */
    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            for (Workspace workspace = idle.poll(); workspace != null; workspace = idle.poll()) {
                workspace.close();
            }
            session.close();
        } catch (OrtException e) {
            throw new InferenceException(name + ": ONNX Runtime could not free the session: " + e.getMessage(), e);
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** Takes the read lock, which the caller releases. */
    private void enter() {
        lock.readLock().lock();
        if (closed) {
            lock.readLock().unlock();
            throw new IllegalStateException(
                    "the classifier of " + name + " is closed; load it again, or close it later");
        }
    }

    private int inputBytes(int n, int height, int width) {
        if (n < 1 || height < 1 || width < 1) {
            throw new IllegalArgumentException(
                    "pictures must have 1 or more in every dimension, found " + n + " of " + width + "x" + height);
        }
        long bytes = Math.multiplyExact(Math.multiplyExact((long) n * height, (long) width), (long) channels);
        if (bytes > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    n + " pictures of " + width + "x" + height + " are too many for one run: " + bytes + " bytes");
        }
        return (int) bytes;
    }

    private OrtSession.RunOptions runOptions(int bytes) throws OrtException {
        OrtSession.RunOptions options = new OrtSession.RunOptions();
        if (bytes > LARGE_INPUT_BYTES) {
            options.addRunConfigEntry("memory.enable_memory_arena_shrinkage", "cpu:0");
        }
        return options;
    }

    private InferenceException failed(OrtException e, int n, int height, int width) {
        return new InferenceException(
                name + ": ONNX Runtime failed on " + n + " pictures of " + width + "x" + height + " on " + device + ": "
                        + e.getMessage(),
                e);
    }

    private static FloatBuffer values(OrtSession.Result result, String output) {
        return ((OnnxTensor) result.get(output).orElseThrow()).getFloatBuffer();
    }

    private static float[][] rows(OrtSession.Result result, String output, int n) {
        return rows(values(result, output), n);
    }

    private static float[][] rows(FloatBuffer values, int n) {
        float[][] rows = new float[n][values.remaining() / n];
        for (float[] row : rows) {
            values.get(row);
        }
        return rows;
    }

    private ActivationMap[][] maps(OrtSession.Result result, int n) {
        OnnxTensor tensor = (OnnxTensor) result.get(ACTIVATION_MAP).orElseThrow();
        long[] shape = tensor.getInfo().getShape();
        FloatBuffer values = tensor.getFloatBuffer();
        int height = Math.toIntExact(shape[2]);
        int width = Math.toIntExact(shape[3]);
        ActivationMap[][] maps = new ActivationMap[n][classes];
        for (ActivationMap[] row : maps) {
            for (int label = 0; label < classes; label++) {
                float[] map = new float[height * width];
                values.get(map);
                row[label] = new ActivationMap(width, height, map);
            }
        }
        return maps;
    }

    /**
     * The memory of one call at a time: input and output live in direct buffers in the machine's byte order, which ONNX
     * Runtime reads and writes in place, and are kept for the next call of the same shape.
     */
    private final class Workspace implements AutoCloseable {

        private ByteBuffer memory = ByteBuffer.allocateDirect(0);
        private ByteBuffer pixels = memory; // the part of the memory that the shape needs
        private long[] shape = {};
        private @Nullable OnnxTensor input;
        private @Nullable OnnxTensor output;
        private FloatBuffer values = FloatBuffer.allocate(0);

        float[][] probabilities(int n, int height, int width, int bytes, Pixels source) throws OrtException {
            prepare(n, height, width, bytes);
            source.writeTo(pixels.clear());
            OnnxTensor in = Objects.requireNonNull(input);
            OnnxTensor out = Objects.requireNonNull(output);
            try (OrtSession.RunOptions options = runOptions(bytes)) {
                // the result only refers to the output's memory
                session.run(Map.of(IMAGE, in), Set.of(), Map.of(PROBABILITIES, out), options)
                        .close();
            }
            return rows(values.clear(), n);
        }

        private void prepare(int n, int height, int width, int bytes) throws OrtException {
            long[] wanted = {n, height, width, channels};
            if (Arrays.equals(shape, wanted)) {
                return;
            }
            close();
            if (memory.capacity() < bytes) {
                memory = ByteBuffer.allocateDirect(bytes);
            }
            pixels = memory.slice(0, bytes).order(ByteOrder.nativeOrder());
            input = OnnxTensor.createTensor(environment, pixels, wanted, OnnxJavaType.UINT8);
            values = ByteBuffer.allocateDirect(n * classes * Float.BYTES)
                    .order(ByteOrder.nativeOrder())
                    .asFloatBuffer();
            output = OnnxTensor.createTensor(environment, values, new long[] {n, classes});
            shape = wanted;
        }

        @Override
        public void close() {
            shape = new long[0];
            if (input != null) {
                input.close();
                input = null;
            }
            if (output != null) {
                output.close();
                output = null;
            }
        }
    }
}
