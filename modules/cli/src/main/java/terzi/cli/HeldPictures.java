package terzi.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import terzi.data.Dataset;
import terzi.evaluation.Predictions;
import terzi.evaluation.report.PictureSource;
import terzi.images.Picture;
import terzi.inference.HeatMap;
import terzi.inference.ImageClassifier;

/** The pictures that were measured, for the report; with heat maps where the classifier file computes them itself. */
final class HeldPictures implements PictureSource, AutoCloseable {
    private final Predictions predictions;
    private final Dataset data;
    private final Map<String, Integer> places = new HashMap<>();
    private final @Nullable ImageClassifier classifier;
    private final @Nullable ClassMaps maps;

    private HeldPictures(
            Predictions predictions, Dataset data, @Nullable ImageClassifier classifier, @Nullable ClassMaps maps) {
        this.predictions = predictions;
        this.data = data;
        this.classifier = classifier;
        this.maps = maps;
        for (int i = 0; i < data.size(); i++) {
            places.put(data.id(i), i);
        }
    }

    /** @param file null for pictures without heat maps */
    static HeldPictures open(@Nullable Path file, Predictions predictions, Dataset data) throws IOException {
        if (file == null) {
            return new HeldPictures(predictions, data, null, null);
        }
        ImageClassifier classifier = ImageClassifier.load(file);
        if (!classifier.info().activationMap()) {
            classifier.close();
            return new HeldPictures(predictions, data, null, null);
        }
        return new HeldPictures(predictions, data, classifier, ClassMaps.open(file, classifier, MapChoice.CAM));
    }

    @Override
    public Optional<Picture> picture(int row) {
        Integer place = places.get(predictions.id(row));
        try {
            return place == null ? Optional.empty() : Optional.of(data.picture(place));
        } catch (IOException gone) {
            return Optional.empty(); // the report does without it
        }
    }

    @Override
    public Optional<Path> file(int row) {
        Integer place = places.get(predictions.id(row));
        return place == null ? Optional.empty() : data.file(place);
    }

    @Override
    public Optional<Picture> overlay(int row) {
        if (classifier == null || maps == null) {
            return Optional.empty();
        }
        ImageClassifier asked = classifier;
        ClassMaps from = maps;
        return picture(row).map(picture -> {
            HeatMap heat = from.map(picture, asked.run(List.of(picture)), predictions.predicted(row));
            return Picture.of(heat.draw(picture));
        });
    }

    @Override
    public void close() {
        if (maps != null) {
            maps.close();
        }
        if (classifier != null) {
            classifier.close();
        }
    }
}
