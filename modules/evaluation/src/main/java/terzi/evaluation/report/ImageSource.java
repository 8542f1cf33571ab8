package terzi.evaluation.report;

import java.nio.file.Path;
import java.util.Optional;
import terzi.images.Image;

/** Where the images of an evaluation are; an image that cannot be had is left out of the report. */
public interface ImageSource {
    /** No images. */
    ImageSource NONE = row -> Optional.empty();

    /** The image of a row of the predictions. */
    Optional<Image> image(int row);

    /** The file that the image of a row was read from, for a link to it; empty where it has none of its own. */
    default Optional<Path> file(int row) {
        return Optional.empty();
    }

    /** The same image under a heat map of where the answered class was seen, if there is one. */
    default Optional<Image> overlay(int row) {
        return Optional.empty();
    }
}
