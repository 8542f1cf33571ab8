package terzi.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import terzi.evaluation.Evaluation;
import terzi.evaluation.Predictions;
import terzi.inference.ImageClassifier;
import terzi.inference.Prediction;
import terzi.vision.Dataset;
import terzi.vision.Picture;
import terzi.vision.PictureException;

/**
 * What a saved classifier answers on labelled pictures.
 *
 * @param evaluation the figures
 * @param unreadable why pictures were left out, one message each
 */
record Measurement(Evaluation evaluation, List<String> unreadable) {
    private static final int WINDOW = 256;

    Measurement {
        unreadable = List.copyOf(unreadable);
    }

    /**
     * Classifies every picture; those that cannot be read are left out and reported.
     *
     * @throws IOException when the data set has a label that the classifier does not know, or no readable picture
     */
    static Measurement of(ImageClassifier classifier, Dataset data, Console console) throws IOException {
        return of(
                classifier.info().labels(),
                pictures -> classifier.classify(pictures).stream()
                        .map(Prediction::probabilities)
                        .toList(),
                data,
                console);
    }

    /** The same with the answers of a committee. */
    static Measurement of(Committee committee, Dataset data, Console console) throws IOException {
        return of(committee.labels(), committee::probabilities, data, console);
    }

    private static Measurement of(
            List<String> labels, Function<List<Picture>, List<float[]>> answering, Dataset data, Console console)
            throws IOException {
        int[] toClassifier = labelPlaces(labels, data.labels());
        int size = data.size();
        String[] failures = new String[size];
        float[][] probabilities = new float[size][];
        try (ProgressLine progress = ProgressLine.start(console, "evaluating", size, "pictures")) {
            for (int from = 0; from < size; from += WINDOW) {
                int start = from;
                int end = Math.min(size, from + WINDOW);
                @Nullable Picture[] window = new Picture[end - start];
                IntStream.range(start, end).parallel().forEach(i -> {
                    try {
                        window[i - start] = data.picture(i);
                    } catch (PictureException e) {
                        failures[i] = Failures.describe(e);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
                List<Picture> pictures = new ArrayList<>();
                for (Picture picture : window) {
                    if (picture != null) {
                        pictures.add(picture);
                    }
                }
                List<float[]> answers = answering.apply(pictures);
                int next = 0;
                for (int i = start; i < end; i++) {
                    if (window[i - start] != null) {
                        probabilities[i] = answers.get(next++);
                    }
                }
                progress.to(end);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        int[] read = IntStream.range(0, size).filter(i -> failures[i] == null).toArray();
        if (read.length == 0) {
            throw new IOException(
                    size == 0
                            ? "there is no picture to evaluate on"
                            : "no picture can be read; the first: " + failures[0]);
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

    /** Where each label of the data is among the classifier's labels. */
    private static int[] labelPlaces(List<String> classifier, List<String> data) throws IOException {
        Set<String> unknown = new LinkedHashSet<>(data);
        unknown.removeAll(new LinkedHashSet<>(classifier));
        if (!unknown.isEmpty()) {
            throw new IOException("the pictures have labels that the classifier does not know: "
                    + String.join(", ", unknown) + "; it knows " + String.join(", ", classifier));
        }
        return data.stream().mapToInt(classifier::indexOf).toArray();
    }
}
