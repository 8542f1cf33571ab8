package terzi.runs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import terzi.data.Dataset;
import terzi.data.Labels;
import terzi.evaluation.Evaluation;
import terzi.evaluation.Predictions;
import terzi.evaluation.Strangeness;
import terzi.images.Image;
import terzi.images.ImageException;
import terzi.inference.ClassifierInfo;
import terzi.inference.ImageClassifier;
import terzi.inference.InferenceException;
import terzi.inference.Prediction;

/**
 * What a saved classifier answers on labelled images.
 *
 * @param evaluation the figures
 * @param unreadable why images were left out, one message each
 */
record Measurement(Evaluation evaluation, List<String> unreadable) {
    private static final int WINDOW = 256;

    /** No more images are decoded ahead while their pixels take this many bytes. */
    private static final long WINDOW_BYTES =
            Math.min(256 << 20, Runtime.getRuntime().maxMemory() / 8);

    private static final int AT_ONCE = 2 * Runtime.getRuntime().availableProcessors();

    Measurement {
        unreadable = List.copyOf(unreadable);
    }

    /**
     * Classifies every image; those that cannot be read are left out and reported.
     *
     * @throws IOException when the dataset has a label that the classifier does not know, or no readable image
     */
    static Measurement of(ImageClassifier classifier, Dataset data, RunLog log) throws IOException {
        ClassifierInfo info = classifier.info();
        List<Double> strangeness = new ArrayList<>();
        Measurement measured = of(
                info.labels(),
                images -> {
                    List<Prediction> predictions = classifier.classify(images);
                    predictions.forEach(one -> strangeness.add((double) one.strangeness()));
                    return predictions.stream().map(Prediction::probabilities).toList();
                },
                data,
                log);
        Evaluation figures = measured.evaluation();
        Evaluation covered = info.predictionSets()
                .map(sets -> figures.withSets(CoverageCount.of(sets, figures.predictions())))
                .orElse(figures);
        return new Measurement(
                info.strangeness() ? covered.withStrangeness(new Strangeness(strangeness)) : covered,
                measured.unreadable());
    }

    /** The same with the answers of a committee; sets and strangeness are those of a single answer. */
    static Measurement of(Committee committee, Dataset data, RunLog log) throws IOException {
        return committee.isAlone()
                ? of(committee.first(), data, log)
                : of(committee.labels(), committee::probabilities, data, log);
    }

    /** @param answering the probabilities of some images; it gets every readable image once, in the order of the data */
    static Measurement of(List<String> labels, Function<List<Image>, List<float[]>> answering, Dataset data, RunLog log)
            throws IOException {
        int[] toClassifier = labelPlaces(labels, data.labels());
        int size = data.size();
        String[] failures = new String[size];
        float[][] probabilities = new float[size][];
        try (RunLog.Bar progress = log.bar("evaluating", size, "images")) {
            for (int from = 0; from < size; ) {
                List<Image> images = new ArrayList<>();
                List<Integer> numbers = new ArrayList<>();
                long bytes = 0;
                int end = from;
                while (end < size && end - from < WINDOW && bytes < WINDOW_BYTES) {
                    int start = end;
                    end = Math.min(Math.min(size, from + WINDOW), start + AT_ONCE);
                    @Nullable Image[] decoded = new Image[end - start];
                    IntStream.range(start, end)
                            .parallel()
                            .forEach(i -> decoded[i - start] = read(data, i, failures, log));
                    for (int i = start; i < end; i++) {
                        Image image = decoded[i - start];
                        if (image != null) {
                            images.add(image);
                            numbers.add(i);
                            bytes += image.pixels().length;
                        }
                    }
                }
                List<float[]> answers = answers(answering, images, index -> data.id(numbers.get(index)));
                for (int n = 0; n < answers.size(); n++) {
                    probabilities[numbers.get(n)] = answers.get(n);
                }
                progress.to(end);
                from = end;
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        int[] read = IntStream.range(0, size).filter(i -> failures[i] == null).toArray();
        if (read.length == 0) {
            throw new IOException(
                    size == 0 ? "there is no image to evaluate on" : "no image can be read; the first: " + failures[0]);
        }
        Predictions predictions = Predictions.of(
                labels,
                Arrays.stream(read).mapToObj(data::id).toList(),
                Arrays.stream(read).map(i -> toClassifier[data.label(i)]).toArray(),
                Arrays.stream(read).mapToObj(i -> probabilities[i]).toArray(float[][]::new));
        return new Measurement(
                Evaluation.of(predictions),
                Arrays.stream(failures).filter(failure -> failure != null).toList());
    }

    private static @Nullable Image read(Dataset data, int i, String[] failures, RunLog log) {
        try {
            try {
                return data.image(i);
            } catch (ImageException e) {
                e.rethrowUnlessUnreadable();
                failures[i] = Causes.describe(e);
                log.failed(e);
                return null;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param name of an image by its place in the list, for messages */
    private static List<float[]> answers(
            Function<List<Image>, List<float[]>> answering, List<Image> images, IntFunction<String> name)
            throws IOException {
        try {
            return answering.apply(images);
        } catch (InferenceException e) {
            if (e.index().isEmpty()) {
                throw e;
            }
            throw new IOException(name.apply(e.index().getAsInt()) + ": " + e.getMessage(), e);
        }
    }

    /** Where each label of the data is among the classifier's labels. */
    private static int[] labelPlaces(List<String> classifier, List<String> data) throws IOException {
        int[] places = data.stream()
                .mapToInt(label -> Labels.indexOf(classifier, label))
                .toArray();
        List<String> unknown = IntStream.range(0, places.length)
                .filter(i -> places[i] < 0)
                .mapToObj(data::get)
                .toList();
        if (!unknown.isEmpty()) {
            throw new IOException("the images have labels that the classifier does not know: "
                    + String.join(", ", unknown) + "; it knows " + String.join(", ", classifier));
        }
        return places;
    }
}
