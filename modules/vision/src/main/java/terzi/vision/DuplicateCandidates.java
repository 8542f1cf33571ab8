package terzi.vision;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.stream.IntStream;

/**
 * Pairs of fingerprints that are far closer to each other than to the rest of their own dataset.
 *
 * <p>A fixed bound on the distance cannot tell copies from different images: what is close among photos is far among small
 * centred images. The dataset is the measure: image {@code b}, the {@code r}-th nearest of {@code a}, is a candidate if its
 * distance is at most {@link #MAX_RATIO} of the distance of the {@code k}-th nearest, {@code k = 10 + 2 r}. Among different
 * images of {@code m} degrees of freedom that ratio is near {@code (r/k)^(1/m)} whatever their density (0.74 for r = 1 and
 * m = 8), so it does not fall when a dataset grows or when its images are alike; the ratio of a copy does. As {@code k} grows
 * with {@code r}, the images of a large group of copies do not hide each other. Both images of a pair must agree.
 */
final class DuplicateCandidates {
    /** Bits of the hash that may differ. */
    static final int MAX_BITS = 12;
    /** Bits within which the neighbours are searched that a candidate is compared with. */
    private static final int MAX_NEIGHBOUR_BITS = 18;
    /** Difference of the thumbnails as a share of their contrast. */
    static final double MAX_DISTANCE = 0.25;
    /** Distance of a candidate as a share of the distance of a later neighbour. */
    static final double MAX_RATIO = 0.5;

    private static final int FIRST_RANK = 10;
    private static final int MAX_PARTNERS = 200;
    private static final int MAX_NEIGHBOURS = FIRST_RANK + 2 * MAX_PARTNERS;

    private final List<Fingerprint> prints;
    private final long[] hashes;

    private DuplicateCandidates(List<Fingerprint> prints) {
        this.prints = prints;
        this.hashes = prints.stream().mapToLong(Fingerprint::hash).toArray();
    }

    /** Two fingerprints by their indices, the smaller first. */
    record Match(int first, int second, double distance) {}

    private record Neighbour(int index, double distance, boolean similar) {}

    /** The candidates among fingerprints of different pixels. */
    static List<Match> among(List<Fingerprint> prints) {
        DuplicateCandidates search = new DuplicateCandidates(prints);
        int[][] partners = IntStream.range(0, prints.size())
                .parallel()
                .mapToObj(search::partners)
                .toArray(int[][]::new);
        List<Match> matches = new ArrayList<>();
        for (int a = 0; a < partners.length; a++) {
            for (int b : partners[a]) {
                if (b > a && Arrays.binarySearch(partners[b], a) >= 0) {
                    matches.add(new Match(a, b, prints.get(a).distance(prints.get(b))));
                }
            }
        }
        return matches;
    }

    /** Ascending indices of the fingerprints that are far closer to {@code a} than its later neighbours are. */
    private int[] partners(int a) {
        PriorityQueue<Neighbour> farthestFirst = new PriorityQueue<>(
                Comparator.comparingDouble(Neighbour::distance).reversed());
        collect(a, 0, MAX_BITS, farthestFirst);
        if (farthestFirst.stream().noneMatch(Neighbour::similar)) {
            return new int[0];
        }
        if (farthestFirst.size() < MAX_NEIGHBOURS) {
            collect(a, MAX_BITS + 1, MAX_NEIGHBOUR_BITS, farthestFirst);
        }
        Neighbour[] nearest = farthestFirst.toArray(Neighbour[]::new);
        Arrays.sort(nearest, Comparator.comparingDouble(Neighbour::distance).thenComparingInt(Neighbour::index));
        int[] partners = new int[Math.min(MAX_PARTNERS, nearest.length)];
        int count = 0;
        for (int r = 1; r <= partners.length; r++) {
            Neighbour neighbour = nearest[r - 1];
            // fewer images than that: the farthest of them; fewer neighbours: those missing are farther than any found
            int k = Math.min(FIRST_RANK + 2 * r, hashes.length - 1);
            boolean stands = k <= r || k > nearest.length || neighbour.distance <= MAX_RATIO * nearest[k - 1].distance;
            if (neighbour.similar && stands) {
                partners[count++] = neighbour.index;
            }
        }
        int[] ascending = Arrays.copyOf(partners, count);
        Arrays.sort(ascending);
        return ascending;
    }

    /** Adds those whose hashes differ in {@code least} to {@code most} bits, and keeps the nearest. */
    private void collect(int a, int least, int most, PriorityQueue<Neighbour> farthestFirst) {
        Fingerprint print = prints.get(a);
        for (int b = 0; b < hashes.length; b++) {
            int bits = Long.bitCount(hashes[a] ^ hashes[b]);
            if (bits >= least && bits <= most && b != a) {
                Neighbour farthest = farthestFirst.peek();
                boolean full = farthest != null && farthestFirst.size() == MAX_NEIGHBOURS;
                double limit = full ? farthest.distance : Double.POSITIVE_INFINITY;
                double distance = print.distance(prints.get(b), limit);
                if (distance < limit) {
                    if (full) {
                        farthestFirst.poll();
                    }
                    farthestFirst.add(new Neighbour(b, distance, most == MAX_BITS && distance <= MAX_DISTANCE));
                }
            }
        }
    }
}
