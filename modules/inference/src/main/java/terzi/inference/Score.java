package terzi.inference;

import java.util.Locale;

/**
 * One label with its probability.
 *
 * @param label the label's text
 * @param index its place in the file's list of labels, from 0
 * @param probability 0..1; the probabilities of all labels sum to 1
 */
public record Score(String label, int index, float probability) {

    /** For example {@code sandal 97.3 %}. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s %.1f %%", label, probability * 100);
    }
}
