package terzi.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import terzi.data.Splits.Split;

class SplitsPropertyTest {
    /** Some images of some classes, and groups of up to {@code most} images. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Images(int[] labels, int[] groups) {
        static Images drawn(int count, int classes, int most, long seed) {
            Random random = new Random(seed);
            int[] labels = IntStream.range(0, count)
                    .map(i -> (int) (classes * random.nextDouble() * random.nextDouble()))
                    .toArray();
            int[] groups = new int[count];
            for (int i = 0, group = 100; i < count; group += 3) {
                for (int end = Math.min(count, i + 1 + random.nextInt(most)); i < end; i++) {
                    groups[i] = group;
                }
            }
            return new Images(labels, groups);
        }
    }

    private static int[] perClass(int[] indices, int[] labels) {
        int[] counts = new int[Arrays.stream(labels).max().orElse(0) + 1];
        Arrays.stream(indices).forEach(i -> counts[labels[i]]++);
        return counts;
    }

    private static void assertPartition(Split split, int count) {
        int[] all = IntStream.concat(Arrays.stream(split.kept()), Arrays.stream(split.held()))
                .sorted()
                .toArray();
        assertArrayEquals(IntStream.range(0, count).toArray(), all);
        assertArrayEquals(Arrays.stream(split.kept()).sorted().toArray(), split.kept(), "ascending");
        assertArrayEquals(Arrays.stream(split.held()).sorted().toArray(), split.held(), "ascending");
    }

    private static void assertWhole(Split split, int[] groups) {
        Map<Integer, Integer> sides = new HashMap<>();
        Arrays.stream(split.kept()).forEach(i -> sides.merge(groups[i], 1, (a, b) -> a | b));
        Arrays.stream(split.held()).forEach(i -> sides.merge(groups[i], 2, (a, b) -> a | b));
        assertTrue(sides.values().stream().noneMatch(side -> side == 3), "a group is torn apart");
    }

    @Property(tries = 200, seed = "20261130")
    void aHoldOutIsAPartitionWithTheIdealCountOfEveryClass(
            @ForAll @Size(min = 1, max = 60) List<@IntRange(max = 4) Integer> classes,
            @ForAll @DoubleRange(min = 0.01, max = 0.99) double share,
            @ForAll long seed) {
        int[] labels = classes.stream().mapToInt(Integer::intValue).toArray();
        Split split = Splits.stratified(labels, share, seed);
        assertPartition(split, labels.length);
        int[] held = perClass(split.held(), labels);
        int[] all = perClass(IntStream.range(0, labels.length).toArray(), labels);
        for (int c = 0; c < all.length; c++) {
            assertTrue(Math.abs(held[c] - share * all[c]) < 1, "class " + c + ": " + held[c] + " of " + all[c]);
            assertTrue(all[c] == 0 || held[c] < all[c], "one is kept");
            assertTrue(all[c] < 2 || held[c] > 0, "one is held");
            if (share * all[c] >= 1 && share * all[c] <= all[c] - 1) {
                assertTrue(Math.abs(held[c] - share * all[c]) <= 0.5 + 1e-9, "the nearest count");
            }
        }
        assertArrayEquals(split.held(), Splits.stratified(labels, share, seed).held());
    }

    @Property(tries = 200, seed = "20261130")
    void foldsHoldEveryImageOnceAndEachClassEvenly(
            @ForAll @Size(min = 2, max = 60) List<@IntRange(max = 4) Integer> classes,
            @ForAll @IntRange(min = 2, max = 7) int wanted,
            @ForAll long seed) {
        int[] labels = classes.stream().mapToInt(Integer::intValue).toArray();
        int folds = Math.min(wanted, labels.length);
        List<Split> splits = Splits.folds(labels, folds, seed);
        assertEven(splits, labels, folds);
        List<Split> again = Splits.folds(labels, folds, seed);
        for (int f = 0; f < folds; f++) {
            assertArrayEquals(splits.get(f).held(), again.get(f).held());
        }
    }

    /** Every count lies within one of its ideal, labels.length / folds and the class's count / folds. */
    private static void assertEven(List<Split> splits, int[] labels, int folds) {
        assertEquals(folds, splits.size());
        int[] times = new int[labels.length];
        int[] all = perClass(IntStream.range(0, labels.length).toArray(), labels);
        for (Split split : splits) {
            assertPartition(split, labels.length);
            Arrays.stream(split.held()).forEach(i -> times[i]++);
            assertTrue(Math.abs(split.held().length - labels.length / (double) folds) < 1);
            int[] held = perClass(split.held(), labels);
            for (int c = 0; c < all.length; c++) {
                assertTrue(Math.abs(held[c] - all[c] / (double) folds) < 1, "class " + c);
            }
        }
        assertTrue(Arrays.stream(times).allMatch(n -> n == 1));
    }

    @Property(tries = 100, seed = "20261130")
    void groupsOfOneImageAreDealtAsEvenlyAsImages(
            @ForAll @IntRange(min = 7, max = 70) int count,
            @ForAll @IntRange(min = 2, max = 7) int folds,
            @ForAll long seed) {
        Images images = Images.drawn(count, 4, 1, seed);
        List<Split> splits = Splits.folds(images.labels, images.groups, folds, seed);
        int[] all = perClass(IntStream.range(0, count).toArray(), images.labels);
        for (Split split : splits) {
            int[] held = perClass(split.held(), images.labels);
            for (int c = 0; c < all.length; c++) {
                assertTrue(Math.abs(held[c] - all[c] / (double) folds) < 1, "class " + c);
            }
        }
    }

    @Property(tries = 200, seed = "20261130")
    void groupsAreNeverTornApart(
            @ForAll @IntRange(min = 12, max = 70) int count,
            @ForAll @IntRange(min = 2, max = 4) int folds,
            @ForAll @IntRange(min = 1, max = 5) int most,
            @ForAll long seed) {
        Images images = Images.drawn(count, 3, most, seed);
        int groups = (int) Arrays.stream(images.groups).distinct().count();
        if (folds > groups) {
            assertThrows(IllegalArgumentException.class, () -> Splits.folds(images.labels, images.groups, folds, seed));
            return;
        }
        int[] times = new int[count];
        int largest = 0;
        int smallest = count;
        for (Split split : Splits.folds(images.labels, images.groups, folds, seed)) {
            assertPartition(split, count);
            assertWhole(split, images.groups);
            Arrays.stream(split.held()).forEach(i -> times[i]++);
            largest = Math.max(largest, split.held().length);
            smallest = Math.min(smallest, split.held().length);
        }
        assertTrue(Arrays.stream(times).allMatch(n -> n == 1));
        // a part gets a group of its scarcest class: three classes, each uneven by at most a group
        assertTrue(largest - smallest <= 3 * most, largest + " and " + smallest);
    }

    @Property(tries = 300, seed = "20261130")
    void aHoldOutOfGroupsTakesNoMoreThanItsShareUnlessOnlyAWholeGroupCanBeGiven(
            @ForAll @IntRange(min = 4, max = 60) int count,
            @ForAll @IntRange(min = 1, max = 6) int most,
            @ForAll @DoubleRange(min = 0.05, max = 0.6) double share,
            @ForAll long seed) {
        Images images = Images.drawn(count, 3, most, seed);
        Split split = Splits.stratified(images.labels, images.groups, share, seed);
        assertPartition(split, count);
        assertWhole(split, images.groups);
        assertArrayEquals(
                split.held(),
                Splits.stratified(images.labels, images.groups, share, seed).held());
        int[] all = perClass(IntStream.range(0, count).toArray(), images.labels);
        int[] held = Arrays.copyOf(perClass(split.held(), images.labels), all.length);
        Map<Integer, int[]> perGroup = new HashMap<>();
        for (int i = 0; i < count; i++) {
            perGroup.computeIfAbsent(images.groups[i], g -> new int[all.length])[images.labels[i]]++;
        }
        for (int i : split.held()) {
            perGroup.remove(images.groups[i]); // what is left are the groups that were kept
        }
        for (int c = 0; c < all.length; c++) {
            int wanted = all[c] < 2 ? 0 : (int) Math.min(all[c] - 1, Math.max(1, Math.round(all[c] * share)));
            assertTrue(all[c] == 0 || held[c] < all[c], "class " + c + " keeps an image");
            // beyond what is wanted only by a whole group for each of the three classes that would give nothing
            assertTrue(
                    held[c] <= Math.max(wanted + 2 * most, 3 * most), "class " + c + ": " + held[c] + " of " + wanted);
            int[] limits = Arrays.stream(all).map(n -> n - 1).toArray();
            for (int[] group : perGroup.values()) {
                boolean fits =
                        IntStream.range(0, all.length).allMatch(k -> group[k] == 0 || held[k] + group[k] <= limits[k]);
                assertTrue(
                        wanted == 0 || held[c] > 0 || group[c] == 0 || !fits,
                        "class " + c + " gives nothing, and there is a group that it could give");
            }
        }
    }

    @Property(tries = 20, seed = "20261130")
    void impossibleSharesAndFoldsAreRefused(@ForAll @IntRange(min = 2, max = 9) int count) {
        int[] labels = new int[count];
        int[] groups = IntStream.range(0, count).toArray();
        for (double share : new double[] {0, 1, -0.1, 1.1, Double.NaN}) {
            assertThrows(IllegalArgumentException.class, () -> Splits.stratified(labels, share, 0));
            assertThrows(IllegalArgumentException.class, () -> Splits.stratified(labels, groups, share, 0));
        }
        for (int folds : new int[] {0, 1, count + 1}) {
            assertThrows(IllegalArgumentException.class, () -> Splits.folds(labels, folds, 0));
            assertThrows(IllegalArgumentException.class, () -> Splits.folds(labels, groups, folds, 0));
        }
        assertEquals(count, Splits.folds(labels, count, 0).size());
        assertEquals(count, Splits.folds(labels, groups, count, 0).size());
        assertEquals(2, Splits.folds(labels, 2, 0).size());
        assertThrows(IllegalArgumentException.class, () -> Splits.folds(labels, new int[count + 1], 2, 0));
        assertThrows(IllegalArgumentException.class, () -> Splits.stratified(labels, new int[1], 0.5, 0));
    }
}
