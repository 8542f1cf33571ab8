package terzi.inference;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Executor;
import terzi.images.ImageDecoder;

/**
 * How a classifier runs.
 *
 * @param device where; {@link Device#auto()} by default
 * @param threads threads that one run uses, 1 or more; by default the processors that this JVM may use (a container's
 *     limit counts). Take 1 where many images are classified at the same time by threads of your own
 * @param topK how many labels {@link Prediction#top()} lists at most; 5 by default
 * @param batch how many images of one size go into one run at most; 32 by default
 * @param limits what decoding an image file may cost at most: pixels, bytes and time
 * @param maxFileBytes how large a classifier file may be; 2 GiB by default, which is also the most that ONNX can be
 * @param graphCache a folder that keeps networks as ONNX Runtime has optimised them for this machine, so that the second
 *     start is faster; by default nothing is kept
 * @param executor what runs {@link ImageClassifier#classifyAsync} and decodes for {@link ImageClassifier#classifyAll}; by
 *     default daemon threads of the classifier's own, at most one for each processor
 */
public record ClassifierOptions(
        Device device,
        int threads,
        int topK,
        int batch,
        ImageDecoder.Limits limits,
        long maxFileBytes,
        Optional<Path> graphCache,
        Optional<Executor> executor) {

    public ClassifierOptions {
        requirePositive("threads", threads);
        requirePositive("topK", topK);
        requirePositive("batch", batch);
        requirePositive("maxFileBytes", maxFileBytes);
    }

    /** The device chosen by {@link Device#auto()}, all processors, five labels, 32 images a run. */
    public static ClassifierOptions defaults() {
        return new ClassifierOptions(
                Device.auto(),
                Runtime.getRuntime().availableProcessors(),
                5,
                32,
                ImageDecoder.Limits.DEFAULT,
                1L << 31,
                Optional.empty(),
                Optional.empty());
    }

    /** Runs on this device, or fails to load. */
    public ClassifierOptions withDevice(Device newDevice) {
        return new ClassifierOptions(newDevice, threads, topK, batch, limits, maxFileBytes, graphCache, executor);
    }

    /** Takes so many threads for one run. */
    public ClassifierOptions withThreads(int newThreads) {
        return new ClassifierOptions(device, newThreads, topK, batch, limits, maxFileBytes, graphCache, executor);
    }

    /** Lists so many labels. */
    public ClassifierOptions withTopK(int newTopK) {
        return new ClassifierOptions(device, threads, newTopK, batch, limits, maxFileBytes, graphCache, executor);
    }

    /** Takes so many images into one run at most. */
    public ClassifierOptions withBatch(int newBatch) {
        return new ClassifierOptions(device, threads, topK, newBatch, limits, maxFileBytes, graphCache, executor);
    }

    /** Refuses images that would cost more. */
    public ClassifierOptions withLimits(ImageDecoder.Limits newLimits) {
        return new ClassifierOptions(device, threads, topK, batch, newLimits, maxFileBytes, graphCache, executor);
    }

    /** Refuses classifier files that are larger. */
    public ClassifierOptions withMaxFileBytes(long newMaxFileBytes) {
        return new ClassifierOptions(device, threads, topK, batch, limits, newMaxFileBytes, graphCache, executor);
    }

    /** Keeps optimised networks in this folder, which is made when it is not there. */
    public ClassifierOptions withGraphCache(Path folder) {
        return new ClassifierOptions(device, threads, topK, batch, limits, maxFileBytes, Optional.of(folder), executor);
    }

    /** Runs what happens in the background on an executor of the caller's, which is never shut down here. */
    public ClassifierOptions withExecutor(Executor newExecutor) {
        return new ClassifierOptions(
                device, threads, topK, batch, limits, maxFileBytes, graphCache, Optional.of(newExecutor));
    }

    private static void requirePositive(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be 1 or more, found " + value);
        }
    }
}
