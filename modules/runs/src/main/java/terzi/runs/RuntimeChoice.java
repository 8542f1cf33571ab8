package terzi.runs;

import terzi.inference.ClassifierOptions;
import terzi.inference.Device;

/**
 * The device and the threads that a classifier runs on, and how many labels it lists.
 *
 * @param device {@code auto} (CUDA where it works, else the CPU), {@code cpu}, {@code cuda}, {@code tensorrt},
 *     {@code coreml} or {@code webgpu}; {@code cuda:1} is the second GPU
 * @param threads threads of one inference run on the CPU, 1 or more
 * @param topK labels listed for an image at most, 1 or more
 */
public record RuntimeChoice(String device, int threads, int topK) {
    /**
     * Checks and copies the components.
     *
     * @param device {@code auto} (CUDA where it works, else the CPU), {@code cpu}, {@code cuda}, {@code tensorrt},
     *     {@code coreml} or {@code webgpu}; {@code cuda:1} is the second GPU
     * @param threads threads of one inference run on the CPU, 1 or more
     * @param topK labels listed for an image at most, 1 or more
     */
    public RuntimeChoice {
        optionsFor(device, threads, topK); // refuses what is impossible
    }

    /** {@return the best device, a thread for each processor core, three labels} */
    public static RuntimeChoice defaults() {
        return new RuntimeChoice("auto", Runtime.getRuntime().availableProcessors(), 3);
    }

    /**
     * {@return the same on another device}
     *
     * @param chosen {@code auto} (CUDA where it works, else the CPU), {@code cpu}, {@code cuda}, {@code tensorrt},
     *     {@code coreml} or {@code webgpu}; {@code cuda:1} is the second GPU
     */
    public RuntimeChoice withDevice(String chosen) {
        return new RuntimeChoice(chosen, threads, topK);
    }

    /**
     * {@return the same with another number of threads}
     *
     * @param count threads of one inference run on the CPU, 1 or more
     */
    public RuntimeChoice withThreads(int count) {
        return new RuntimeChoice(device, count, topK);
    }

    /**
     * {@return the same with another number of labels}
     *
     * @param count labels listed for an image at most, 1 or more
     */
    public RuntimeChoice withTopK(int count) {
        return new RuntimeChoice(device, threads, count);
    }

    ClassifierOptions options() {
        return optionsFor(device, threads, topK);
    }

    private static ClassifierOptions optionsFor(String device, int threads, int topK) {
        return ClassifierOptions.defaults()
                .withDevice(Device.parse(device))
                .withThreads(threads)
                .withTopK(topK);
    }
}
