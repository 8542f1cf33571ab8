package terzi.training.recipe;

import java.nio.file.Path;
import java.util.List;
import terzi.files.Defaults;

/**
 * Learning from the answers of a better network, or of several, as well as from the labels (Hinton, Vinyals and Dean, 2015):
 * how sure they are of each label says more about an image than the one right label.
 *
 * @param classifier files of the teachers, with the same labels and channels, at least one; several answer with the mean of
 *     their probabilities. In a recipe, relative to it, and one may stand without a list
 * @param weight share of the teacher in the loss, the labels have the rest, 0..1
 * @param temperature divides the logits of both, larger than 0; the larger, the more its doubts count
 */
public record Distillation(List<Path> classifier, double weight, double temperature) {
    /**
     * Creates the settings.
     *
     * @param classifier files of the teachers, at least one
     * @param weight share of the teacher in the loss, 0..1
     * @param temperature divides the logits of both, above 0
     * @throws IllegalArgumentException if a value is out of its range
     */
    public Distillation {
        classifier = List.copyOf(classifier);
        if (classifier.isEmpty()) {
            throw new IllegalArgumentException("classifier must name at least one file");
        }
        Require.between("weight", 0, 1, weight);
        Require.positive("temperature", temperature);
    }

    /**
     * Refuses options that mix images.
     *
     * @param options of a training with a teacher
     * @throws IllegalArgumentException if they mix
     */
    public static void requireUnmixed(TrainingOptions options) {
        if (options.regularisation().mix() != null) {
            throw new IllegalArgumentException(
                    "teacher and training.mix exclude each other, for the teacher sees each image by itself; leave one out");
        }
    }

    /**
     * Creates half of the loss, at a temperature of 2.
     *
     * @param classifier files of the teachers, at least one
     * @throws IllegalArgumentException if there are none
     */
    @Defaults
    public Distillation(List<Path> classifier) {
        this(classifier, 0.5, 2);
    }
}
