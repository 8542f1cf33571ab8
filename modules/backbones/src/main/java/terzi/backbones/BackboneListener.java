package terzi.backbones;

/** Hears what opening a backbone does, in the thread that opens it. */
public interface BackboneListener {
    BackboneListener NONE = new BackboneListener() {};

    /** A step begins: {@code converting ResNet50/model.json}. */
    default void step(String what) {}

    /**
     * A download goes on.
     *
     * @param total length of the file, or -1 if the server does not tell
     */
    default void download(String file, long bytes, long total) {}
}
