package terzi.backbones;

import java.io.IOException;
import terzi.images.Image;

/**
 * Runs a network and compares its output with reference logits; implemented by modules that have an inference engine.
 */
@FunctionalInterface
public interface GoldenCheck {
    /**
     * Checks that the network computes the reference logits of an image.
     *
     * @param backbone the network with its preprocessing
     * @param image the image, before preprocessing
     * @param logits reference logits {@code [K]}, to be compared with a tolerance for rounding
     * @throws IOException if the logits differ, with the difference in the message, or if they cannot be computed
     */
    void check(Backbone backbone, Image image, float[] logits) throws IOException;
}
