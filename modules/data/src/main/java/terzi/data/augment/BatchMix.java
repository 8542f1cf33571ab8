package terzi.data.augment;

import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Mixes the images of a batch with one another, and their labels in the same proportion: {@code loss = share *
 * loss(labels) + (1 - share) * loss(labels[partner])}.
 */
public sealed interface BatchMix permits Mixup, CutMix {
    /**
     * Draws the mix of one batch of images of one size.
     *
     * @param batchSize number of images
     * @param width width of the images in pixels
     * @param height height of the images in pixels
     * @param random source of all random draws
     * @return the mix to carry out
     */
    Mix draw(int batchSize, int width, int height, RandomGenerator random);

    /**
     * What to do with a batch.
     *
     * @param share how much of image i stays, 0..1
     * @param partner image {@code partner[i]} is mixed into image i: a permutation
     * @param box if not empty, partner pixels replace those inside the box and the rest is kept; if empty, all pixels
     *     become {@code share * image + (1 - share) * partner}
     */
    @SuppressWarnings("ArrayRecordComponent") // a draw to carry out, never compared
    record Mix(double share, int[] partner, Box box) {
        /**
         * {@return the mix that leaves all images as they are}
         *
         * @param batchSize number of images
         */
        public static Mix none(int batchSize) {
            return new Mix(1, IntStream.range(0, batchSize).toArray(), Box.NONE);
        }
    }

    /**
     * The pixels {@code [left, right) x [top, bottom)}.
     *
     * @param left first column
     * @param top first row
     * @param right column behind the last
     * @param bottom row behind the last
     */
    record Box(int left, int top, int right, int bottom) {
        /** The box without pixels. */
        public static final Box NONE = new Box(0, 0, 0, 0);

        /** {@return whether the box has no pixels} */
        public boolean isEmpty() {
            return left >= right || top >= bottom;
        }
    }
}
