package terzi.backbones;

/** Receives the progress of opening a backbone, in the thread that opens it. */
public interface BackboneListener {
    /** Ignores the progress. */
    BackboneListener NONE = new BackboneListener() {};

    /**
     * Called when a step begins.
     *
     * @param what description of the step, such as {@code converting ResNet50/model.json}
     */
    default void step(String what) {}

    /**
     * Called after each block of a download.
     *
     * @param file name of the file
     * @param bytes number of bytes on the disk so far, those of earlier attempts included
     * @param total length of the file in bytes, or -1 if the server does not announce it
     */
    default void download(String file, long bytes, long total) {}
}
