package terzi.training.run;

import java.nio.ByteBuffer;
import java.util.Objects;
import terzi.training.recipe.Distillation;

/**
 * A network that says what it thinks of the images that another one learns from.
 *
 * @param teacher the network
 * @param name of the network, which a resumed run must share: best its digest
 * @param settings how much it counts
 */
public record Teaching(Teacher teacher, String name, Distillation settings) {
    /**
     * Creates the teaching.
     *
     * @param teacher the network
     * @param name of the network
     * @param settings how much it counts
     */
    public Teaching {
        Objects.requireNonNull(teacher, "teacher");
        Objects.requireNonNull(settings, "settings");
    }

    /** Answers for one image at a time, so that an answer does not depend on what it was asked with. */
    @FunctionalInterface
    public interface Teacher {
        /**
         * Computes the logits of the teacher's calibrated probabilities; called on a thread of the trainer.
         *
         * @param pixels direct, uint8 {@code [height, width, C]} from its position to its limit, as the learning network gets
         *     them: augmented, not yet normalised
         * @param width of the image
         * @param height of the image
         * @return {@code [K]} logits in the order of the labels that are learned
         */
        float[] logits(ByteBuffer pixels, int width, int height);
    }
}
