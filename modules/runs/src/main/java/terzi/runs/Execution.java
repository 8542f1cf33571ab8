package terzi.runs;

import terzi.training.run.Cancellation;

/**
 * How a run is carried out, whatever it does.
 *
 * @param downloads whether files may be downloaded
 * @param command the command line to repeat the run with, for its report; empty where there is none
 * @param cancellation ends the run early
 */
public record Execution(Downloads downloads, String command, Cancellation cancellation) {
    /** Whether files may be downloaded. */
    public enum Downloads {
        /** Missing datasets and backbones are downloaded. */
        WHEN_MISSING,
        /** Nothing is downloaded; what is missing is an error. */
        NEVER
    }

    /** {@return an execution that downloads what is missing, without a command, not cancelled} */
    public static Execution defaults() {
        return new Execution(Downloads.WHEN_MISSING, "", new Cancellation());
    }

    /**
     * {@return the same with leave to download what is missing, or without}
     *
     * @param chosen whether files may be downloaded
     */
    public Execution withDownloads(Downloads chosen) {
        return new Execution(chosen, command, cancellation);
    }

    /**
     * {@return the same with the command line to repeat the run with}
     *
     * @param typed the command line to repeat the run with, for its report
     */
    public Execution withCommand(String typed) {
        return new Execution(downloads, typed, cancellation);
    }

    /**
     * {@return the same, ended early by a cancellation}
     *
     * @param chosen ends the run early
     */
    public Execution withCancellation(Cancellation chosen) {
        return new Execution(downloads, command, chosen);
    }

    /** Ends the run after the step in progress. */
    public void cancel() {
        cancellation.request();
    }

    boolean isOffline() {
        return downloads == Downloads.NEVER;
    }
}
