package terzi.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Softmax and the best labels against definitions. */
class ProbabilitiesPropertyTest {

    /** {@code p_k = 1 / sum_j exp(x_j - x_k)}. */
    @Property(tries = 300, seed = "20261130")
    void softmaxIsThatOfTheDefinition(
            @ForAll @Size(min = 1, max = 12) List<@FloatRange(min = -200, max = 200) Float> logits) {
        float[] row = new float[logits.size()];
        for (int k = 0; k < row.length; k++) {
            row[k] = logits.get(k);
        }
        OrtNetwork.softmax(row);
        double sum = 0;
        for (int k = 0; k < row.length; k++) {
            double denominator = 0;
            for (float other : logits) {
                denominator += Math.exp((double) other - logits.get(k));
            }
            assertEquals(1 / denominator, row[k], 1e-7);
            sum += row[k];
        }
        assertEquals(1, sum, 1e-5);
    }

    /** A row with anything but numbers has no softmax. */
    @Property(tries = 50, seed = "20261130")
    void aRowWithAnythingButNumbersIsNaN(@ForAll @IntRange(min = 0, max = 3) int place) {
        for (float odd : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            float[] row = {1, 2, 3, 4};
            row[place] = odd;
            OrtNetwork.softmax(row);
            for (float value : row) {
                assertTrue(Float.isNaN(value));
            }
        }
    }

    /** The labels sorted by probability, of equal ones the earlier first, cut after k. */
    @Property(tries = 500, seed = "20261130")
    void theBestLabelsAreTheFirstOfASort(
            @ForAll @Size(min = 1, max = 9) List<@IntRange(min = 0, max = 6) Integer> sixths,
            @ForAll @IntRange(min = 1, max = 10) int k) {
        float[] probabilities = new float[sixths.size()];
        List<String> labels = new ArrayList<>();
        for (int i = 0; i < probabilities.length; i++) {
            probabilities[i] = sixths.get(i) / 6f;
            labels.add("label " + i);
        }
        List<Integer> expected = IntStream.range(0, probabilities.length)
                .boxed()
                .sorted(Comparator.comparing((Integer i) -> -probabilities[i]).thenComparing(i -> i))
                .limit(k)
                .toList();
        Prediction prediction =
                PredictionTest.prediction(labels, new Answer(probabilities, 0), options -> options.withTopK(k));
        assertEquals(expected, prediction.top().stream().map(Score::index).toList());
        for (Score score : prediction.top()) {
            assertEquals(labels.get(score.index()), score.label());
            assertEquals(probabilities[score.index()], score.probability());
        }
        assertEquals(labels.get(expected.get(0)), prediction.label());
        assertEquals(probabilities[expected.get(0)], prediction.probability());
    }
}
