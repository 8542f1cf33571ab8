package terzi.inference;

import java.util.Arrays;

/**
 * Where in the image a label was seen: a class activation map after Zhou et al., "Learning Deep Features for
 * Discriminative Localization" (2016). Its mean plus the head's bias is the label's logit.
 *
 * <p>The map covers what the network saw, that is the resized (and cropped) image, coarsely.
 *
 * @param width columns
 * @param height rows
 * @param values {@code [height, width]}, row by row, in units of logits; copied
 */
@SuppressWarnings("ArrayRecordComponent") // copied and compared by value
public record ActivationMap(int width, int height, float[] values) {

    /**
     * Creates a map from a copy of the values.
     *
     * @param width columns
     * @param height rows
     * @param values {@code [height, width]}, row by row, in units of logits; copied
     * @throws IllegalArgumentException if there are not width times height values, or none
     */
    public ActivationMap {
        if (width < 1 || height < 1 || values.length != (long) width * height) {
            throw new IllegalArgumentException("an activation map of " + width + "x" + height
                    + " must have width times height values, 1 or more, found " + values.length);
        }
        values = values.clone();
    }

    /**
     * {@return the contribution at a place, in units of logits; above 0 speaks for the label, below 0 against it}
     *
     * @param x column, from 0
     * @param y row, from 0
     */
    public float at(int x, int y) {
        if (x < 0 || x >= width || y < 0 || y >= height) {
            throw new IllegalArgumentException(
                    "(" + x + ", " + y + ") lies outside the " + width + "x" + height + " activation map");
        }
        return values[y * width + x];
    }

    /** {@return a copy of the values {@code [height, width]}, row by row, in units of logits} */
    @Override
    public float[] values() {
        return values.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ActivationMap that
                && width == that.width
                && height == that.height
                && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
        return 31 * width + Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return width + "x" + height + " activation map";
    }
}
