package terzi.runs;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
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
     * An image and its likeliest labels.
     *
     * @param file the image's path, or {@code -} for standard input
     * @param top labels with calibrated probabilities, the likeliest first
     */
    public record Labelled(String file, List<Score> top) implements Entry {
        /**
         * Checks and copies the components.
         *
         * @param file the image's path, or {@code -} for standard input
         * @param top labels with calibrated probabilities, the likeliest first
         */
        public Labelled {
            top = List.copyOf(top);
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
            return file + ": " + scores();
        }
    }
}
