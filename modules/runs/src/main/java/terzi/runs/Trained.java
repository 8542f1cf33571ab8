package terzi.runs;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import terzi.evaluation.Evaluation;
import terzi.inference.ImageClassifier;

/**
 * The result of a training. Figures are of the saved classifier file, through ONNX Runtime.
 *
 * @param folder the run folder; {@code run} in JSON
 * @param classifier the classifier file in it
 * @param page the report for a browser
 * @param epochs finished epochs
 * @param keptEpoch the epoch that the network is of
 * @param stopped why training ended: {@code completed}, {@code early_stopping} or {@code diverged}
 * @param seconds duration of the training
 * @param parity the largest difference between logits of the file and of the training engine
 * @param measuredOn the part that {@code metrics} are of: {@code test} or {@code validation}
 * @param device what the file was measured on
 * @param skipped how many images were left out
 * @param leftOut these images
 * @param foldersLeftOut folders that hold no images of a class
 * @param notes decisions about the folder's layout
 * @param metrics the figures
 * @param conclusions sentences by topic
 * @param error why the training ended badly; the network is then of an epoch before, and not to be relied on
 */
public record Trained(
        @JsonProperty("run") Path folder,
        Path classifier,
        Path page,
        int epochs,
        int keptEpoch,
        String stopped,
        double seconds,
        double parity,
        String measuredOn,
        String device,
        int skipped,
        List<LeftOutImage> leftOut,
        List<LeftOutFolder> foldersLeftOut,
        List<String> notes,
        Evaluation metrics,
        Map<String, String> conclusions,
        Optional<Divergence> error) {

    /**
     * A loss that grew without bound.
     *
     * @param kind always {@code diverged}
     * @param message when and how, and what to change
     */
    public record Divergence(String kind, String message) {}

    /** {@return the figures to quote} */
    public MetricsSummary summary() {
        return MetricsSummary.of(metrics);
    }

    /**
     * {@return the classifier, loaded; the caller closes it}
     *
     * @throws IOException if it cannot be read
     */
    public ImageClassifier openClassifier() throws IOException {
        return ImageClassifier.load(classifier);
    }
}
