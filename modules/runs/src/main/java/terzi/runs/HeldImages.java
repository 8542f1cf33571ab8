package terzi.runs;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;
import terzi.data.Dataset;
import terzi.evaluation.Predictions;
import terzi.evaluation.report.ImageSource;
import terzi.images.Image;
import terzi.inference.HeatMap;
import terzi.inference.ImageClassifier;

/** The images that were measured, for the report; with heat maps where the classifier file computes them itself. */
final class HeldImages implements ImageSource, AutoCloseable {
    private final IntFunction<String> ids;
    private final IntUnaryOperator predicted;
    private final Dataset data;
    private final Map<String, Integer> places;
    private final @Nullable ImageClassifier classifier;
    private final @Nullable ClassMaps maps;

    private HeldImages(
            IntFunction<String> ids,
            IntUnaryOperator predicted,
            Dataset data,
            @Nullable ImageClassifier classifier,
            @Nullable ClassMaps maps) {
        this.ids = ids;
        this.predicted = predicted;
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

    /** Images without heat maps, found by their ids. */
    static ImageSource named(IntFunction<String> ids, Dataset data) {
        return new HeldImages(ids, row -> -1, data, null, null);
    }

    /** @param file null for images without heat maps */
    static HeldImages open(@Nullable Path file, Predictions predictions, Dataset data) throws IOException {
        if (file == null) {
            return new HeldImages(predictions::id, predictions::predicted, data, null, null);
        }
        ImageClassifier classifier = ImageClassifier.load(file);
        if (!classifier.info().activationMap()) {
            classifier.close();
            return new HeldImages(predictions::id, predictions::predicted, data, null, null);
        }
        return new HeldImages(
                predictions::id,
                predictions::predicted,
                data,
                classifier,
                ClassMaps.open(file, classifier, MapChoice.CAM));
    }

    @Override
    public Optional<Image> image(int row) {
        Integer place = places.get(ids.apply(row));
        try {
            return place == null ? Optional.empty() : Optional.of(data.image(place));
        } catch (IOException gone) {
            return Optional.empty(); // the report does without it
        }
    }

    @Override
    public Optional<Path> file(int row) {
        Integer place = places.get(ids.apply(row));
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
            HeatMap heat = from.map(image, asked.run(List.of(image)), predicted.applyAsInt(row));
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
