package terzi.evaluation.report;

import java.nio.file.Path;
import java.util.Optional;
import terzi.images.Picture;

/** Where the pictures of an evaluation are; a picture that cannot be had is left out of the report. */
public interface PictureSource {
    /** No pictures. */
    PictureSource NONE = row -> Optional.empty();

    /** The picture of a row of the predictions. */
    Optional<Picture> picture(int row);

    /** The file that the image of a row was read from, for a link to it; empty where it has none of its own. */
    default Optional<Path> file(int row) {
        return Optional.empty();
    }

    /** The same picture under a heat map of where the answered class was seen, if there is one. */
    default Optional<Picture> overlay(int row) {
        return Optional.empty();
    }
}
