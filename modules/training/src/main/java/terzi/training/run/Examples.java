package terzi.training.run;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Objects;
import terzi.data.Dataset;
import terzi.data.augment.AugmentationChain;
import terzi.images.Preprocessing;

/** Labelled examples that a network learns from or is judged by: images, or activations of a frozen part. */
public sealed interface Examples {
    /** {@return the names of the classes, in the order of their indices} */
    List<String> labels();

    /**
     * Images.
     *
     * @param augment random changes, drawn anew in every epoch
     */
    record Images(Dataset set, Preprocessing preprocessing, AugmentationChain augment) implements Examples {
        /**
         * Creates the examples.
         *
         * @param set the images
         * @param preprocessing how they become the network's input
         * @param augment random changes
         */
        public Images {
            Objects.requireNonNull(set, "set");
        }

        @Override
        public List<String> labels() {
            return set.labels();
        }
    }

    /**
     * What the frozen front part of a network gave for images; an image may have several rows, one for each view.
     *
     * @param values float16 or float32 {@code [rows, ...]}; stays the caller's
     * @param classes the class of each row
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
    record Rows(List<String> labels, NDArray values, int[] classes) implements Examples {
        /**
         * Creates the examples.
         *
         * @param labels the names of the classes
         * @param values {@code [rows, ...]}
         * @param classes {@code [rows]}
         * @throws IllegalArgumentException if there is not one class for each row
         */
        public Rows {
            labels = List.copyOf(labels);
            if (values.getShape().get(0) != classes.length) {
                throw new IllegalArgumentException("rows: expected a class for each of the "
                        + values.getShape().get(0) + " rows, found " + classes.length);
            }
        }
    }

    /** What is seen in an epoch, in order: indices of images or rows. Every epoch must have the same number. */
    @FunctionalInterface
    interface Order {
        /**
         * Returns what is seen in an epoch.
         *
         * @param epoch from 1
         * @return indices of images or rows, in order
         */
        int[] of(int epoch);
    }
}
