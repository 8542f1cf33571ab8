package terzi.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Images that must stay together, largest groups first and otherwise in an order drawn from a seed. */
final class ImageGroups {
    private final int[] labels;
    private final int[] totals;
    private final List<Group> groups;

    /** @param perClass how many of the members each class has */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Group(int[] members, int[] perClass) {}

    private ImageGroups(int[] labels, int[] totals, List<Group> groups) {
        this.labels = labels;
        this.totals = totals;
        this.groups = groups;
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

    /** The part of each image: every group goes where its classes are rarest so far, then where fewest images are. */
    int[] deal(int folds) {
        int[] fold = new int[labels.length];
        int[][] counts = new int[folds][totals.length];
        int[] sizes = new int[folds];
        List<Group> ordered = new ArrayList<>(groups);
        // small groups come last and even out what large ones left unequal
        ordered.sort(
                Comparator.comparingInt((Group g) -> -g.members.length).thenComparingInt(g -> labels[g.members[0]]));
        for (Group group : ordered) {
            int best = 0;
            double least = Double.POSITIVE_INFINITY;
            for (int f = 0; f < folds; f++) {
                double crowd = 0;
                for (int c = 0; c < totals.length; c++) {
                    crowd += (double) counts[f][c] * group.perClass[c] / Math.max(1, totals[c]);
                }
                if (crowd < least - 1e-12 || (crowd < least + 1e-12 && sizes[f] < sizes[best])) {
                    best = f;
                    least = Math.min(least, crowd);
                }
            }
            for (int i : group.members) {
                fold[i] = best;
            }
            for (int c = 0; c < totals.length; c++) {
                counts[best][c] += group.perClass[c];
            }
            sizes[best] += group.members.length;
        }
        return fold;
    }

    Splits.Split holdOut(double share) {
        int[] wanted = new int[totals.length];
        for (int c = 0; c < totals.length; c++) {
            wanted[c] = totals[c] < 2 ? 0 : (int) Math.min(totals[c] - 1, Math.max(1, Math.round(totals[c] * share)));
        }
        boolean[] held = new boolean[labels.length];
        int[] counts = new int[totals.length];
        int total = 0;
        for (Group group : groups) {
            if (fits(group, counts, wanted)) {
                total += hold(group, held, counts);
            }
        }
        // a class whose groups are all larger than its share gives its smallest, if another one is left
        for (int c = 0; c < totals.length; c++) {
            if (counts[c] == 0 && wanted[c] > 0) {
                int[] limits = totals.clone();
                Arrays.setAll(limits, k -> Math.max(counts[k], totals[k] - 1));
                int wantedClass = c;
                Group smallest = groups.stream()
                        .filter(g -> g.perClass[wantedClass] > 0 && fits(g, counts, limits))
                        .min(Comparator.comparingInt(g -> g.members.length))
                        .orElse(null);
                if (smallest != null) {
                    total += hold(smallest, held, counts);
                }
            }
        }
        return Splits.divide(held, total);
    }

    private static boolean fits(Group group, int[] counts, int[] limits) {
        for (int c = 0; c < counts.length; c++) {
            if (group.perClass[c] > 0 && counts[c] + group.perClass[c] > limits[c]) {
                return false;
            }
        }
        return true;
    }

    private static int hold(Group group, boolean[] held, int[] counts) {
        for (int i : group.members) {
            held[i] = true;
        }
        for (int c = 0; c < counts.length; c++) {
            counts[c] += group.perClass[c];
        }
        return group.members.length;
    }
}
