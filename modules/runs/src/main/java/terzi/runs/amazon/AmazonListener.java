package terzi.runs.amazon;

/** Hears what is going on while an image folder is built. */
public interface AmazonListener {
    /** So many lines of a category's metadata have been read. */
    void reading(String category, int lines);

    /** A category has so many of the images that are wanted. */
    void have(String category, int images, int wanted);
}
