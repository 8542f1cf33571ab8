package terzi.inference;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Executor;
import terzi.images.ImageDecoder;

/**
 * Options for running a classifier; start with {@link #defaults}.
 *
 * @param device processor to run on; {@link Device#auto()} by default
 * @param threads threads that one run uses, 1 or more; by default the processors that this JVM may use (a container's
 *     limit counts). Take 1 where many images are classified at the same time by threads of your own
 * @param topK number of labels that {@link Prediction#top()} lists at most; 5 by default
 * @param batch number of images of one size that go into one run at most; 32 by default
 * @param limits most that decoding an image file may cost: pixels, bytes and time
 * @param maxFileBytes largest classifier file in bytes; 2 GiB by default, which is also the most that ONNX can be
 * @param graphCache folder that keeps networks as ONNX Runtime has optimised them for this machine, so that the second
 *     start is faster; by default nothing is kept
 * @param executor executor of {@link ImageClassifier#classifyAsync} that also decodes for {@link
 *     ImageClassifier#classifyAll}; by default daemon threads of the classifier's own, at most one for each processor
 * @param rejection share of images like the training images that may be {@linkplain Prediction#rejected() rejected} by
 *     mistake, above 0 and below 1; by default nothing is rejected
 */
public record ClassifierOptions(
        Device device,
        int threads,
        int topK,
        int batch,
        ImageDecoder.Limits limits,
        long maxFileBytes,
        Optional<Path> graphCache,
        Optional<Executor> executor,
        OptionalDouble rejection) {

    /**
     * Creates options.
     *
     * @param device processor to run on; {@link Device#auto()} by default
     * @param threads threads that one run uses, 1 or more; by default the processors that this JVM may use (a
     *     container's limit counts). Take 1 where many images are classified at the same time by threads of your own
     * @param topK number of labels that {@link Prediction#top()} lists at most; 5 by default
     * @param batch number of images of one size that go into one run at most; 32 by default
     * @param limits most that decoding an image file may cost: pixels, bytes and time
     * @param maxFileBytes largest classifier file in bytes; 2 GiB by default, which is also the most that ONNX can be
     * @param graphCache folder that keeps networks as ONNX Runtime has optimised them for this machine, so that the
     *     second start is faster; by default nothing is kept
     * @param executor executor of {@link ImageClassifier#classifyAsync} that also decodes for {@link
     *     ImageClassifier#classifyAll}; by default daemon threads of the classifier's own, at most one for each
     *     processor
     * @param rejection share of images like the training images that may be {@linkplain Prediction#rejected() rejected}
     *     by mistake, above 0 and below 1; by default nothing is rejected
     * @throws IllegalArgumentException if a number is below 1, or the rejection is not a share
     */
    public ClassifierOptions {
        requirePositive("threads", threads);
        requirePositive("topK", topK);
        requirePositive("batch", batch);
        requirePositive("maxFileBytes", maxFileBytes);
        if (rejection.isPresent() && !(rejection.getAsDouble() > 0 && rejection.getAsDouble() < 1)) {
            throw new IllegalArgumentException(
                    "rejection must be above 0 and below 1, found " + rejection.getAsDouble());
        }
    }

    /**
     * {@return options with the device chosen by {@link Device#auto()}, all processors, five labels, and 32 images in a
     * run}
     */
    public static ClassifierOptions defaults() {
        return new ClassifierOptions(
                Device.auto(),
                Runtime.getRuntime().availableProcessors(),
                5,
                32,
                ImageDecoder.Limits.DEFAULT,
                1L << 31,
                Optional.empty(),
                Optional.empty(),
                OptionalDouble.empty());
    }

    /**
     * {@return a copy with another device, without which loading fails}
     *
     * @param newDevice processor to run on
     */
    public ClassifierOptions withDevice(Device newDevice) {
        return new ClassifierOptions(
                newDevice, threads, topK, batch, limits, maxFileBytes, graphCache, executor, rejection);
    }

    /**
     * {@return a copy with another number of threads}
     *
     * @param newThreads threads that one run uses, 1 or more
     */
    public ClassifierOptions withThreads(int newThreads) {
        return new ClassifierOptions(
                device, newThreads, topK, batch, limits, maxFileBytes, graphCache, executor, rejection);
    }

    /**
     * {@return a copy with another number of listed labels}
     *
     * @param newTopK number of labels that {@link Prediction#top()} lists at most
     */
    public ClassifierOptions withTopK(int newTopK) {
        return new ClassifierOptions(
                device, threads, newTopK, batch, limits, maxFileBytes, graphCache, executor, rejection);
    }

    /**
     * {@return a copy with another batch size}
     *
     * @param newBatch number of images in one run at most
     */
    public ClassifierOptions withBatch(int newBatch) {
        return new ClassifierOptions(
                device, threads, topK, newBatch, limits, maxFileBytes, graphCache, executor, rejection);
    }

    /**
     * {@return a copy with other limits on images}
     *
     * @param newLimits most that decoding an image file may cost
     */
    public ClassifierOptions withLimits(ImageDecoder.Limits newLimits) {
        return new ClassifierOptions(
                device, threads, topK, batch, newLimits, maxFileBytes, graphCache, executor, rejection);
    }

    /**
     * {@return a copy with another limit on classifier files}
     *
     * @param newMaxFileBytes largest classifier file in bytes
     */
    public ClassifierOptions withMaxFileBytes(long newMaxFileBytes) {
        return new ClassifierOptions(
                device, threads, topK, batch, limits, newMaxFileBytes, graphCache, executor, rejection);
    }

    /**
     * {@return a copy that keeps optimised networks}
     *
     * @param folder folder for them, which is made if it is not there
     */
    public ClassifierOptions withGraphCache(Path folder) {
        return new ClassifierOptions(
                device, threads, topK, batch, limits, maxFileBytes, Optional.of(folder), executor, rejection);
    }

    /**
     * {@return a copy that works in the background on an executor of the caller's, which is never shut down here}
     *
     * @param newExecutor executor for decoding and asynchronous calls
     */
    public ClassifierOptions withExecutor(Executor newExecutor) {
        return new ClassifierOptions(
                device, threads, topK, batch, limits, maxFileBytes, graphCache, Optional.of(newExecutor), rejection);
    }

    /**
     * {@return a copy that rejects images unlike the training images: those with a {@linkplain Prediction#strangeness()
     * strangeness} above 1 - {@code falseAlarms}; a file that computes none cannot be loaded with it}
     *
     * @param falseAlarms share of images like the training images that may be rejected by mistake, above 0 and below 1
     */
    public ClassifierOptions withRejection(double falseAlarms) {
        return new ClassifierOptions(
                device,
                threads,
                topK,
                batch,
                limits,
                maxFileBytes,
                graphCache,
                executor,
                OptionalDouble.of(falseAlarms));
    }

    /** Whether images of this strangeness are rejected; compared as float32, as which the strangeness is computed. */
    boolean rejects(float strangeness) {
        return rejection.isPresent() && strangeness > (float) (1 - rejection.getAsDouble());
    }

    private static void requirePositive(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be 1 or more, found " + value);
        }
    }
}
