package terzi.inference;

/**
 * How a classifier runs.
 *
 * @param device where; {@link Device#auto()} by default
 * @param threads threads that one run uses, 1 or more; by default the processors that this JVM may use (a container's
 *     limit counts). Take 1 where many pictures are classified at the same time by threads of your own
 * @param topK how many labels {@link Prediction#top()} lists at most; 5 by default
 * @param batch how many pictures of one size go into one run at most; 32 by default
 */
public record ClassifierOptions(Device device, int threads, int topK, int batch) {

    public ClassifierOptions {
        requirePositive("threads", threads);
        requirePositive("topK", topK);
        requirePositive("batch", batch);
    }

    /** The device chosen by {@link Device#auto()}, all processors, five labels, 32 pictures a run. */
    public static ClassifierOptions defaults() {
        return new ClassifierOptions(Device.auto(), Runtime.getRuntime().availableProcessors(), 5, 32);
    }

    public ClassifierOptions withDevice(Device newDevice) {
        return new ClassifierOptions(newDevice, threads, topK, batch);
    }

    public ClassifierOptions withThreads(int newThreads) {
        return new ClassifierOptions(device, newThreads, topK, batch);
    }

    public ClassifierOptions withTopK(int newTopK) {
        return new ClassifierOptions(device, threads, newTopK, batch);
    }

    public ClassifierOptions withBatch(int newBatch) {
        return new ClassifierOptions(device, threads, topK, newBatch);
    }

    private static void requirePositive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be 1 or more, found " + value);
        }
    }
}
