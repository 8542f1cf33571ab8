package terzi.bench;

import java.util.Map;

/** An open model; used by one thread. */
interface Engine extends AutoCloseable {

    /** A call that can be repeated. */
    interface Call {
        /** Runs it. @return one row of logits, or of probabilities, for each image */
        float[][] run() throws Exception;
    }

    /**
     * Prepares a call for the first images of the job, with its input where the engine reads it; so that only running and
     * fetching the answers is timed. For files, each run takes the next one.
     *
     * @param batch how many images, from the beginning again when there are fewer
     * @throws java.io.IOException if the prepared images have another shape than the network takes
     */
    Call prepare(int batch) throws Exception;

    /** Names and versions of what runs. */
    Map<String, String> versions();

    /** Frees what it holds; a second close does nothing. */
    @Override
    void close();
}
