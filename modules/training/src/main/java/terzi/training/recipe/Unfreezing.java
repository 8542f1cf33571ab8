package terzi.training.recipe;

import terzi.files.Defaults;

/**
 * The second stage: the deepest part of the network learns too, beginning with the fitted head.
 *
 * @param depth how much of the network learns
 * @param views how many views of each image the frozen part is run on; one of them is taken in each epoch
 * @param memoryMegabytes room for what the frozen part gives; fewer views are taken where it does not suffice, and where
 *     it does not even hold one, the whole network runs in every step
 * @param rateDecay each block learns at this share of the rate of the block after it; the head learns at the full rate
 */
public record Unfreezing(Depth depth, int views, int memoryMegabytes, double rateDecay) {
    /**
     * Creates the settings.
     *
     * @param depth how much of the network learns
     * @param views views of each image, 1 to 1000
     * @param memoryMegabytes room for the output of the frozen part, up to 16777216
     * @param rateDecay share of the learning rate of the block behind, 0..1
     * @throws IllegalArgumentException if a value is out of its range
     */
    public Unfreezing {
        Require.whole("views", 1, 1000, views);
        Require.whole("memory_megabytes", 0, 16_777_216, memoryMegabytes);
        Require.between("rate_decay", 0, 1, rateDecay);
    }

    /** {@return only the head learns} */
    @Defaults
    public static Unfreezing defaults() {
        return new Unfreezing(new Depth.None(), 6, 1200, 0.7);
    }
}
