package terzi.runs.amazon;

/** The progress of an image folder that is built. */
public interface AmazonListener {
    /**
     * Receives the number of lines that have been read of a category's metadata.
     *
     * @param category its name
     * @param lines 0 or more
     */
    void reading(String category, int lines);

    /**
     * Receives the number of images that a category has.
     *
     * @param category its name
     * @param images 0 or more
     * @param wanted how many the request wants
     */
    void have(String category, int images, int wanted);
}
