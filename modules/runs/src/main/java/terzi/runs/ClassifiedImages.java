package terzi.runs;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.nio.file.Path;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import terzi.inference.ClassifierInfo;
import terzi.inference.Prediction;
import terzi.inference.Score;

/**
 * Images with their likeliest labels.
 *
 * @param model the classifier file
 * @param device the device that the classifier ran on
 * @param classified how many images have labels
 * @param failed how many images have none
 * @param foldersLeftOut folders that were not searched for images, with the reason
 * @param images one entry for each image, in the order of the request; files of a folder by name
 */
public record ClassifiedImages(
        Path model, String device, int classified, int failed, List<LeftOutFolder> foldersLeftOut, List<Entry> images) {
    /**
     * Checks and copies the components.
     *
     * @param model the classifier file
     * @param device the device that the classifier ran on
     * @param classified how many images have labels
     * @param failed how many images have none
     * @param foldersLeftOut folders that were not searched for images, with the reason
     * @param images one entry for each image, in the order of the request
     */
    public ClassifiedImages {
        foldersLeftOut = List.copyOf(foldersLeftOut);
        images = List.copyOf(images);
    }

    /** One image with its labels or its error; {@code toString} is a line for people. */
    public sealed interface Entry permits Labelled, FailedImage {
        /** {@return the image's path, or {@code -} for standard input} */
        String file();
    }

    /**
     * The labels among which the right one is with a promised probability; see {@link terzi.inference.PredictionSets}.
     *
     * @param coverage promised share of images whose set contains the right label
     * @param labels labels in the set, the likeliest first
     */
    public record LabelSet(double coverage, List<Score> labels) {
        /**
         * Copies the labels.
         *
         * @param coverage promised share of images whose set contains the right label
         * @param labels labels in the set, the likeliest first
         */
        public LabelSet {
            labels = List.copyOf(labels);
        }

        /** For example {@code 90 % set: sandal, sneaker}. */
        @Override
        public String toString() {
            return new DecimalFormat("0.###", DecimalFormatSymbols.getInstance(Locale.ROOT)).format(coverage * 100)
                    + " % set: " + labels.stream().map(Score::label).collect(Collectors.joining(", "));
        }
    }

    /**
     * An image and its likeliest labels.
     *
     * @param file the image's path, or {@code -} for standard input
     * @param strangeness share of images like the training images that are less strange, 0..1; empty if the classifier
     *     computes none
     * @param rejected whether the image is too strange for a label, if that was asked for; the labels are listed all the
     *     same
     * @param top labels with calibrated probabilities, the likeliest first
     * @param set the prediction set, if one was asked for
     */
    public record Labelled(
            String file, Optional<Float> strangeness, boolean rejected, List<Score> top, Optional<LabelSet> set)
            implements Entry {
        /** Images stranger than this are called so also where nothing is rejected. */
        private static final float STRANGE = 0.99f;

        /**
         * Checks and copies the components.
         *
         * @param file the image's path, or {@code -} for standard input
         * @param strangeness share of images like the training images that are less strange, 0..1
         * @param rejected whether the image is too strange for a label
         * @param top labels with calibrated probabilities, the likeliest first
         * @param set the prediction set, if one was asked for
         */
        public Labelled {
            top = List.copyOf(top);
        }

        static Labelled of(String file, Prediction prediction, OptionalDouble coverage) {
            return new Labelled(
                    file,
                    prediction.classifier().filter(ClassifierInfo::strangeness).map(info -> prediction.strangeness()),
                    prediction.rejected(),
                    prediction.top(),
                    coverage.isPresent()
                            ? Optional.of(new LabelSet(coverage.getAsDouble(), prediction.set(coverage.getAsDouble())))
                            : Optional.empty());
        }

        /** {@return the likeliest label} */
        @JsonIgnore
        public String label() {
            return top.get(0).label();
        }

        /** {@return the labels with their probabilities, for people} */
        @JsonIgnore
        public String scores() {
            return top.stream().map(Score::toString).collect(Collectors.joining(", "));
        }

        @Override
        public String toString() {
            List<String> parts = new ArrayList<>();
            if (!rejected) {
                parts.add(scores());
                set.ifPresent(labels -> parts.add(labels.toString()));
            }
            strangeness
                    .filter(share -> rejected || share > STRANGE)
                    .ifPresent(share -> parts.add(String.format(
                            Locale.ROOT, "unlike anything it was trained on (strangeness %.1f %%)", share * 100)));
            return file + ": " + String.join("; ", parts);
        }
    }
}
