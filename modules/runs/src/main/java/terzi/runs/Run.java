package terzi.runs;

import java.io.IOException;

/**
 * A piece of work with an end: a request that is carried out once and returns a result record. Closed, so that a caller that
 * handles every kind of run is told by the compiler about a new one.
 *
 * @param <R> the result
 */
public sealed interface Run<R>
        permits FineTuning,
                Training,
                ResumedTraining,
                Tuning,
                ResumedTuning,
                Evaluating,
                Reporting,
                Comparing,
                Explaining,
                Classifying,
                Inspecting,
                Converting,
                Packaging,
                DataChecking,
                AmazonDownloading,
                BackboneFetching,
                Diagnosing {
    /**
     * {@return the result of the request, carried out in the calling thread; files are written whole or not at all}
     *
     * @param listener told about progress, in the calling thread or one at a time from others
     * @throws IOException if an input cannot be read or an output cannot be written; the message says what to do
     * @throws java.util.concurrent.CancellationException if the run is cancelled before it has a result
     */
    R run(RunListener listener) throws IOException;

    /**
     * {@return as {@link #run(RunListener)}, in silence}
     *
     * @throws IOException as there
     */
    default R run() throws IOException {
        return run(RunListener.NONE);
    }
}
