package terzi.export;

import java.util.Arrays;
import terzi.images.Image;

/**
 * An image with the answer that the training engine gave for it, stored in the classifier file so that anybody can check
 * whether another runtime gives the same one.
 *
 * <p>The image should have the network's size already: then the network alone is compared, and not two ways to resize,
 * which may differ by one step of 255.
 */
public final class Golden {

    private final Image image;
    private final float[] logits;

    /**
     * Creates a golden.
     *
     * @param image image, best of the network's size
     * @param logits reference logits {@code [K]}, finite; copied
     * @throws IllegalArgumentException if a logit is not finite
     */
    public Golden(Image image, float[] logits) {
        for (float logit : logits) {
            if (!Float.isFinite(logit)) {
                throw new IllegalArgumentException("golden logits must be finite, found " + Arrays.toString(logits));
            }
        }
        this.image = image;
        this.logits = logits.clone();
    }

    /** {@return the image} */
    public Image image() {
        return image;
    }

    /** {@return a copy of the reference logits {@code [K]}} */
    public float[] logits() {
        return logits.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Golden that && image.equals(that.image) && Arrays.equals(logits, that.logits);
    }

    @Override
    public int hashCode() {
        return 31 * image.hashCode() + Arrays.hashCode(logits);
    }

    @Override
    public String toString() {
        return image + " -> " + Arrays.toString(logits);
    }
}
