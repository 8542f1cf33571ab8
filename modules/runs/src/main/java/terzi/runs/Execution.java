package terzi.runs;

import java.util.HashSet;
import java.util.Set;
import terzi.training.run.Cancellation;

/**
 * How a run is carried out, whatever it does.
 *
 * @param downloads whether files may be downloaded
 * @param command the command line to repeat the run with, for its report; empty where there is none
 * @param cancellation ends the run early
 * @param acceptedLicences names of the licences of backbones that the caller accepts
 */
public record Execution(Downloads downloads, String command, Cancellation cancellation, Set<String> acceptedLicences) {
    /** Whether files may be downloaded. */
    public enum Downloads {
        /** Missing datasets and backbones are downloaded. */
        WHEN_MISSING,
        /** Nothing is downloaded; what is missing is an error. */
        NEVER
    }

    /**
     * Copies the names.
     *
     * @param downloads whether files may be downloaded
     * @param command the command line to repeat the run with, for its report; empty where there is none
     * @param cancellation ends the run early
     * @param acceptedLicences names of the licences of backbones that the caller accepts
     */
    public Execution {
        acceptedLicences = Set.copyOf(acceptedLicences);
    }

    /** {@return an execution that downloads what is missing, without a command, not cancelled} */
    public static Execution defaults() {
        return new Execution(Downloads.WHEN_MISSING, "", new Cancellation(), Set.of());
    }

    /**
     * {@return the same with leave to download what is missing, or without}
     *
     * @param chosen whether files may be downloaded
     */
    public Execution withDownloads(Downloads chosen) {
        return new Execution(chosen, command, cancellation, acceptedLicences);
    }

    /**
     * {@return the same with the command line to repeat the run with}
     *
     * @param typed the command line to repeat the run with, for its report
     */
    public Execution withCommand(String typed) {
        return new Execution(downloads, typed, cancellation, acceptedLicences);
    }

    /**
     * {@return the same, ended early by a cancellation}
     *
     * @param chosen ends the run early
     */
    public Execution withCancellation(Cancellation chosen) {
        return new Execution(downloads, command, chosen, acceptedLicences);
    }

    /**
     * {@return the same, accepting one more licence}
     *
     * @param licence name of the licence of a backbone, as the refusal says it
     */
    public Execution withAcceptedLicence(String licence) {
        Set<String> all = new HashSet<>(acceptedLicences);
        all.add(licence);
        return new Execution(downloads, command, cancellation, all);
    }

    /** Ends the run after the step in progress. */
    public void cancel() {
        cancellation.request();
    }

    boolean isOffline() {
        return downloads == Downloads.NEVER;
    }
}
