package terzi.vision;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SamplingTest {
    @Test
    void theGeneratorIsTheSameForEver() {
        RandomGenerator random = Seeds.of(1, 2, 3);
        // pinned: another JDK, or a change of ours, must not alter a recorded run
        assertEquals(
                "1321962074176129191,863,0.35718975682944265,-0.9544966379216682",
                random.nextLong() + "," + random.nextInt(1000) + "," + random.nextDouble() + ","
                        + random.nextGaussian());
        assertEquals("[0, 9, 4, 3, 2, 8, 6, 7, 5, 1]", Arrays.toString(Seeds.permutation(10, 7, 0)));
    }

    @Test
    void neighbouringSeedsEpochsAndIndicesShareNothing() {
        Set<Long> seen = new HashSet<>();
        for (int seed = 0; seed < 20; seed++) {
            for (int epoch = 0; epoch < 20; epoch++) {
                for (int index = -1; index < 50; index++) {
                    assertTrue(seen.add(Seeds.of(seed, epoch, index).nextLong()));
                }
            }
        }
    }

    @Test
    void drawsAreEvenAndInRange() {
        RandomGenerator random = Seeds.of(11, 0, 0);
        int[] counts = new int[7];
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < 70_000; i++) {
            counts[random.nextInt(7)]++;
            double gauss = random.nextGaussian();
            sum += gauss;
            squares += gauss * gauss;
            double d = random.nextDouble();
            assertTrue(d >= 0 && d < 1);
        }
        for (int count : counts) {
            assertEquals(10_000, count, 450);
        }
        assertEquals(0, sum / 70_000, 0.02);
        assertEquals(1, squares / 70_000, 0.03);
    }

    @Test
    void anOrderIsAPermutationOfItsOwnForEachEpoch() {
        int[] order = Seeds.permutation(1000, 5, 1);
        assertArrayEquals(
                IntStream.range(0, 1000).toArray(),
                Arrays.stream(order).sorted().toArray());
        assertArrayEquals(order, Seeds.permutation(1000, 5, 1));
        assertNotEquals(Arrays.toString(order), Arrays.toString(Seeds.permutation(1000, 5, 2)));
        assertEquals(0, Seeds.permutation(0, 5, 1).length);
    }

    @Test
    void aHoldOutTakesTheSameShareOfEveryClass() {
        int[] labels = IntStream.range(0, 1000)
                .map(i -> i % 10 < 7 ? 0 : i % 10 < 9 ? 1 : 2)
                .toArray();
        Splits.Split split = Splits.stratified(labels, 0.2, 3);
        assertEquals(200, split.held().length);
        int[] held = new int[3];
        for (int i : split.held()) {
            held[labels[i]]++;
        }
        assertArrayEquals(new int[] {140, 40, 20}, held);
        Set<Integer> all = new HashSet<>();
        IntStream.concat(Arrays.stream(split.held()), Arrays.stream(split.kept()))
                .forEach(all::add);
        assertEquals(1000, all.size());
        assertArrayEquals(split.held(), Splits.stratified(labels, 0.2, 3).held());
    }

    @Test
    void smallClassesStayOnBothSides() {
        Splits.Split split = Splits.stratified(new int[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 2}, 0.1, 0);
        assertEquals(2, split.held().length, "one of ten, one of two, none of one");
        assertThrows(IllegalArgumentException.class, () -> Splits.stratified(new int[] {0, 1}, 0, 0));
    }

    @Test
    void foldsHoldEveryPictureOnceAndAreEqual() {
        int[] labels = IntStream.range(0, 103).map(i -> i % 4).toArray();
        List<Splits.Split> folds = Splits.folds(labels, 5, 9);
        int[] held = new int[103];
        for (Splits.Split fold : folds) {
            assertEquals(103, fold.held().length + fold.kept().length);
            assertTrue(fold.held().length == 20 || fold.held().length == 21);
            int[] classes = new int[4];
            for (int i : fold.held()) {
                held[i]++;
                classes[labels[i]]++;
            }
            assertTrue(Arrays.stream(classes).allMatch(n -> n == 5 || n == 6), Arrays.toString(classes));
        }
        assertTrue(Arrays.stream(held).allMatch(n -> n == 1));
        assertThrows(IllegalArgumentException.class, () -> Splits.folds(labels, 1, 0));
    }

    @Test
    void balancedWeightsMakeClassesEqual() {
        assertArrayEquals(new float[] {0.3125f, 1.25f, 0f, 0f}, ClassWeights.balanced(new int[] {12, 3, 0, 0}), 1e-6f);
        assertArrayEquals(new float[] {1, 1}, ClassWeights.balanced(new int[] {4, 4}));
        assertThrows(IllegalArgumentException.class, () -> ClassWeights.balanced(new int[] {0, 0}));
    }
}
