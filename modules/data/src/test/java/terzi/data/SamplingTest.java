package terzi.data;

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
    void foldsHoldEveryImageOnceAndAreEqual() {
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
        assertArrayEquals(new float[] {0.625f, 2.5f, 0f, 0f}, ClassWeights.balanced(new int[] {12, 3, 0, 0}), 1e-6f);
        assertArrayEquals(new float[] {1, 1}, ClassWeights.balanced(new int[] {4, 4}));
        assertThrows(IllegalArgumentException.class, () -> ClassWeights.balanced(new int[] {0, 0}));
    }

    @Test
    void groupsAreNeverPartedAndClassesStayEven() {
        int[] labels = IntStream.range(0, 300)
                .map(i -> i % 10 < 6 ? 0 : i % 10 < 9 ? 1 : 2)
                .toArray();
        // every seventh image belongs to a group of up to five neighbours
        int[] groups =
                IntStream.range(0, 300).map(i -> i % 35 < 5 ? i / 35 : 1000 + i).toArray();
        int[] held = new int[300];
        for (Splits.Split fold : Splits.folds(labels, groups, 5, 4)) {
            assertWhole(fold, groups);
            int[] classes = new int[3];
            for (int i : fold.held()) {
                held[i]++;
                classes[labels[i]]++;
            }
            assertEquals(36, classes[0], 2);
            assertEquals(18, classes[1], 2);
            assertEquals(6, classes[2], 1);
        }
        assertTrue(Arrays.stream(held).allMatch(n -> n == 1));
        Splits.Split split = Splits.stratified(labels, groups, 0.2, 4);
        assertWhole(split, groups);
        assertEquals(60, split.held().length);
        assertEquals(300, split.held().length + split.kept().length);
        assertArrayEquals(
                split.held(), Splits.stratified(labels, groups, 0.2, 4).held());
        assertNotEquals(
                Arrays.toString(split.held()),
                Arrays.toString(Splits.stratified(labels, groups, 0.2, 5).held()));
    }

    private static void assertWhole(Splits.Split split, int[] groups) {
        Set<Integer> held = new HashSet<>();
        Arrays.stream(split.held()).forEach(i -> held.add(groups[i]));
        assertTrue(Arrays.stream(split.kept()).noneMatch(i -> held.contains(groups[i])));
    }

    @Test
    void groupsLargerThanTheirShareAreStillSplitBetweenTheSides() {
        // class 0: two groups of four; class 1: one group of three, which must be kept
        int[] labels = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1};
        int[] groups = {7, 7, 7, 7, 8, 8, 8, 8, 9, 9, 9};
        Splits.Split split = Splits.stratified(labels, groups, 0.1, 1);
        assertEquals(4, split.held().length);
        assertWhole(split, groups);
        assertTrue(Arrays.stream(split.held()).allMatch(i -> labels[i] == 0));
        assertThrows(IllegalArgumentException.class, () -> Splits.folds(labels, groups, 4, 0));
        assertThrows(IllegalArgumentException.class, () -> Splits.folds(labels, new int[3], 2, 0));
    }

    @Test
    void singleGroupsAreDealtLikeImages() {
        int[] labels = IntStream.range(0, 103).map(i -> i % 4).toArray();
        for (Splits.Split fold : Splits.folds(labels, IntStream.range(0, 103).toArray(), 5, 9)) {
            assertTrue(fold.held().length >= 20 && fold.held().length <= 21, "" + fold.held().length);
            int[] classes = new int[4];
            Arrays.stream(fold.held()).forEach(i -> classes[labels[i]]++);
            assertTrue(Arrays.stream(classes).allMatch(n -> n == 5 || n == 6), Arrays.toString(classes));
        }
    }
}
