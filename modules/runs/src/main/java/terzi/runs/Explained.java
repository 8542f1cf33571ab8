package terzi.runs;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Heat maps of images, written as PNG files.
 *
 * @param model the classifier file
 * @param device the device that the classifier ran on
 * @param method {@code class activation map} or {@code Grad-CAM}
 * @param explained how many images have a heat map
 * @param failed how many images have none
 * @param foldersLeftOut folders that were not searched for images, with the reason
 * @param images one entry for each image, in the order of the request; files of a folder by name
 * @param contactSheets PNG files with up to 48 explained images side by side; none where a single image was asked for
 */
public record Explained(
        Path model,
        String device,
        String method,
        int explained,
        int failed,
        List<LeftOutFolder> foldersLeftOut,
        List<Entry> images,
        List<Path> contactSheets) {
    /**
     * Checks and copies the components.
     *
     * @param model the classifier file
     * @param device the device that the classifier ran on
     * @param method {@code class activation map} or {@code Grad-CAM}
     * @param explained how many images have a heat map
     * @param failed how many images have none
     * @param foldersLeftOut folders that were not searched for images, with the reason
     * @param images one entry for each image, in the order of the request
     * @param contactSheets PNG files with up to 48 explained images side by side
     */
    public Explained {
        foldersLeftOut = List.copyOf(foldersLeftOut);
        images = List.copyOf(images);
        contactSheets = List.copyOf(contactSheets);
    }

    /** One image with its heat map or its error; {@code toString} is a line for people. */
    public sealed interface Entry permits Drawn, FailedImage {
        /** {@return the image's path, or {@code -} for standard input} */
        String file();
    }

    /** Whether any region of an image supports the explained label. */
    public enum Heat {
        /** At least one region has heat. */
        FOUND,
        /** The whole map is 0; its peak is the centre of the visible part of the image. */
        NONE;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * An image and the heat map of one label.
     *
     * @param file the image's path, or {@code -} for standard input
     * @param label the explained label
     * @param probability calibrated probability of that label, 0..1
     * @param likeliest the label with the highest probability
     * @param likeliestProbability calibrated probability of the likeliest label, 0..1
     * @param heat whether any region supports the explained label
     * @param peakX the heat's peak in pixels of the image, from the left edge
     * @param peakY the heat's peak in pixels of the image, from the top edge
     * @param region the ninth of the image around the peak, such as {@code upper left} or {@code centre}; empty without heat
     * @param regionShare the share of all heat in that ninth, 0..1; empty without heat
     * @param where the same in words
     * @param png the image under its heat map
     */
    public record Drawn(
            String file,
            String label,
            float probability,
            String likeliest,
            float likeliestProbability,
            Heat heat,
            double peakX,
            double peakY,
            Optional<String> region,
            OptionalDouble regionShare,
            String where,
            Path png)
            implements Entry {
        @Override
        public String toString() {
            String other = label.equals(likeliest) ? "" : " (says " + score(likeliest, likeliestProbability) + ")";
            return file + ": " + score(label, probability) + other + ", " + where + " -> " + png;
        }

        private static String score(String label, float probability) {
            return String.format(Locale.ROOT, "%s %.1f %%", label, probability * 100);
        }
    }
}
