package terzi.evaluation.report;

import java.nio.file.Path;
import java.util.Optional;
import terzi.images.Image;

/** Provides the images of an evaluation; an image that is not available is left out of the report. */
public interface ImageSource {
    /** No images. */
    ImageSource NONE = row -> Optional.empty();

    /**
     * {@return an image; empty if it is not available}
     *
     * @param row row of the predictions, from 0
     */
    Optional<Image> image(int row);

    /**
     * {@return the file of an image, for a link to it; empty if the image does not have a file of its own}
     *
     * @param row row of the predictions, from 0
     */
    default Optional<Path> file(int row) {
        return Optional.empty();
    }

    /**
     * {@return an image with a heat map of the regions that support the predicted class; empty if there is none}
     *
     * @param row row of the predictions, from 0
     */
    default Optional<Image> overlay(int row) {
        return Optional.empty();
    }
}
