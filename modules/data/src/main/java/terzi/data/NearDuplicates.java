package terzi.data;

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
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import terzi.data.DuplicateCandidates.Match;
import terzi.images.Image;

/**
 * Finds images that are in a dataset more than once: equal pixels, which is certain, and near duplicates, which look like the
 * same image in another size or compression, with up to 2 % cut off each edge, or like two shots of one scene; also if one
 * of them is mirrored left to right. Rotated, clearly cropped or brightened images are not found.
 *
 * <p>Near duplicates pass three tests. Their perceptual hashes and 16 x 16 thumbnails agree roughly; they are far closer to
 * each other than to the rest of the dataset ({@link DuplicateCandidates}), so that small centred images of one class, whose
 * thumbnails are all alike, are not taken for copies; and their fine detail agrees ({@link Detail}), for which candidates are
 * decoded again. Nearly plain images have no detail: of these only equal pixels are reported.
 *
 * <p>The share of false alarms and of copies found, on Fashion-MNIST, MNIST, photos and drawn sets that took no part in the
 * choice of the bounds, is in {@code benchmarks/results/duplicates.md}, by {@code benchmarks/run duplicates}.
 */
public final class NearDuplicates {
    /** So many candidates are decoded again before their grids are dropped, so that memory stays bounded. */
    private static final int VERIFIED_AT_ONCE = 10_000;

    private NearDuplicates() {}

    /**
     * An image.
     *
     * @param part index of its dataset among those that were compared, from 0
     * @param index position of the image in that dataset
     * @param id origin of the image, for people
     * @param label name of its class
     */
    public record Place(int part, int index, String id, String label) {}

    /**
     * Two images that are the same or look like it.
     *
     * @param first image that comes first
     * @param second other image
     * @param distance 0 for equal pixels; else their difference as a share of their contrast, of a mirrored pair after
     *     mirroring
     */
    public record Pair(Place first, Place second, double distance) {
        /** {@return whether all pixels are equal} */
        public boolean isExact() {
            return distance == 0;
        }

        /** {@return whether both have the same class; equal pixels under two labels contradict each other} */
        public boolean isSameLabel() {
            return first.label().equals(second.label());
        }

        /** {@return whether they lie in different datasets, such as training and test set} */
        public boolean isAcrossParts() {
            return first.part() != second.part();
        }
    }

    /**
     * The duplicates among the images of one or more datasets.
     *
     * @param pairs by distance, then in the order of the images; of many equal ones, each is paired with the first
     * @param groups for each dataset a number for each image: images that are duplicates of each other, directly or by
     *     way of others, have the same number; made for {@link Splits#folds(int[], int[], int, long)}. Near duplicates
     *     join groups of at most 5 % of all images, at least 10 and at most 200; equal pixels always join
     * @param report images that could not be read and were not compared
     */
    public record Result(List<Pair> pairs, List<List<Integer>> groups, DatasetReport report) {
        /**
         * Creates a result from copies of the lists.
         *
         * @param pairs by distance, then in the order of the images; of many equal ones, each is paired with the first
         * @param groups for each dataset a number for each image: images that are duplicates of each other, directly or
         *     by way of others, have the same number; made for {@link Splits#folds(int[], int[], int, long)}. Near
         *     duplicates join groups of at most 5 % of all images, at least 10 and at most 200; equal pixels always
         *     join
         * @param report images that could not be read and were not compared
         */
        public Result {
            pairs = List.copyOf(pairs);
            groups = groups.stream().map(List::copyOf).toList();
        }

        /**
         * {@return the groups of one dataset as an array}
         *
         * @param part index of the dataset
         */
        public int[] groups(int part) {
            return groups.get(part).stream().mapToInt(Integer::intValue).toArray();
        }

        /** {@return the groups of all datasets as one array, those of each after those of the one before} */
        public int[] allGroups() {
            return groups.stream()
                    .flatMap(List::stream)
                    .mapToInt(Integer::intValue)
                    .toArray();
        }

        /**
         * {@return the positions of the images in a dataset that have a duplicate in another one, equal or near}
         *
         * @param part index of the dataset
         * @param other index of the other dataset
         */
        public int[] shared(int part, int other) {
            return inBoth(groups.get(part), groups.get(other));
        }

        /**
         * {@return the positions of the images in a dataset that have equal pixels in another one}
         *
         * @param part index of the dataset
         * @param other index of the other dataset
         */
        public int[] sharedExactly(int part, int other) {
            Map<Place, Place> firsts = new HashMap<>();
            for (Pair pair : pairs) {
                if (pair.isExact()) {
                    firsts.put(pair.first(), pair.first());
                    firsts.put(pair.second(), pair.first());
                }
            }
            Set<Place> there = new HashSet<>();
            firsts.forEach((place, first) -> {
                if (place.part() == other) {
                    there.add(first);
                }
            });
            return firsts.entrySet().stream()
                    .filter(e -> e.getKey().part() == part && there.contains(e.getValue()))
                    .mapToInt(e -> e.getKey().index())
                    .sorted()
                    .toArray();
        }

        private static int[] inBoth(List<Integer> here, List<Integer> other) {
            Set<Integer> there = new HashSet<>(other);
            return IntStream.range(0, here.size())
                    .filter(i -> there.contains(here.get(i)))
                    .toArray();
        }

        /** {@return pairs with equal pixels} */
        public List<Pair> exact() {
            return pairs.stream().filter(Pair::isExact).toList();
        }

        /** {@return pairs that look like the same image and differ in some pixel} */
        public List<Pair> near() {
            return pairs.stream().filter(pair -> !pair.isExact()).toList();
        }

        /** {@return pairs of equal pixels under two labels} */
        public List<Pair> contradictions() {
            return exact().stream().filter(pair -> !pair.isSameLabel()).toList();
        }

        /** {@return pairs that are in two groups, because the group of both would be too large} */
        public List<Pair> parted() {
            return pairs.stream()
                    .filter(pair -> group(pair.first()) != group(pair.second()))
                    .toList();
        }

        private int group(Place place) {
            return groups.get(place.part()).get(place.index());
        }

        /** {@return the number of images that are a duplicate of an earlier one, equal or near} */
        public int copies() {
            long images = groups.stream().mapToLong(List::size).sum();
            return (int)
                    (images - groups.stream().flatMap(List::stream).distinct().count());
        }
    }

    /**
     * Compares all images of one dataset with each other.
     *
     * @param dataset labelled images
     * @return pairs and groups of duplicates
     * @throws IOException if a disk fails
     */
    public static Result find(Dataset dataset) throws IOException {
        return find(List.of(dataset));
    }

    /**
     * Compares all images of these datasets with each other, within and across. Every image is decoded once, and again
     * if it may have a near duplicate, on all processors; images that cannot be read are left out and reported.
     *
     * @param parts datasets, such as training and test set
     * @return pairs and groups of duplicates
     * @throws IOException if a disk fails
     */
    public static Result find(List<? extends Dataset> parts) throws IOException {
        return find(parts, (place, image) -> {});
    }

    /**
     * Compares datasets as {@link #find(List)} does, with a listener.
     *
     * @param parts datasets, such as training and test set
     * @param decoded receives every image that could be read, once, from several threads
     * @return pairs and groups of duplicates
     * @throws IOException if a disk fails
     */
    public static Result find(List<? extends Dataset> parts, BiConsumer<Place, Image> decoded) throws IOException {
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
                    Image image = parts.get(place.part()).image(place.index());
                    decoded.accept(place, image);
                    prints[i] = Fingerprint.of(image);
                });
        List<Pair> pairs = new ArrayList<>();
        DuplicateGroups joined = new DuplicateGroups(prints.length);
        for (Match match : matches(prints, places, parts)) {
            Pair pair = new Pair(places.get(match.first()), places.get(match.second()), match.distance());
            pairs.add(pair);
            if (pair.isExact()) {
                joined.joinEqual(match.first(), match.second());
            } else {
                joined.joinNear(match.first(), match.second());
            }
        }
        List<List<Integer>> groups = new ArrayList<>();
        parts.forEach(part -> groups.add(new ArrayList<>(part.size())));
        for (int i = 0; i < prints.length; i++) {
            groups.get(places.get(i).part()).add(joined.number(i));
        }
        return new Result(
                pairs,
                groups,
                new DatasetReport(Arrays.stream(failures)
                        .flatMap(failure -> Optional.ofNullable(failure).stream())
                        .toList()));
    }

    /** Equal pixels by their digests; of those that remain, candidates that show the same detail. By distance. */
    private static List<Match> matches(
            @Nullable Fingerprint[] prints, List<Place> places, List<? extends Dataset> parts) throws IOException {
        List<Match> matches = new ArrayList<>();
        Map<String, Integer> firsts = new HashMap<>();
        List<Integer> indices = new ArrayList<>();
        List<Fingerprint> distinct = new ArrayList<>();
        for (int i = 0; i < prints.length; i++) {
            Fingerprint print = prints[i];
            if (print != null) {
                Integer first = firsts.putIfAbsent(print.digest(), i);
                if (first == null) {
                    indices.add(i);
                    distinct.add(print);
                } else {
                    matches.add(new Match(first, i, 0));
                }
            }
        }
        UnaryOperator<Match> placed =
                match -> new Match(indices.get(match.first()), indices.get(match.second()), match.distance());
        List<Match> candidates =
                DuplicateCandidates.among(distinct).stream().map(placed).toList();
        List<Match> near = verified(candidates, detail -> detail, places, parts);
        Set<List<Integer>> known = near.stream()
                .map(match -> List.of(match.first(), match.second()))
                .collect(Collectors.toSet());
        List<Match> mirrored = DuplicateCandidates.mirrored(distinct).stream()
                .map(placed)
                .filter(match -> !known.contains(List.of(match.first(), match.second())))
                .toList();
        matches.addAll(near);
        matches.addAll(verified(mirrored, Detail::mirrored, places, parts));
        matches.sort(Comparator.comparingDouble(Match::distance)
                .thenComparingInt(Match::first)
                .thenComparingInt(Match::second));
        return matches;
    }

    /** The candidates that show the same detail, if the first image of each is seen so. */
    private static List<Match> verified(
            List<Match> candidates, UnaryOperator<Detail> seen, List<Place> places, List<? extends Dataset> parts)
            throws IOException {
        List<Match> matches = new ArrayList<>();
        for (int start = 0; start < candidates.size(); start += VERIFIED_AT_ONCE) {
            List<Match> some = candidates.subList(start, Math.min(candidates.size(), start + VERIFIED_AT_ONCE));
            int[] wanted = some.stream()
                    .flatMapToInt(match -> IntStream.of(match.first(), match.second()))
                    .distinct()
                    .toArray();
            Map<Integer, Detail> details = new ConcurrentHashMap<>();
            EachImage.run(wanted.length, k -> places.get(wanted[k]).id(), k -> {
                Place place = places.get(wanted[k]);
                details.put(wanted[k], Detail.of(parts.get(place.part()).image(place.index())));
            });
            some.parallelStream()
                    .filter(match -> agree(details.get(match.first()), details.get(match.second()), seen))
                    .forEachOrdered(matches::add);
        }
        return matches;
    }

    /** False where an image could not be read again. */
    private static boolean agree(@Nullable Detail first, @Nullable Detail second, UnaryOperator<Detail> seen) {
        return first != null && second != null && seen.apply(first).matches(second);
    }
}
