package terzi.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
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
    private static final int MAX_BITS = 12;
    /** Bits of the hash within which a candidate's neighbours are searched. */
    private static final int MAX_NEIGHBOUR_BITS = 20;
    /** Difference of the thumbnails as a share of their contrast. */
    private static final double MAX_DISTANCE = 0.25;
    /** Distance of a candidate as a share of the distance of a later neighbour. */
    private static final double MAX_RATIO = 0.5;

    private static final int FIRST_RANK = 10;
    private static final int MAX_PARTNERS = 200;

    private final List<Fingerprint> prints;
    private final long[] hashes;
    /** Coarse thumbnails: their differences are never larger than those of the thumbnails, and found sooner. */
    private final short[][] sums;

    private DuplicateCandidates(List<Fingerprint> prints) {
        this.prints = prints;
        this.hashes = prints.stream().mapToLong(Fingerprint::hash).toArray();
        this.sums = prints.stream().map(Fingerprint::sums).toArray(short[][]::new);
    }

    /** A fingerprint with what is compared of it first. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Asked(Fingerprint print, long hash, short[] sums) {
        static Asked of(Fingerprint print) {
            return new Asked(print, print.hash(), print.sums());
        }
    }

    /** Two fingerprints by their indices, the smaller first. */
    record Match(int first, int second, double distance) {}

    /** The candidates among fingerprints of different pixels. */
    static List<Match> among(List<Fingerprint> prints) {
        return among(prints, print -> print);
    }

    /** The candidates among fingerprints of which one is compared with the other mirrored. */
    static List<Match> mirrored(List<Fingerprint> prints) {
        return among(prints, Fingerprint::mirrored);
    }

    private static List<Match> among(List<Fingerprint> prints, UnaryOperator<Fingerprint> seen) {
        DuplicateCandidates search = new DuplicateCandidates(prints);
        int[][] partners = IntStream.range(0, prints.size())
                .parallel()
                .mapToObj(a -> search.partners(a, Asked.of(seen.apply(prints.get(a)))))
                .toArray(int[][]::new);
        List<Match> matches = new ArrayList<>();
        for (int a = 0; a < partners.length; a++) {
            for (int b : partners[a]) {
                if (b > a && Arrays.binarySearch(partners[b], a) >= 0) {
                    matches.add(new Match(a, b, seen.apply(prints.get(a)).distance(prints.get(b))));
                }
            }
        }
        return matches;
    }

    /** Ascending indices of the fingerprints that are far closer to {@code a} than its later neighbours are. */
    private int[] partners(int a, Asked asked) {
        if (neighbours(a, asked, MAX_BITS, MAX_DISTANCE).length == 0) {
            return new int[0];
        }
        long[] nearest = neighbours(a, asked, MAX_NEIGHBOUR_BITS, MAX_DISTANCE / MAX_RATIO);
        int[] partners = new int[Math.min(MAX_PARTNERS, nearest.length)];
        int count = 0;
        for (int r = 1; r <= partners.length && distance(nearest[r - 1]) <= MAX_DISTANCE; r++) {
            // of fewer images than that the last one; neighbours that are missing are farther than any that was found
            int k = Math.min(FIRST_RANK + 2 * r, hashes.length - 1);
            int partner = (int) nearest[r - 1];
            boolean stands =
                    k <= r || k > nearest.length || distance(nearest[r - 1]) <= MAX_RATIO * distance(nearest[k - 1]);
            if (stands && Long.bitCount(asked.hash() ^ hashes[partner]) <= MAX_BITS) {
                partners[count++] = partner;
            }
        }
        int[] ascending = Arrays.copyOf(partners, count);
        Arrays.sort(ascending);
        return ascending;
    }

    /** Distance, as the bits of a float that sort like it, and index of each neighbour, the nearest first. */
    private long[] neighbours(int a, Asked asked, int bits, double farthest) {
        long[] found = new long[16];
        int count = 0;
        for (int b = 0; b < hashes.length; b++) {
            if (Long.bitCount(asked.hash() ^ hashes[b]) <= bits && b != a && isNear(asked, b, farthest)) {
                double distance = asked.print().distance(prints.get(b), farthest);
                if (distance < farthest) {
                    found = count < found.length ? found : Arrays.copyOf(found, 2 * count);
                    found[count++] = (long) Float.floatToIntBits((float) distance) << 32 | b;
                }
            }
        }
        long[] nearest = Arrays.copyOf(found, count);
        Arrays.sort(nearest);
        return nearest;
    }

    private static float distance(long neighbour) {
        return Float.intBitsToFloat((int) (neighbour >>> 32));
    }

    private boolean isNear(Asked asked, int b, double farthest) {
        short[] here = asked.sums();
        short[] there = sums[b];
        int sum = 0;
        for (int i = 0; i < here.length; i++) {
            sum += Math.abs(here[i] - there[i]);
        }
        return sum < farthest * asked.print().unit(prints.get(b));
    }
}
