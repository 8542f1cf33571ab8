package terzi.backbones;

import java.util.List;

/**
 * A network's answer to {@link GoldenImage}, computed outside of Terzi.
 *
 * @param size of the image, as wide as high
 * @param madeWith the program that computed it
 */
public record GoldenLogits(int size, List<Float> logits, String madeWith) {
    public GoldenLogits {
        logits = List.copyOf(logits);
        if (size < 1 || logits.isEmpty()) {
            throw new IllegalArgumentException("a golden answer needs an image and logits");
        }
    }
}
