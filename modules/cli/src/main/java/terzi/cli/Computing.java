package terzi.cli;

import picocli.CommandLine.Option;

/** The options of commands that run a classifier. */
final class Computing {
    static final String HEADING = "%nComputing:%n";

    @Option(
            names = "--device",
            paramLabel = "DEVICE",
            defaultValue = "auto",
            description = "Where to run the classifier: auto, cpu, cuda or cuda:INDEX (default: ${DEFAULT-VALUE}).")
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
