package terzi.backbones;

import java.io.IOException;
import terzi.images.Image;

/** Runs a network and compares; given by whoever has an engine, since this module has none. */
@FunctionalInterface
public interface GoldenCheck {
    /**
     * Passes when the network, behind its preprocessing, answers the image with the logits.
     *
     * @param logits what is expected; rounding may differ
     * @throws IOException if the answer differs or cannot be computed; the message says by how much
     */
    void check(Backbone backbone, Image image, float[] logits) throws IOException;
}
