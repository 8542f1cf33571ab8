package terzi.inference;

import java.beans.Transient;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The prediction of a classifier for one image. As JSON, for example as the answer of a Spring controller, it is {@code
 * {"label": ..., "probability": ..., "strangeness": ..., "rejected": false, "top": [{"label": ..., "index": ...,
 * "probability": ...}, ...]}}.
 *
 * @param label the likeliest label
 * @param probability the probability of the likeliest label, 0..1
 * @param strangeness share of images like the training images that are less strange than this one, 0..1: above 0.99 are 1 %
 *     of those, and most images of other things; 0 for every image if the file computes none, see {@link
 *     ClassifierInfo#strangeness()}
 * @param rejected whether the strangeness is above the limit that {@link ClassifierOptions#withRejection} sets; false
 *     without one
 * @param top the likeliest labels, best first, at most {@link ClassifierOptions#topK()}
 * @param probabilities all probabilities {@code [K]}, in the order of {@link ClassifierInfo#labels()}; copied
 * @param classifier the description of the classifier, for {@link #set}; empty if the prediction is not from a
 *     classifier; not part of the JSON, nor of what makes predictions equal
 */
@SuppressWarnings("ArrayRecordComponent") // copied and compared by value
public record Prediction(
        String label,
        float probability,
        float strangeness,
        boolean rejected,
        List<Score> top,
        float[] probabilities,
        @Transient Optional<ClassifierInfo> classifier) {

    /**
     * Creates a prediction from copies of the values.
     *
     * @param label the likeliest label
     * @param probability the probability of the likeliest label, 0..1
     * @param strangeness share of images like the training images that are less strange than this one, 0..1; 0 if it is
     *     not known
     * @param rejected whether the strangeness is above the limit
     * @param top the likeliest labels, best first, at most {@link ClassifierOptions#topK()}
     * @param probabilities all probabilities {@code [K]}, in the order of {@link ClassifierInfo#labels()}; copied
     * @param classifier the description of the classifier, for {@link #set}
     * @throws IllegalArgumentException if label and probability are not those of the first entry of {@code top}
     */
    public Prediction {
        top = List.copyOf(top);
        probabilities = probabilities.clone();
        if (top.isEmpty() || !top.get(0).label().equals(label) || top.get(0).probability() != probability) {
            throw new IllegalArgumentException("a prediction begins with its label, expected " + label + " "
                    + probability + " first, found " + top);
        }
    }

    /**
     * Creates a prediction that is not from a classifier, for example for the tests of an application: not rejected, of
     * strangeness 0, without sets.
     *
     * @param label the likeliest label
     * @param probability the probability of the likeliest label, 0..1
     * @param top the likeliest labels, best first
     * @param probabilities all probabilities {@code [K]}, in the order of the labels; copied
     * @throws IllegalArgumentException if label and probability are not those of the first entry of {@code top}
     */
    public Prediction(String label, float probability, List<Score> top, float[] probabilities) {
        this(label, probability, 0, false, top, probabilities, Optional.empty());
    }

    static Prediction of(ClassifierInfo classifier, Answer answer, ClassifierOptions options) {
        List<Score> top = likeliest(classifier.labels(), answer.probabilities(), options.topK());
        return new Prediction(
                top.get(0).label(),
                top.get(0).probability(),
                answer.strangeness(),
                options.rejects(answer.strangeness()),
                top,
                answer.probabilities(),
                Optional.of(classifier));
    }

    /**
     * @param probabilities {@code [K]}, in the order of the labels
     * @param topK how many labels to list at most
     */
    static List<Score> likeliest(List<String> labels, float[] probabilities, int topK) {
        int count = Math.min(topK, probabilities.length);
        int[] best = new int[count];
        int found = 0;
        for (int index = 0; index < probabilities.length; index++) {
            // insertion into a short sorted list; of equal probabilities the earlier label comes first
            int place = found;
            while (place > 0 && probabilities[index] > probabilities[best[place - 1]]) {
                place--;
            }
            if (place < count) {
                found = Math.min(found + 1, count);
                System.arraycopy(best, place, best, place + 1, found - place - 1);
                best[place] = index;
            }
        }
        List<Score> top = new ArrayList<>(count);
        for (int index : best) {
            top.add(new Score(labels.get(index), index, probabilities[index]));
        }
        return top;
    }

    /**
     * Computes the prediction set: labels among which the right one is with the promised probability, whatever the class
     * of the image, as long as it is like the training images. One label where the classifier is sure, several where it
     * is not. See {@link PredictionSets}.
     *
     * @param coverage promised share of images whose set contains the right label, above 0 and below 1, for example 0.9
     * @return labels in the set, the most probable first; never empty
     * @throws IllegalArgumentException for another coverage
     * @throws IllegalStateException if the classifier has no prediction sets, see {@link
     *     ClassifierInfo#predictionSets()}
     */
    public List<Score> set(double coverage) {
        ClassifierInfo info =
                classifier.orElseThrow(() -> new IllegalStateException("the prediction is not from a classifier"));
        PredictionSets sets = info.predictionSets()
                .orElseThrow(() -> new IllegalStateException("the classifier has no prediction sets ('"
                        + PredictionSets.KEY + "' in its metadata); fine-tune again with this version of Terzi"));
        return sets.labels(probabilities, coverage).stream()
                .map(index -> new Score(info.labels().get(index), index, probabilities[index]))
                .toList();
    }

    /**
     * {@return a copy of all probabilities {@code [K]}, in the order of {@link ClassifierInfo#labels()}; not part of
     * the JSON}
     */
    @Override
    @Transient
    public float[] probabilities() {
        return probabilities.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Prediction that
                && top.equals(that.top)
                && Float.compare(strangeness, that.strangeness) == 0
                && rejected == that.rejected
                && Arrays.equals(probabilities, that.probabilities);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(probabilities);
    }

    /**
     * For example {@code sandal 97.3 %, sneaker 2.1 %, ankle boot 0.4 %}; of a rejected one {@code unlike anything it was
     * trained on (strangeness 99.8 %)}.
     */
    @Override
    public String toString() {
        return rejected
                ? String.format(
                        Locale.ROOT, "unlike anything it was trained on (strangeness %.1f %%)", strangeness * 100)
                : top.stream().map(Score::toString).collect(Collectors.joining(", "));
    }
}
