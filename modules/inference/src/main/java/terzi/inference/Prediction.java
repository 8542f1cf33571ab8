package terzi.inference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** What a classifier says about one image: labels with probabilities, the likeliest first. */
public final class Prediction {

    private final List<Score> top;
    private final float[] probabilities;

    private Prediction(List<Score> top, float[] probabilities) {
        this.top = top;
        this.probabilities = probabilities;
    }

    /**
     * @param probabilities {@code [K]}, in the order of the labels; taken over, not copied
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
        return new Prediction(List.copyOf(top), probabilities);
    }

    /** The likeliest labels, best first, at most {@link ClassifierOptions#topK()}. */
    public List<Score> top() {
        return top;
    }

    /** The likeliest label. */
    public String label() {
        return top.get(0).label();
    }

    /** The probability of the likeliest label, 0..1. */
    public float probability() {
        return top.get(0).probability();
    }

    /** All probabilities {@code [K]}, in the order of {@link ClassifierInfo#labels()}; a copy. */
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
