package terzi.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Images that must stay together, largest groups first and otherwise in an order drawn from a seed. */
final class ImageGroups {
    /** So many groups, the largest, are tried in other parts. */
    private static final int MOVED = 100;

    private static final int STARTS = 20;
    /** A cost is less if it is so by more than rounding. */
    private static final double LESS = 1e-9;

    private final int[] labels;
    private final int[] totals;
    private final List<Group> groups;
    /** In how many groups each class is. */
    private final int[] groupCounts;

    /** @param perClass how many of the members each class has */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Group(int[] members, int[] perClass) {}

    private ImageGroups(int[] labels, int[] totals, List<Group> groups) {
        this.labels = labels;
        this.totals = totals;
        this.groups = groups;
        groupCounts = new int[totals.length];
        for (Group group : groups) {
            for (int c = 0; c < totals.length; c++) {
                groupCounts[c] += group.perClass[c] > 0 ? 1 : 0;
            }
        }
    }

    static ImageGroups of(int[] labels, int[] groupOf, long seed) {
        if (labels.length != groupOf.length) {
            throw new IllegalArgumentException("groups: expected one number for each of the " + labels.length
                    + " images, found " + groupOf.length);
        }
        int[] totals = new int[Arrays.stream(labels).max().orElse(-1) + 1];
        Map<Integer, List<Integer>> members = new HashMap<>();
        // members in a drawn order, so that groups are met in a drawn order too
        List<Integer> firsts = new ArrayList<>();
        for (int i : Seeds.permutation(labels.length, seed, 0)) {
            totals[labels[i]]++;
            members.computeIfAbsent(groupOf[i], g -> {
                        firsts.add(g);
                        return new ArrayList<>();
                    })
                    .add(i);
        }
        List<Group> groups = new ArrayList<>(firsts.size());
        for (int g : firsts) {
            int[] inGroup = members.getOrDefault(g, List.of()).stream()
                    .mapToInt(Integer::intValue)
                    .toArray();
            int[] perClass = new int[totals.length];
            for (int i : inGroup) {
                perClass[labels[i]]++;
            }
            groups.add(new Group(inGroup, perClass));
        }
        return new ImageGroups(labels, totals, groups);
    }

    int count() {
        return groups.size();
    }

    /**
     * The part of each image. Large groups are dealt first, each to the part where its classes are rarest so far and then
     * where fewest images are; small ones even out what those left unequal. Then large groups are moved and exchanged as long
     * as that makes the parts more equal; few groups also from other beginnings, of which the most equal end is taken.
     */
    int[] deal(int folds) {
        List<Group> ordered = new ArrayList<>(groups);
        ordered.sort(
                Comparator.comparingInt((Group g) -> -g.members.length).thenComparingInt(g -> labels[g.members[0]]));
        Dealt best = new Dealt(folds, ordered);
        if (groups.stream().anyMatch(group -> group.members.length > 1)) {
            best.improve();
            for (int start = 1; start < STARTS && groups.size() <= MOVED; start++) {
                Dealt other = new Dealt(
                        folds,
                        Arrays.stream(Seeds.permutation(groups.size(), start, 0))
                                .mapToObj(groups::get)
                                .toList());
                other.improve();
                best = other.cost() < best.cost() - LESS ? other : best;
            }
        }
        int[] fold = new int[labels.length];
        for (int g = 0; g < best.fold.length; g++) {
            for (int i : best.ordered.get(g).members) {
                fold[i] = best.fold[g];
            }
        }
        return fold;
    }

    /** Groups in parts, and what the parts hold of each class. */
    private final class Dealt {
        /** The weight of equal sizes beside that of equal shares of the classes: it decides between equals. */
        private static final double SIZE = 1e-3;
        /** More than any unequal shares cost: no model could be trained on the other parts. */
        private static final double WHOLE_CLASS = 1e6;

        private final List<Group> ordered;
        private final int[] fold;
        private final int[][] counts;
        private final int[] sizes;

        Dealt(int folds, List<Group> ordered) {
            this.ordered = ordered;
            fold = new int[ordered.size()];
            counts = new int[folds][totals.length];
            sizes = new int[folds];
            for (int g = 0; g < fold.length; g++) {
                fold[g] = emptiest(ordered.get(g));
                put(g, fold[g]);
            }
        }

        private int emptiest(Group group) {
            int best = 0;
            double least = Double.POSITIVE_INFINITY;
            for (int f = 0; f < sizes.length; f++) {
                double crowd = 0;
                for (int c = 0; c < totals.length; c++) {
                    crowd += (double) counts[f][c] * group.perClass[c] / Math.max(1, totals[c]);
                }
                if (crowd < least - 1e-12 || (crowd < least + 1e-12 && sizes[f] < sizes[best])) {
                    best = f;
                    least = Math.min(least, crowd);
                }
            }
            return best;
        }

        private void put(int g, int to) {
            add(ordered.get(g), to, 1);
            fold[g] = to;
        }

        private void move(int g, int to) {
            add(ordered.get(g), fold[g], -1);
            put(g, to);
        }

        private void add(Group group, int to, int times) {
            for (int c = 0; c < totals.length; c++) {
                counts[to][c] += times * group.perClass[c];
            }
            sizes[to] += times * group.members.length;
        }

        void improve() {
            int moved = Math.min(MOVED, fold.length);
            boolean changes = true;
            while (changes) {
                changes = false;
                for (int g = 0; g < moved; g++) {
                    for (int f = 0; f < sizes.length; f++) {
                        changes |= f != fold[g] && isBetter(g, f, -1);
                    }
                    for (int other = 0; other < g; other++) {
                        changes |= fold[g] != fold[other] && isBetter(g, fold[other], other);
                    }
                }
            }
        }

        /** Moves a group, and if there is another one that back, unless the two parts become less equal by it. */
        private boolean isBetter(int g, int to, int other) {
            int from = fold[g];
            double before = cost(from) + cost(to);
            move(g, to);
            if (other >= 0) {
                move(other, from);
            }
            if (cost(from) + cost(to) < before - LESS) {
                return true;
            }
            move(g, from);
            if (other >= 0) {
                move(other, to);
            }
            return false;
        }

        double cost() {
            return IntStream.range(0, sizes.length).mapToDouble(this::cost).sum();
        }

        /** Squared counts over expected ones: least in sum where all parts have the same share of every class. */
        private double cost(int f) {
            double cost = SIZE * sizes[f] * sizes[f] / labels.length;
            for (int c = 0; c < totals.length; c++) {
                cost += (double) counts[f][c] * counts[f][c] / Math.max(1, totals[c]);
                cost += counts[f][c] == totals[c] && groupCounts[c] > 1 ? WHOLE_CLASS : 0;
            }
            return cost;
        }
    }

    Splits.Split holdOut(double share) {
        int[] wanted = new int[totals.length];
        for (int c = 0; c < totals.length; c++) {
            wanted[c] = totals[c] < 2 ? 0 : (int) Math.min(totals[c] - 1, Math.max(1, Math.round(totals[c] * share)));
        }
        Held held = new Held();
        for (Group group : groups) {
            if (held.isWithin(group, wanted, 2)) {
                held.take(group);
            }
        }
        // a class whose groups are all larger than its share gives one, if others are left: that which exceeds least
        for (int c = 0; c < totals.length; c++) {
            if (held.counts[c] == 0 && wanted[c] > 0) {
                int wantedClass = c;
                groups.stream()
                        .filter(g -> g.perClass[wantedClass] > 0 && held.isWithin(g, totals, 1))
                        .min(Comparator.<Group, Boolean>comparing(g -> !held.isWithin(g, totals, 2))
                                .thenComparingDouble(g -> held.excess(g, wanted)))
                        .ifPresent(held::take);
            }
        }
        return Splits.divide(held.images, Arrays.stream(held.counts).sum());
    }

    /** Groups that are held out. */
    private final class Held {
        private final boolean[] images = new boolean[labels.length];
        private final int[] counts = new int[totals.length];
        private final int[] taken = new int[totals.length];

        /**
         * Whether a group can be taken.
         *
         * @param limits the most images that each class gives
         * @param kept so many of its groups a class keeps, or all but one if it has no more than these; a class with two
         *     can be divided again
         */
        boolean isWithin(Group group, int[] limits, int kept) {
            for (int c = 0; c < counts.length; c++) {
                int rest = groupCounts[c] - taken[c] - 1;
                if (group.perClass[c] > 0
                        && (counts[c] + group.perClass[c] > limits[c]
                                || rest < Math.max(1, Math.min(kept, groupCounts[c] - 1)))) {
                    return false;
                }
            }
            return true;
        }

        /** How far the classes would be beyond what is wanted of them, as a sum of shares. */
        double excess(Group group, int[] wanted) {
            double excess = 0;
            for (int c = 0; c < counts.length; c++) {
                excess += (double) Math.max(0, counts[c] + group.perClass[c] - wanted[c]) / Math.max(1, totals[c]);
            }
            return excess;
        }

        void take(Group group) {
            for (int i : group.members) {
                images[i] = true;
            }
            for (int c = 0; c < counts.length; c++) {
                counts[c] += group.perClass[c];
                taken[c] += group.perClass[c] > 0 ? 1 : 0;
            }
        }
    }
}
