package terzi.cli.command;

import picocli.CommandLine.Option;
import terzi.runs.RuntimeChoice;

/** The options of commands that run a classifier. */
final class Computing {
    static final String HEADING = "%nComputing:%n";

    @Option(
            names = "--device",
            paramLabel = "DEVICE",
            defaultValue = "auto",
            description = "Where to run the classifier: auto (CUDA where it works, else the CPU), cpu, cuda, tensorrt,"
                    + " coreml or webgpu; cuda:1 and tensorrt:1 are the second GPU (default: ${DEFAULT-VALUE}).")
    String device = "auto";

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads to compute with (default: as many as there are cores).")
    int threads = Runtime.getRuntime().availableProcessors();

    /** @throws IllegalArgumentException when an option has an impossible value */
    RuntimeChoice choice(int topK) {
        return new RuntimeChoice(device, threads, topK);
    }
}
