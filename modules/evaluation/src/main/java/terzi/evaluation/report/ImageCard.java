package terzi.evaluation.report;

import java.util.Optional;
import terzi.evaluation.Predictions;

/**
 * An image with its answer, its file's name, and the address of the file.
 *
 * @param overlay the image with a heat map
 * @param link address of the file, relative to the page
 */
record ImageCard(Predictions predictions, int row, Thumbnail image, Optional<Thumbnail> overlay, Optional<String> link)
        implements ShownFile {
    boolean isRight() {
        return predictions.correct(row);
    }

    String answer() {
        return predictions.labels().get(predictions.predicted(row));
    }

    String truth() {
        return predictions.labels().get(predictions.truth(row));
    }

    String confidence() {
        return Numbers.fixed(predictions.confidence(row) * 100, 0) + "\u00a0%";
    }

    @Override
    public String id() {
        return predictions.id(row);
    }
}
