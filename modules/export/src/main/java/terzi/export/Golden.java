package terzi.export;

import java.util.Arrays;
import terzi.images.Picture;

/**
 * A picture with the answer that the training engine gave for it, stored in the classifier file so that anybody can check
 * whether another runtime gives the same one.
 *
 * <p>The picture should have the network's size already: then the network alone is compared, and not two ways to resize,
 * which may differ by one step of 255.
 */
public final class Golden {

    private final Picture picture;
    private final float[] logits;

    /** @param logits {@code [K]}, finite; copied */
    public Golden(Picture picture, float[] logits) {
        for (float logit : logits) {
            if (!Float.isFinite(logit)) {
                throw new IllegalArgumentException("golden logits must be finite, found " + Arrays.toString(logits));
            }
        }
        this.picture = picture;
        this.logits = logits.clone();
    }

    public Picture picture() {
        return picture;
    }

    /** {@code [K]}; a copy. */
    public float[] logits() {
        return logits.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Golden that && picture.equals(that.picture) && Arrays.equals(logits, that.logits);
    }

    @Override
    public int hashCode() {
        return 31 * picture.hashCode() + Arrays.hashCode(logits);
    }

    @Override
    public String toString() {
        return picture + " -> " + Arrays.toString(logits);
    }
}
