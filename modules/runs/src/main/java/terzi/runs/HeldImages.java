package terzi.runs;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import terzi.data.Dataset;
import terzi.evaluation.Predictions;
import terzi.evaluation.report.ImageSource;
import terzi.images.Image;
import terzi.inference.HeatMap;
import terzi.inference.ImageClassifier;

/** The images that were measured, for the report; with heat maps where the classifier file computes them itself. */
final class HeldImages implements ImageSource, AutoCloseable {
    private final Predictions predictions;
    private final Dataset data;
    private final Map<String, Integer> places;
    private final @Nullable ImageClassifier classifier;
    private final @Nullable ClassMaps maps;

    private HeldImages(
            Predictions predictions, Dataset data, @Nullable ImageClassifier classifier, @Nullable ClassMaps maps) {
        this.predictions = predictions;
        this.data = data;
        this.classifier = classifier;
        this.maps = maps;
        Map<String, Integer> byId = new HashMap<>();
        for (int i = 0; i < data.size(); i++) {
            byId.put(data.id(i), i);
        }
        // the list of a run names whole paths, its predictions name them from the folder of the data on
        places = PathEnds.of(byId);
    }

    /** @param file null for images without heat maps */
    static HeldImages open(@Nullable Path file, Predictions predictions, Dataset data) throws IOException {
        if (file == null) {
            return new HeldImages(predictions, data, null, null);
        }
        ImageClassifier classifier = ImageClassifier.load(file);
        if (!classifier.info().activationMap()) {
            classifier.close();
            return new HeldImages(predictions, data, null, null);
        }
        return new HeldImages(predictions, data, classifier, ClassMaps.open(file, classifier, MapChoice.CAM));
    }

    @Override
    public Optional<Image> image(int row) {
        Integer place = places.get(predictions.id(row));
        try {
            return place == null ? Optional.empty() : Optional.of(data.image(place));
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
    public Optional<Image> overlay(int row) {
        if (classifier == null || maps == null) {
            return Optional.empty();
        }
        ImageClassifier asked = classifier;
        ClassMaps from = maps;
        return image(row).map(image -> {
            HeatMap heat = from.map(image, asked.run(List.of(image)), predictions.predicted(row));
            return Image.of(heat.draw(image));
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
