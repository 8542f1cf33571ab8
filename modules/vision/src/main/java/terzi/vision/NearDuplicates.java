package terzi.vision;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Finds pictures that are there twice: the same pixels, or the same picture in another size or compression. Two shots of
 * one thing from the same place are found too. Mirrored, turned, clearly cut or brightened pictures are not.
 *
 * <p>Two pictures are near duplicates when their perceptual hashes differ in at most 10 of 63 bits and their 16 x 16
 * thumbnails, in colour, by at most a fifth of the contrast. The second makes the difference on plain backgrounds, where
 * all thumbnails are alike. Measured on 611 shop pictures without duplicates: no pair of 186,355 is reported, the nearest
 * two different products lie at 0.27; halved, shrunk to 37 % and compressed to JPEG quality 50, or compressed to quality
 * 30 they are found in 99.7 to 100 %, with 2 % cut off at each edge in 88 %. On the 2,527 photos of TrashNet 13 pairs of
 * 3.2 million are reported: 3 are equal, all of the others were looked at, 9 are two shots of one object and one of two
 * very similar cans. A picture of 320 x 320 pixels takes 5 ms, most of it decoding.
 */
public final class NearDuplicates {
    /** Bits of the hash that may differ. */
    private static final int MAX_BITS = 10;
    /** Difference of the thumbnails as a share of their contrast. */
    private static final double MAX_DISTANCE = 0.2;

    private NearDuplicates() {}

    /**
     * A picture.
     *
     * @param part which of the data sets that were compared, from 0
     * @param index of the picture in it
     * @param label its class
     */
    public record Place(int part, int index, String id, String label) {}

    /**
     * Two pictures that are the same.
     *
     * @param first the one that comes first
     * @param distance 0 for equal pixels; else how much they differ as a share of their contrast
     */
    public record Pair(Place first, Place second, double distance) {
        /** Whether not a single pixel differs. */
        public boolean isExact() {
            return distance == 0;
        }

        /** Whether both have the same class; otherwise one of the labels is wrong, or both fit. */
        public boolean isSameLabel() {
            return first.label().equals(second.label());
        }

        /** Whether they lie in different data sets: one of them tests what the other taught. */
        public boolean isAcrossParts() {
            return first.part() != second.part();
        }
    }

    /**
     * What was found.
     *
     * @param pairs by distance, then in the order of the pictures; of many equal ones, each is paired with the first
     * @param groups for each data set a number for each picture: pictures that are duplicates of each other, directly or
     *     by way of others, have the same number; made for {@link Splits#folds(int[], int[], int, long)}
     * @param report pictures that could not be read and were not compared
     */
    public record Result(List<Pair> pairs, List<List<Integer>> groups, DatasetReport report) {
        public Result {
            pairs = List.copyOf(pairs);
            groups = groups.stream().map(List::copyOf).toList();
        }

        /** The groups of one data set as an array. */
        public int[] groups(int part) {
            return groups.get(part).stream().mapToInt(Integer::intValue).toArray();
        }

        /** Indices of the pictures in a data set that another data set has too. */
        public int[] shared(int part, int other) {
            Set<Integer> there = new HashSet<>(groups.get(other));
            List<Integer> here = groups.get(part);
            return IntStream.range(0, here.size())
                    .filter(i -> there.contains(here.get(i)))
                    .toArray();
        }

        /** Pairs under two labels. */
        public List<Pair> contradictions() {
            return pairs.stream().filter(pair -> !pair.isSameLabel()).toList();
        }

        /** How many pictures are a copy of one that comes before them. */
        public int copies() {
            long pictures = groups.stream().mapToLong(List::size).sum();
            return (int)
                    (pictures - groups.stream().flatMap(List::stream).distinct().count());
        }
    }

    /** Compares all pictures of one data set with each other. */
    public static Result find(Dataset dataset) throws IOException {
        return find(List.of(dataset));
    }

    /**
     * Compares all pictures of these data sets with each other, within and across. Every picture is decoded once, on all
     * processors; pictures that cannot be read are left out and reported.
     *
     * @throws IOException if a disk fails
     */
    public static Result find(List<? extends Dataset> parts) throws IOException {
        List<Place> places = new ArrayList<>();
        for (int part = 0; part < parts.size(); part++) {
            Dataset dataset = parts.get(part);
            for (int i = 0; i < dataset.size(); i++) {
                places.add(new Place(part, i, dataset.id(i), dataset.labels().get(dataset.label(i))));
            }
        }
        @Nullable Fingerprint[] prints = new @Nullable Fingerprint[places.size()];
        DatasetReport.@Nullable Skipped[] failures =
                EachImage.run(places.size(), i -> places.get(i).id(), i -> {
                    Place place = places.get(i);
                    prints[i] = Fingerprint.of(parts.get(place.part()).picture(place.index()));
                });
        List<Pair> pairs = new ArrayList<>();
        int[] group = IntStream.range(0, prints.length).toArray();
        compare(prints).stream()
                .sorted(Comparator.comparingDouble(Match::distance)
                        .thenComparingInt(Match::first)
                        .thenComparingInt(Match::second))
                .forEach(match -> {
                    pairs.add(new Pair(places.get(match.first), places.get(match.second), match.distance));
                    join(group, match.first, match.second);
                });
        List<List<Integer>> groups = new ArrayList<>();
        parts.forEach(part -> groups.add(new ArrayList<>(part.size())));
        for (int i = 0; i < group.length; i++) {
            groups.get(places.get(i).part()).add(root(group, i));
        }
        return new Result(
                pairs,
                groups,
                new DatasetReport(Arrays.stream(failures)
                        .flatMap(failure -> Optional.ofNullable(failure).stream())
                        .toList()));
    }

    private record Match(int first, int second, double distance) {}

    /** Equal pictures by their digests; of those that remain, each with each. */
    private static List<Match> compare(@Nullable Fingerprint[] prints) {
        List<Match> matches = new ArrayList<>();
        Map<String, Integer> firsts = new HashMap<>();
        List<Integer> distinct = new ArrayList<>();
        for (int i = 0; i < prints.length; i++) {
            Fingerprint print = prints[i];
            if (print != null) {
                Integer first = firsts.putIfAbsent(print.digest(), i);
                if (first == null) {
                    distinct.add(i);
                } else {
                    matches.add(new Match(first, i, 0));
                }
            }
        }
        int[] indices = distinct.stream().mapToInt(Integer::intValue).toArray();
        List<Fingerprint> known = distinct.stream()
                .flatMap(i -> Optional.ofNullable(prints[i]).stream())
                .toList();
        long[] hashes = known.stream().mapToLong(Fingerprint::hash).toArray();
        IntStream.range(0, indices.length)
                .parallel()
                .mapToObj(a -> {
                    List<Match> found = new ArrayList<>();
                    for (int b = a + 1; b < indices.length; b++) {
                        if (Long.bitCount(hashes[a] ^ hashes[b]) <= MAX_BITS) {
                            double distance = known.get(a).distance(known.get(b));
                            if (distance <= MAX_DISTANCE) {
                                found.add(new Match(indices[a], indices[b], distance));
                            }
                        }
                    }
                    return found;
                })
                .forEachOrdered(matches::addAll);
        return matches;
    }

    private static void join(int[] group, int first, int second) {
        int a = root(group, first);
        int b = root(group, second);
        group[Math.max(a, b)] = Math.min(a, b);
    }

    private static int root(int[] group, int member) {
        int at = member;
        while (group[at] != at) {
            group[at] = group[group[at]];
            at = group[at];
        }
        return at;
    }
}
