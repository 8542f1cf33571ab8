package terzi.evaluation;

import java.util.List;
import java.util.stream.Stream;

/**
 * The strangeness of measured images: how unlike the training images they are.
 *
 * @param values {@code [N]} strangeness of each image in the order of the predictions, 0..1. A threshold of 1 − α
 *     promises to reject, by a strangeness of at least the threshold, a share α of images like the training images.
 */
public record Strangeness(List<Double> values) {
    /**
     * Creates a strangeness from a copy of the values.
     *
     * @param values {@code [N]} strangeness of each image in the order of the predictions, 0..1
     */
    public Strangeness {
        values = List.copyOf(values);
    }

    /**
     * The images that a threshold rejects.
     *
     * @param promised promised share α of rejected images among images like the training images, 0..1; the threshold is
     *     1 − α
     * @param rejected number of images with a strangeness of at least the threshold
     * @param images number of measured images
     */
    public record Rejected(double promised, int rejected, int images) {
        /** {@return the threshold that promises it, 0..1} */
        public double threshold() {
            return 1 - promised;
        }

        /** {@return the share of rejected images, 0..1: the false-alarm rate if all images belong to a class} */
        public double share() {
            return (double) rejected / images;
        }

        /** {@return the 95 % Wilson interval of the share} */
        public Interval interval() {
            return Interval.wilson(rejected, images);
        }
    }

    /**
     * {@return the images that are rejected by the threshold that promises a share of false alarms}
     *
     * @param promised promised share α, 0..1; the threshold is 1 − α
     */
    public Rejected rejected(double promised) {
        float threshold = (float) (1 - promised); // as a classifier rejects: 0.95f is less than 0.95
        long above =
                values.stream().filter(value -> value.floatValue() >= threshold).count();
        return new Rejected(promised, (int) above, values.size());
    }

    /** {@return the images that are rejected at the promises to report, 1 and 5 %} */
    public List<Rejected> reported() {
        return Stream.of(0.01, 0.05).map(this::rejected).toList();
    }
}
