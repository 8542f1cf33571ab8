package terzi.data;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which images an epoch shows, and in what order. Over- and under-sampling are answers to unequal class sizes, beside
 * {@link ClassWeights}. The same arguments give the same order.
 */
public final class EpochOrder {
    private EpochOrder() {}

    /** Every image once. */
    public static int[] natural(int size, long seed, long epoch) {
        return Seeds.permutation(size, seed, epoch);
    }

    /**
     * Every class as often as the largest: images of smaller classes come back, no two of a class differing by more than
     * one showing. Nothing is left out, but a small class is sooner learned by heart.
     *
     * @param labels the class of each image, from 0; classes without images are passed over
     */
    public static int[] oversampled(int[] labels, long seed, long epoch) {
        List<int[]> members = members(labels);
        return order(members, members.stream().mapToInt(m -> m.length).max().orElse(0), seed, epoch);
    }

    /**
     * Every class as often as the smallest: other images of the larger classes in each epoch.
     *
     * @param labels the class of each image, from 0; classes without images are passed over
     */
    public static int[] undersampled(int[] labels, long seed, long epoch) {
        List<int[]> members = members(labels);
        return order(members, members.stream().mapToInt(m -> m.length).min().orElse(0), seed, epoch);
    }

    /** The images of each class that has any. */
    private static List<int[]> members(int[] labels) {
        return IntStream.rangeClosed(0, Arrays.stream(labels).max().orElse(-1))
                .mapToObj(c -> IntStream.range(0, labels.length)
                        .filter(i -> labels[i] == c)
                        .toArray())
                .filter(members -> members.length > 0)
                .toList();
    }

    private static int[] order(List<int[]> classes, int each, long seed, long epoch) {
        int[] order = new int[Math.multiplyExact(each, classes.size())];
        int at = 0;
        for (int[] members : classes) {
            for (int left = each; left > 0; ) {
                Seeds.shuffle(members, Seeds.of(seed, epoch, -2L - at));
                int taken = Math.min(left, members.length);
                System.arraycopy(members, 0, order, at, taken);
                at += taken;
                left -= taken;
            }
        }
        Seeds.shuffle(order, Seeds.of(seed, epoch, -1));
        return order;
    }
}
