package terzi.runs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import terzi.data.Dataset;
import terzi.data.DatasetSplits;
import terzi.evaluation.LabelErrors;
import terzi.evaluation.Predictions;
import terzi.files.RunFile;
import terzi.images.Image;
import terzi.inference.ImageClassifier;
import terzi.inference.Outputs;

/** Finds labels of a dataset that a classifier and similar images do not believe. */
final class LabelSearch {
    private LabelSearch() {}

    /** @throws IOException where there is no classifier, or the data has a label that it does not know */
    static CheckedData.LabelCheck run(Path model, DatasetSplits splits, RunLog log) throws IOException {
        Path file = ClassifierLocation.find(model);
        Dataset images = DataParts.of(splits, DataPart.ALL);
        try (ImageClassifier classifier =
                ImageClassifier.load(file, RuntimeChoice.defaults().options())) {
            List<float[]> features = new ArrayList<>();
            Predictions predictions = Measurement.of(
                            classifier.info().labels(), some -> probabilities(classifier, some, features), images, log)
                    .evaluation()
                    .predictions();
            int[] labels = IntStream.range(0, predictions.size())
                    .map(predictions::truth)
                    .toArray();
            boolean known = DataDescription.in(classifier.info().metadata())
                    .filter(data -> data.digest().equals(splits.digest()))
                    .isPresent();
            return new CheckedData.LabelCheck(
                    file,
                    classifier.info().features()
                            ? LabelErrors.of(
                                    predictions, LabelErrors.agreement(features.toArray(new float[0][]), labels))
                            : LabelErrors.of(predictions),
                    known,
                    Optional.of(file.resolveSibling(RunFile.LABEL_ERRORS.fileName()))
                            .filter(list -> known && Files.exists(list)));
        }
    }

    /** One image at a time, since images of one run must have one size. */
    private static List<float[]> probabilities(ImageClassifier classifier, List<Image> images, List<float[]> features) {
        List<float[]> probabilities = new ArrayList<>();
        for (Image image : images) {
            Outputs outputs = classifier.run(List.of(image));
            probabilities.add(outputs.probabilities()[0]);
            if (classifier.info().features()) {
                features.add(outputs.features()[0]);
            }
        }
        return probabilities;
    }
}
