package terzi.training.finetune;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import terzi.training.recipe.ClassWeighting;
import terzi.training.recipe.FineTuningOptions;
import terzi.training.recipe.Loss;
import terzi.training.recipe.Sampling;
import terzi.training.recipe.Views;

class ClassBalanceTest {
    private static final List<String> NAMES = List.of("a", "b", "c");
    private static final int[] LABELS = {0, 0, 0, 0, 1, 1, 2};

    @Property(tries = 200, seed = "20261130")
    void everyClassIsSeenAsOftenAsTheLargestOrTheSmallestAndItsImagesAsEvenlyAsCanBe(
            @ForAll @Size(min = 1, max = 25) List<@IntRange(min = 0, max = 3) Integer> classes,
            @ForAll Sampling sampling,
            @ForAll @IntRange(min = 1, max = 5) int epoch) {
        int[] labels = classes.stream().mapToInt(Integer::intValue).toArray();
        int[] times = ClassBalance.seen(labels, 5, sampling, 3, epoch);
        assertArrayEquals(times, ClassBalance.seen(labels, 5, sampling, 3, epoch));
        int most = 0;
        int least = Integer.MAX_VALUE;
        for (int c = 0; c < 5; c++) {
            int count = count(labels, c);
            most = Math.max(most, count);
            least = count == 0 ? least : Math.min(least, count);
        }
        for (int c = 0; c < 5; c++) {
            int count = count(labels, c);
            int wanted = sampling == Sampling.PLAIN ? count : sampling == Sampling.OVER ? most : least;
            int seen = 0;
            for (int i = 0; i < labels.length; i++) {
                if (labels[i] == c) {
                    seen += times[i];
                    assertTrue(times[i] == wanted / count || times[i] == (wanted + count - 1) / count);
                }
            }
            assertEquals(count == 0 ? 0 : wanted, seen, "class " + c);
        }
    }

    private static int count(int[] labels, int label) {
        return (int) Arrays.stream(labels).filter(each -> each == label).count();
    }

    @Test
    void anotherEpochLeavesOutOtherImages() {
        int[] labels = new int[40];
        Arrays.fill(labels, 20, 40, 1);
        int[] more = Arrays.copyOf(labels, 60);
        Arrays.fill(more, 40, 60, 1);
        assertFalse(Arrays.equals(
                ClassBalance.seen(more, 2, Sampling.UNDER, 3, 1), ClassBalance.seen(more, 2, Sampling.UNDER, 3, 2)));
    }

    private static double[] weights(Sampling sampling, ClassWeighting weighting) {
        FineTuningOptions options =
                Shapes.headOnly().withImages(new FineTuningOptions.Images(0.15, sampling, new Views(2)));
        return ClassBalance.weights(
                LABELS, NAMES, options.withTraining(options.training().withLoss(new Loss(0, weighting))));
    }

    @Test
    void balancedWeightsAreThoseOfScikitLearn() {
        // compute_class_weight("balanced") on four, two and one: 7 / (3 * 4), 7 / (3 * 2), 7 / (3 * 1)
        double[] weights = weights(Sampling.PLAIN, new ClassWeighting.Balanced());
        double[] expected = {7 / 12.0, 7 / 12.0, 7 / 12.0, 7 / 12.0, 7 / 6.0, 7 / 6.0, 7 / 3.0};
        assertArrayEquals(expected, weights, 1e-6);
        assertEquals(7, Arrays.stream(weights).sum(), 1e-5);
    }

    @Test
    void whatIsSeenMoreOftenCountsAsOften() {
        // with every class seen four times the balanced weights are 1
        double[] over = weights(Sampling.OVER, new ClassWeighting.Balanced());
        assertArrayEquals(new double[] {1, 1, 1, 1, 2, 2, 4}, over, 1e-6);
        assertArrayEquals(new double[] {1, 1, 1, 1, 1, 1, 1}, weights(Sampling.PLAIN, new ClassWeighting.Equal()), 0);
        double[] under = weights(Sampling.UNDER, new ClassWeighting.Equal());
        assertEquals(1, Arrays.stream(under, 0, 4).sum());
        assertEquals(1, Arrays.stream(under, 4, 6).sum());
        assertEquals(1, under[6]);
    }

    @Test
    void listedWeightsAreThoseOfTheirClasses() {
        double[] weights = weights(Sampling.PLAIN, new ClassWeighting.Listed(List.of(0.5, 2.0, 0.0)));
        assertArrayEquals(new double[] {0.5, 0.5, 0.5, 0.5, 2, 2, 0}, weights, 0);
        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class,
                () -> weights(Sampling.PLAIN, new ClassWeighting.Listed(List.of(1.0, 1.0))));
        assertTrue(e.getMessage().contains("each of the 3 classes [a, b, c], found 2"), e.getMessage());
    }
}
