package terzi.data;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Images that belong together, directly or by way of others.
 *
 * <p>Equal pixels always join. A near duplicate joins two groups only while they stay small: a chain of look-alikes, such as
 * the frames of a video, would otherwise put a whole class on one side of every split.
 */
final class DuplicateGroups {
    private static final int LEAST = 10;
    private static final int MOST = 200;
    private static final int SHARE = 20;

    private final int[] parents;
    private final int[] sizes;
    private final int most;

    DuplicateGroups(int images) {
        parents = IntStream.range(0, images).toArray();
        sizes = new int[images];
        Arrays.fill(sizes, 1);
        most = mostNear(images);
    }

    /** The size up to which near duplicates join: 5 % of the images, at least 10 and at most 200. */
    static int mostNear(int images) {
        return Math.max(LEAST, Math.min(MOST, images / SHARE));
    }

    void joinEqual(int first, int second) {
        join(number(first), number(second));
    }

    void joinNear(int first, int second) {
        int a = number(first);
        int b = number(second);
        if (sizes[a] + sizes[b] <= most) {
            join(a, b);
        }
    }

    private void join(int a, int b) {
        if (a != b) {
            parents[Math.max(a, b)] = Math.min(a, b);
            sizes[Math.min(a, b)] = sizes[a] + sizes[b];
        }
    }

    /** The number of an image's group: the index of its first image. */
    int number(int image) {
        int at = image;
        while (parents[at] != at) {
            parents[at] = parents[parents[at]];
            at = parents[at];
        }
        return at;
    }
}
