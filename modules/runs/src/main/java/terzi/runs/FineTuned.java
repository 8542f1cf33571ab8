package terzi.runs;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import terzi.evaluation.Evaluation;
import terzi.evaluation.report.Conclusions;
import terzi.inference.ClassifierOptions;
import terzi.inference.ImageClassifier;

/**
 * The result of a fine-tuning. Figures on test and validation images are of the saved classifier file, through ONNX Runtime;
 * those of out-of-fold predictions are of the heads, or networks, of the folds.
 *
 * @param folder the run folder; {@code run} in JSON
 * @param classifier the classifier file in it
 * @param page the report for a browser; empty where no image was held out
 * @param backbones the comparison of networks, where the backbone was {@code auto}
 * @param kept the stage that the network is of: {@code head} where only the new head was trained, {@code tuning} where deeper
 *     layers were trained, too
 * @param head the kind of head, with its chosen strength
 * @param parity the largest difference between logits of the file and of the training engine
 * @param nearCopies images that are a near duplicate of another one
 * @param skipped how many images were left out
 * @param leftOut the images that were left out, with the reason
 * @param foldersLeftOut folders that hold no images of a class
 * @param notes decisions about the folder's layout
 * @param seconds the whole duration
 * @param stages seconds by step
 * @param measuredOn the part that {@link #reported} is of: {@code test}, {@code out-of-fold} or {@code validation}
 * @param validation figures on the validation images, which settings were chosen by; where a second stage is kept, those of
 *     its predictions before it was trained on these images, too
 * @param test figures on the test images, which nothing was chosen by
 * @param outOfFold figures of out-of-fold predictions: of the cross-validation where the request had folds, else of the head's
 *     inner folds; empty where a second stage was kept
 * @param randomFolds the same with inner folds that divide groups; empty without groups
 * @param labelErrors how many labels of training images probably are wrong; {@code label_errors.csv} names them
 * @param conclusions sentences by topic, for people who never trained a network
 * @param gates the conditions of the request
 * @param passed whether all of them are met
 */
public record FineTuned(
        @JsonProperty("run") Path folder,
        Path classifier,
        Optional<Path> page,
        Optional<ComparedBackbones> backbones,
        String kept,
        String head,
        double parity,
        int nearCopies,
        int skipped,
        List<LeftOutImage> leftOut,
        List<LeftOutFolder> foldersLeftOut,
        List<String> notes,
        double seconds,
        Map<String, Double> stages,
        String measuredOn,
        Optional<Evaluation> validation,
        Optional<Evaluation> test,
        Optional<Evaluation> outOfFold,
        Optional<MetricsSummary> randomFolds,
        Optional<Integer> labelErrors,
        Map<String, String> conclusions,
        List<GateOutcome> gates,
        boolean passed) {

    /** {@return the evaluation that the report shows, of the part {@link #measuredOn}} */
    @JsonIgnore
    public Optional<Evaluation> reported() {
        return measuredOn.equals(Conclusions.OUT_OF_FOLD) ? outOfFold : test.or(() -> validation);
    }

    /**
     * {@return the figures to quote, of {@link #reported}}
     *
     * @throws IllegalStateException if nothing was measured: a second stage was trained, and no image was held out
     */
    public MetricsSummary summary() {
        return MetricsSummary.of(reported()
                .orElseThrow(() -> new IllegalStateException(
                        "no image was held out, so nothing was measured; ask for a test share or for folds")));
    }

    /**
     * {@return the classifier, loaded; the caller closes it}
     *
     * @throws IOException if it cannot be read
     */
    public ImageClassifier openClassifier() throws IOException {
        return ImageClassifier.load(classifier);
    }

    /**
     * {@return the classifier, loaded; the caller closes it}
     *
     * @param options device and threads
     * @throws IOException if it cannot be read
     */
    public ImageClassifier openClassifier(ClassifierOptions options) throws IOException {
        return ImageClassifier.load(classifier, options);
    }
}
