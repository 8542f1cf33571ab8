package terzi.inference;

/**
 * Where in the image a label was seen: a class activation map after Zhou et al., "Learning Deep Features for
 * Discriminative Localization" (2016). Its mean plus the head's bias is the label's logit.
 *
 * <p>The map covers what the network saw, that is the resized (and cropped) image, coarsely.
 */
public final class ActivationMap {

    private final int width;
    private final int height;
    private final float[] values;

    /** @param values {@code [height, width]}, row by row; kept, not copied */
    public ActivationMap(int width, int height, float[] values) {
        if (width < 1 || height < 1 || values.length != (long) width * height) {
            throw new IllegalArgumentException(
                    "an activation map of " + width + "x" + height + " has no " + values.length + " values");
        }
        this.width = width;
        this.height = height;
        this.values = values;
    }

    /** Columns. */
    public int width() {
        return width;
    }

    /** Rows. */
    public int height() {
        return height;
    }

    /** The contribution at a place, in units of logits; above 0 speaks for the label, below 0 against it. */
    public float at(int x, int y) {
        if (x < 0 || x >= width || y < 0 || y >= height) {
            throw new IllegalArgumentException(
                    "(" + x + ", " + y + ") lies outside the " + width + "x" + height + " activation map");
        }
        return values[y * width + x];
    }

    /** {@code [height, width]}, row by row; a copy. */
    public float[] values() {
        return values.clone();
    }
}
