package terzi.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import terzi.data.Splits.Split;

/** Divisions by few large groups. */
class GroupedSplitsTest {
    /** Images of each class, by group. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Shops(int[]... perClass) {
        int[] labels() {
            return images(true);
        }

        int[] groups() {
            return images(false);
        }

        private int[] images(boolean labels) {
            List<Integer> all = new ArrayList<>();
            for (int g = 0; g < perClass.length; g++) {
                for (int c = 0; c < perClass[g].length; c++) {
                    for (int i = 0; i < perClass[g][c]; i++) {
                        all.add(labels ? c : g);
                    }
                }
            }
            return all.stream().mapToInt(Integer::intValue).toArray();
        }

        int[] held(Split split) {
            int[] labels = labels();
            int[] held = new int[perClass[0].length];
            Arrays.stream(split.held()).forEach(i -> held[labels[i]]++);
            return held;
        }

        int groupsOf(int[] images, int label) {
            int[] labels = labels();
            int[] groups = groups();
            return (int) Arrays.stream(images)
                    .filter(i -> labels[i] == label)
                    .map(i -> groups[i])
                    .distinct()
                    .count();
        }

        /** Squared counts over class sizes: the same for every division only if all folds have equal shares. */
        double unevenness(int[] foldOf, int folds) {
            int classes = perClass[0].length;
            double[][] counts = new double[folds][classes];
            double[] totals = new double[classes];
            for (int g = 0; g < perClass.length; g++) {
                for (int c = 0; c < classes; c++) {
                    counts[foldOf[g]][c] += perClass[g][c];
                    totals[c] += perClass[g][c];
                }
            }
            double sum = 0;
            for (double[] fold : counts) {
                for (int c = 0; c < classes; c++) {
                    sum += totals[c] == 0 ? 0 : Math.pow(fold[c] - totals[c] / folds, 2) / totals[c];
                }
            }
            return sum;
        }

        int[] foldOf(List<Split> splits) {
            int[] groups = groups();
            int[] fold = new int[perClass.length];
            for (int f = 0; f < splits.size(); f++) {
                for (int i : splits.get(f).held()) {
                    fold[groups[i]] = f;
                }
            }
            return fold;
        }
    }

    private static final int[][] FEW = {{40, 0}, {0, 40}, {25, 5}, {5, 25}, {10, 0}, {0, 10}, {10, 0}, {0, 10}};

    @Test
    void foldsOfFewLargeGroupsAreEqualWhereThatIsPossible() {
        // 90 of each class, and 30 of each in every fold cannot be made of these groups: all 3^8 divisions are tried
        Shops shops = new Shops(FEW);
        for (long seed = 0; seed < 20; seed++) {
            int[] fold = shops.foldOf(Splits.folds(shops.labels(), shops.groups(), 3, seed));
            assertEquals(best(shops, 3), shops.unevenness(fold, 3), 1e-9, Arrays.toString(fold));
        }
    }

    /** The least unevenness of all divisions without a class that is whole in one fold, by counting them out. */
    private static double best(Shops shops, int folds) {
        int groups = shops.perClass.length;
        double best = Double.POSITIVE_INFINITY;
        for (int n = 0; n < Math.pow(folds, groups); n++) {
            int[] fold = new int[groups];
            for (int g = 0, rest = n; g < groups; g++, rest /= folds) {
                fold[g] = rest % folds;
            }
            best = Math.min(best, shops.unevenness(fold, folds));
        }
        return best;
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4})
    void foldsOfDrawnGroupsAreNearlyAsEqualAsAnyDivision(int folds) {
        Random random = new Random(folds);
        double found = 0;
        double least = 0;
        for (int t = 0; t < 40; t++) {
            int[][] groups = new int[7][];
            for (int g = 0; g < groups.length; g++) {
                int size = 1 + (int) (40 * Math.pow(random.nextDouble(), 3));
                int other = random.nextInt(3) == 0 ? random.nextInt(size) : 0;
                groups[g] = g % 2 == 0 ? new int[] {size, other} : new int[] {other, size};
            }
            Shops shops = new Shops(groups);
            found += shops.unevenness(shops.foldOf(Splits.folds(shops.labels(), shops.groups(), folds, t)), folds);
            least += best(shops, folds);
        }
        assertTrue(found <= least * 1.02, found + " and at best " + least);
    }

    @Test
    void noFoldHasAllImagesOfAClassWithTwoGroups() {
        // the second group of class 1 comes with 30 images of class 0, of which its first group's fold has none
        Shops shops = new Shops(new int[] {0, 10}, new int[] {30, 1}, new int[] {29, 0}, new int[] {28, 0});
        for (long seed = 0; seed < 20; seed++) {
            for (int folds = 2; folds <= 4; folds++) {
                for (Split split : Splits.folds(shops.labels(), shops.groups(), folds, seed)) {
                    int[] held = shops.held(split);
                    assertTrue(held[0] < 87 && held[1] < 11, folds + " folds: " + Arrays.toString(held));
                }
            }
        }
    }

    @Test
    void aHoldOutPrefersGroupsWithinTheShareAndLeavesTwoGroupsOfEveryClass() {
        // 15 % of 200 are 30 of the first class, of 100 are 15 of the second
        Shops shops = new Shops(
                new int[] {120, 0},
                new int[] {50, 0},
                new int[] {10, 2},
                new int[] {20, 0},
                new int[] {0, 80},
                new int[] {0, 9},
                new int[] {0, 9});
        for (long seed = 0; seed < 20; seed++) {
            Split split = Splits.stratified(shops.labels(), shops.groups(), 0.15, seed);
            int[] held = shops.held(split);
            assertTrue(held[0] == 20 || held[0] == 30 || held[0] == 10, Arrays.toString(held));
            assertTrue(held[1] > 0 && held[1] <= 15, Arrays.toString(held));
            assertTrue(shops.groupsOf(split.kept(), 0) >= 2 && shops.groupsOf(split.kept(), 1) >= 2);
        }
    }

    @Test
    void smallGroupsAreNotAllTakenIfOnlyOneLargeOneWouldBeLeft() {
        Shops shops = new Shops(new int[] {90, 10}, new int[] {4, 10}, new int[] {3, 10}, new int[] {3, 10});
        for (long seed = 0; seed < 20; seed++) {
            Split split = Splits.stratified(shops.labels(), shops.groups(), 0.5, seed);
            assertEquals(2, shops.groupsOf(split.kept(), 0));
        }
    }

    @Test
    void aClassOfLargeGroupsGivesTheOneThatExceedsTheSharesLeast() {
        // of class 1 a tenth are 6: the smallest group with any of it has 12, but with it 80 of the 100 of class 0
        Shops shops = new Shops(
                new int[] {80, 12}, new int[] {0, 14}, new int[] {0, 34}, new int[] {10, 0}, new int[] {10, 0});
        for (long seed = 0; seed < 20; seed++) {
            Split split = Splits.stratified(shops.labels(), shops.groups(), 0.1, seed);
            assertArrayEquals(new int[] {10, 14}, shops.held(split));
        }
    }

    @Test
    void aClassOfOneGroupKeepsIt() {
        Shops shops = new Shops(new int[] {20, 0}, new int[] {2, 0}, new int[] {3, 0}, new int[] {0, 30});
        Split split = Splits.stratified(shops.labels(), shops.groups(), 0.2, 1);
        assertEquals(0, shops.held(split)[1]);
        assertTrue(IntStream.of(2, 3, 5).anyMatch(n -> n == shops.held(split)[0]));
    }
}
