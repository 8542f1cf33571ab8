package terzi.inference;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One ONNX Runtime session with the buffers of its calls. Any number of threads may run it; closing waits for them, and
 * a run after that throws instead of touching freed memory.
 */
final class OrtNetwork implements AutoCloseable {

    /** Larger inputs give their memory back after the run: one huge photo must not cost an app its size for ever. */
    static final long LARGE_INPUT_BYTES = 16 << 20;

    private final String name;
    private final OrtEnvironment environment;
    private final OrtSession session;
    private final Set<String> outputNames;
    private final Device device;
    private final Signature signature;

    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private final ArrayBlockingQueue<Workspace> idle = new ArrayBlockingQueue<>(64);
    private boolean closed; // guarded by lock

    /**
     * Takes the session over.
     *
     * @param name of the file, for messages
     */
    OrtNetwork(String name, OrtEnvironment environment, OrtSession session, Device device, Signature signature) {
        this.name = name;
        this.environment = environment;
        this.session = session;
        this.outputNames = Set.copyOf(session.getOutputNames()); // asked for without the lock
        this.device = device;
        this.signature = signature;
    }

    Device device() {
        return device;
    }

    Signature signature() {
        return signature;
    }

    String name() {
        return name;
    }

    /** Takes what is wanted out of a result, which is freed afterwards. */
    interface Reading<T> {
        T read(OrtSession.Result result) throws OrtException;
    }

    /** The answers to N images that are first copied into this network's own direct buffer. */
    List<Answer> answers(Batch images, Cancellation cancellation) {
        return ofRuns(images, run -> work(run.shape(), workspace -> workspace.answers(run, cancellation)));
    }

    /** The embeddings {@code [N, F]}; only for networks that have them. */
    List<float[]> features(Batch images) {
        String features = Objects.requireNonNull(signature.features());
        return ofRuns(
                images,
                run -> work(
                        run.shape(),
                        workspace -> workspace.run(run, Set.of(features), result -> List.of(rows(result, features)))));
    }

    /** All outputs. */
    Outputs outputs(Batch images) {
        return Outputs.joined(runs(images).stream()
                .map(run -> work(run.shape(), workspace -> workspace.run(run, outputNames, this::outputs))
                        .first(run.count()))
                .toList());
    }

    /** All outputs for the input in a direct buffer from its position on, which is not copied. */
    Outputs outputs(long[] shape, ByteBuffer direct) {
        requireRemaining(direct, shape, bytes(shape));
        if (!takes(shape[0])) {
            return outputs(Batch.of(shape, direct));
        }
        return direct(shape, direct, outputNames, this::outputs);
    }

    /** The answers for the input in a direct buffer from its position on, which is not copied if it is large. */
    List<Answer> answers(long[] shape, ByteBuffer direct) {
        long bytes = bytes(shape);
        requireRemaining(direct, shape, bytes);
        if (bytes <= LARGE_INPUT_BYTES || !takes(shape[0])) {
            return answers(Batch.of(shape, direct), Cancellation.NEVER);
        }
        return direct(
                shape,
                direct,
                signature.answers(),
                result -> answers(rows(result, signature.answer()), strangeness(result)));
    }

    private boolean takes(long images) {
        return signature.batch() == Signature.ANY_BATCH || signature.batch() == images;
    }

    /** The images in runs of the size that the network takes. */
    private List<Batch> runs(Batch images) {
        if (takes(images.count())) {
            return List.of(images);
        }
        int size = signature.batch();
        List<Batch> runs = new ArrayList<>();
        for (int from = 0; from < images.count(); from += size) {
            runs.add(images.part(from, Math.min(images.count(), from + size), size));
        }
        return runs;
    }

    private <T> List<T> ofRuns(Batch images, Function<Batch, List<T>> rows) {
        List<T> all = new ArrayList<>();
        for (Batch run : runs(images)) {
            List<T> answers = rows.apply(run);
            if (answers.size() != run.shape()[0]) {
                throw new InferenceException(
                        name + ": expected a row for each of " + run.shape()[0] + " images, found " + answers.size()
                                + "; export the network again with a free batch axis",
                        -1);
            }
            all.addAll(answers.subList(0, run.count()));
        }
        return all;
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

    /** @throws IllegalStateException after {@link #close} */
    void requireOpen() {
        enter();
        lock.readLock().unlock();
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

    private interface Work<T> {
        T with(Workspace workspace) throws OrtException;
    }

    private <T> T work(long[] shape, Work<T> work) {
        long bytes = bytes(shape);
        enter();
        try {
            Workspace idling = idle.poll();
            Workspace workspace = idling == null ? new Workspace() : idling;
            boolean reusable = false;
            try {
                T result = work.with(workspace);
                reusable = bytes <= LARGE_INPUT_BYTES;
                return result;
            } finally {
                if (!reusable || !idle.offer(workspace)) {
                    workspace.close();
                }
            }
        } catch (OrtException e) {
            throw failed(e, shape);
        } finally {
            lock.readLock().unlock();
        }
    }

    /** @param direct has the bytes of the shape left */
    private <T> T direct(long[] shape, ByteBuffer direct, Set<String> outputs, Reading<T> reading) {
        long bytes = bytes(shape);
        enter();
        try (OnnxTensor input = OnnxTensor.createTensor(
                        environment, direct.slice().order(ByteOrder.nativeOrder()), shape, signature.type());
                OrtSession.RunOptions options = runOptions(bytes);
                OrtSession.Result result = session.run(Map.of(signature.input(), input), outputs, options)) {
            return reading.read(result);
        } catch (OrtException e) {
            throw failed(e, shape);
        } finally {
            lock.readLock().unlock();
        }
    }

    /** The tensors that wait for the next call of their shape. */
    List<OnnxTensor> kept() {
        return idle.stream()
                .flatMap(workspace ->
                        Stream.concat(Stream.ofNullable(workspace.input), workspace.outputs.values().stream()))
                .toList();
    }

    private static void requireRemaining(ByteBuffer direct, long[] shape, long bytes) {
        if (direct.remaining() != bytes) {
            throw new IllegalArgumentException("pixels " + Arrays.toString(shape) + " are " + bytes
                    + " bytes, the buffer has " + direct.remaining() + " left");
        }
    }

    private long bytes(long[] shape) {
        long bytes = signature.type().size;
        for (long dimension : shape) {
            if (dimension < 1) {
                throw new IllegalArgumentException(
                        "images must have 1 or more in every dimension, found " + Arrays.toString(shape));
            }
            bytes = Math.multiplyExact(bytes, dimension);
        }
        if (bytes > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "images " + Arrays.toString(shape) + " are too many for one run: " + bytes + " bytes");
        }
        return bytes;
    }

    private static OrtSession.RunOptions runOptions(long bytes) throws OrtException {
        OrtSession.RunOptions options = new OrtSession.RunOptions();
        if (bytes > LARGE_INPUT_BYTES) {
            options.addRunConfigEntry("memory.enable_memory_arena_shrinkage", "cpu:0");
        }
        return options;
    }

    private InferenceException failed(OrtException e, long[] shape) {
        return new InferenceException(
                name + ": ONNX Runtime failed on images " + Arrays.toString(shape) + " on " + device + ": "
                        + e.getMessage(),
                e);
    }

    private Outputs outputs(OrtSession.Result result) throws OrtException {
        float[][] answers = rows(result, signature.answer());
        float[][] logits = signature.logits() == null ? copies(answers) : rows(result, signature.logits());
        if (signature.softmax() == Signature.Softmax.AFTER_GRAPH) {
            softmax(answers);
        } else if (signature.logits() == null) {
            for (float[] row : logits) {
                logarithm(row);
            }
        }
        return new Outputs(
                answers,
                logits,
                signature.features() == null ? new float[answers.length][0] : rows(result, signature.features()),
                strangeness(result),
                signature.activationMap() == null
                        ? Collections.nCopies(answers.length, List.of())
                        : maps(result, signature.activationMap()));
    }

    /**
     * @param rows {@code [N, K]}
     * @param strangeness {@code [N]}, or {@code [0]} if the network computes none
     */
    private List<Answer> answers(float[][] rows, float[] strangeness) {
        if (signature.softmax() == Signature.Softmax.AFTER_GRAPH) {
            softmax(rows);
        }
        List<Answer> answers = new ArrayList<>(rows.length);
        for (int i = 0; i < rows.length; i++) {
            answers.add(new Answer(rows[i], strangeness.length == 0 ? 0 : strangeness[i]));
        }
        return answers;
    }

    private static float[][] copies(float[][] rows) {
        return Arrays.stream(rows).map(float[]::clone).toArray(float[][]::new);
    }

    private static void softmax(float[][] rows) {
        for (float[] row : rows) {
            softmax(row);
        }
    }

    /** Logits that are not finite numbers have no softmax: all of the row is NaN then. */
    static void softmax(float[] row) {
        double highest = Double.NEGATIVE_INFINITY;
        for (float value : row) {
            highest = Float.isFinite(value) ? Math.max(highest, value) : Double.NaN;
        }
        double sum = 0;
        for (float value : row) {
            sum += Math.exp(value - highest);
        }
        for (int k = 0; k < row.length; k++) {
            row[k] = (float) (Math.exp(row[k] - highest) / sum);
        }
    }

    private static void logarithm(float[] row) {
        for (int k = 0; k < row.length; k++) {
            row[k] = (float) Math.log(Math.max(row[k], Float.MIN_NORMAL));
        }
    }

    private static OnnxTensor tensor(OrtSession.Result result, String output) {
        return (OnnxTensor) result.get(output).orElseThrow();
    }

    /** An output {@code [N, width]} as rows. */
    static float[][] rows(OrtSession.Result result, String output) {
        OnnxTensor tensor = tensor(result, output);
        return rows(tensor.getFloatBuffer(), (int) tensor.getInfo().getShape()[0]);
    }

    private static float[][] rows(FloatBuffer values, int n) {
        float[][] rows = new float[n][values.remaining() / n];
        for (float[] row : rows) {
            values.get(row);
        }
        return rows;
    }

    /** {@code [N]}, or {@code [0]} if the network computes none. */
    private float[] strangeness(OrtSession.Result result) {
        return signature.strangeness() == null
                ? new float[0]
                : values(tensor(result, signature.strangeness()).getFloatBuffer());
    }

    private static float[] values(FloatBuffer buffer) {
        float[] values = new float[buffer.remaining()];
        buffer.get(values);
        return values;
    }

    private static List<List<ActivationMap>> maps(OrtSession.Result result, String output) {
        OnnxTensor tensor = tensor(result, output);
        long[] shape = tensor.getInfo().getShape();
        FloatBuffer values = tensor.getFloatBuffer();
        int height = Math.toIntExact(shape[2]);
        int width = Math.toIntExact(shape[3]);
        float[] map = new float[height * width];
        List<List<ActivationMap>> maps = new ArrayList<>();
        for (int image = 0; image < shape[0]; image++) {
            List<ActivationMap> ofLabels = new ArrayList<>();
            for (int label = 0; label < shape[1]; label++) {
                values.get(map);
                ofLabels.add(new ActivationMap(width, height, map));
            }
            maps.add(ofLabels);
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
        private OrtSession.@Nullable RunOptions options;
        private Map<String, OnnxTensor> inputs = Map.of();
        private final Map<String, OnnxTensor> outputs = new HashMap<>();
        private FloatBuffer values = FloatBuffer.allocate(0);
        private FloatBuffer strangeness = values;

        List<Answer> answers(Batch images, Cancellation cancellation) throws OrtException {
            prepare(images.shape());
            images.write(pixels.clear());
            OrtSession.RunOptions run = Objects.requireNonNull(options);
            cancellation.startRun(run);
            try {
                // the result only refers to the output's memory
                session.run(inputs, Set.of(), outputs, run).close();
            } catch (OrtException e) {
                cancellation.check();
                throw e;
            } finally {
                cancellation.endRun();
            }
            cancellation.check(); // its options say "end" for ever: this workspace is not used again
            return OrtNetwork.this.answers(rows(values.clear(), (int) shape[0]), values(strangeness.clear()));
        }

        <T> T run(Batch images, Set<String> names, Reading<T> reading) throws OrtException {
            prepare(images.shape());
            images.write(pixels.clear());
            try (OrtSession.Result result = session.run(inputs, names, Objects.requireNonNull(options))) {
                return reading.read(result);
            }
        }

        private void prepare(long[] wanted) throws OrtException {
            if (Arrays.equals(shape, wanted)) {
                return;
            }
            close();
            int bytes = (int) bytes(wanted);
            if (memory.capacity() < bytes) {
                memory = ByteBuffer.allocateDirect(bytes);
            }
            pixels = memory.slice(0, bytes).order(ByteOrder.nativeOrder());
            input = OnnxTensor.createTensor(environment, pixels, wanted, signature.type());
            inputs = Map.of(signature.input(), input);
            values = output(signature.answer(), wanted[0], signature.classes());
            if (signature.strangeness() != null) {
                strangeness = output(signature.strangeness(), wanted[0]);
            }
            options = runOptions(bytes);
            shape = wanted.clone();
        }

        private FloatBuffer output(String name, long... outputShape) throws OrtException {
            int count = Math.toIntExact(Arrays.stream(outputShape).reduce(1, Math::multiplyExact));
            FloatBuffer buffer = ByteBuffer.allocateDirect(count * Float.BYTES)
                    .order(ByteOrder.nativeOrder())
                    .asFloatBuffer();
            outputs.put(name, OnnxTensor.createTensor(environment, buffer, outputShape));
            return buffer;
        }

        @Override
        public void close() {
            shape = new long[0];
            Optional.ofNullable(input).ifPresent(OnnxTensor::close);
            input = null;
            outputs.values().forEach(OnnxTensor::close);
            outputs.clear();
            Optional.ofNullable(options).ifPresent(OrtSession.RunOptions::close);
            options = null;
        }
    }
}
