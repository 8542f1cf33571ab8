package terzi.inference;

import java.beans.Transient;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The prediction of a classifier for one image. As JSON, for example as the answer of a Spring controller, it is {@code
 * {"label": ..., "probability": ..., "top": [{"label": ..., "index": ..., "probability": ...}, ...]}}.
 *
 * @param label the likeliest label
 * @param probability the probability of the likeliest label, 0..1
 * @param top the likeliest labels, best first, at most {@link ClassifierOptions#topK()}
 * @param probabilities all probabilities {@code [K]}, in the order of {@link ClassifierInfo#labels()}; copied
 */
@SuppressWarnings("ArrayRecordComponent") // copied and compared by value
public record Prediction(String label, float probability, List<Score> top, float[] probabilities) {

    /**
     * Creates a prediction from copies of the values.
     *
     * @param label the likeliest label
     * @param probability the probability of the likeliest label, 0..1
     * @param top the likeliest labels, best first, at most {@link ClassifierOptions#topK()}
     * @param probabilities all probabilities {@code [K]}, in the order of {@link ClassifierInfo#labels()}; copied
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
     * @param probabilities {@code [K]}, in the order of the labels
     * @param topK how many labels to list at most
     */
    static Prediction of(List<String> labels, float[] probabilities, int topK) {
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
        Score likeliest = top.get(0);
        return new Prediction(likeliest.label(), likeliest.probability(), top, probabilities);
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
                && Arrays.equals(probabilities, that.probabilities);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(probabilities);
    }

    /** For example {@code sandal 97.3 %, sneaker 2.1 %, ankle boot 0.4 %}. */
    @Override
    public String toString() {
        return top.stream().map(Score::toString).collect(Collectors.joining(", "));
    }
}
