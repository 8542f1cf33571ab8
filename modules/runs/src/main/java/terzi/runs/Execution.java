package terzi.runs;

import terzi.training.Cancellation;

/**
 * How a run is carried out, whatever it does.
 *
 * @param network whether files may be downloaded
 * @param command the command line to repeat the run with, for its report; empty where there is none
 * @param cancellation ends the run early
 */
public record Execution(Network network, String command, Cancellation cancellation) {
    /** Whether files may be downloaded. */
    public enum Network {
        /** Missing datasets and backbones are downloaded. */
        WHEN_MISSING,
        /** Nothing is downloaded; what is missing is an error. */
        OFFLINE
    }

    /** Downloads what is missing, and has no command and no end. */
    public static Execution defaults() {
        return new Execution(Network.WHEN_MISSING, "", new Cancellation());
    }

    public Execution withNetwork(Network chosen) {
        return new Execution(chosen, command, cancellation);
    }

    public Execution withCommand(String typed) {
        return new Execution(network, typed, cancellation);
    }

    public Execution withCancellation(Cancellation chosen) {
        return new Execution(network, command, chosen);
    }

    /** Ends the run after the step in progress. */
    public void cancel() {
        cancellation.request();
    }

    boolean isOffline() {
        return network == Network.OFFLINE;
    }
}
