package terzi.backbones;

import java.util.List;

/**
 * The reference logits of a network for {@link GoldenImage}, computed outside of Terzi.
 *
 * @param size width and height of the image in pixels, at least 1
 * @param logits logits {@code [K]} before softmax, at least one
 * @param madeWith program that computed them, with its version
 */
public record GoldenLogits(int size, List<Float> logits, String madeWith) {
    /**
     * Creates a reference from a copy of the logits.
     *
     * @param size width and height of the image in pixels, at least 1
     * @param logits logits {@code [K]} before softmax, at least one
     * @param madeWith program that computed them, with its version
     * @throws IllegalArgumentException if {@code size} is below 1 or there are no logits
     */
    public GoldenLogits {
        logits = List.copyOf(logits);
        if (size < 1 || logits.isEmpty()) {
            throw new IllegalArgumentException("a golden answer needs an image and logits");
        }
    }
}
