package terzi.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Divides images into parts with the same share of every class. The same labels and seed give the same parts. */
public final class Splits {
    private Splits() {}

    /**
     * A division of images into two parts.
     *
     * @param kept indices of the images that stay, ascending
     * @param held indices of the images held out, ascending
     */
    @SuppressWarnings("ArrayRecordComponent") // a result to take apart, never compared
    public record Split(int[] kept, int[] held) {}

    /**
     * Holds out {@code heldFraction} of every class, rounded to the nearest count; a class of two or more gives at
     * least one image and keeps at least one, a class of one keeps it.
     *
     * @param labels class index of each image
     * @param heldFraction share to hold out, above 0 and below 1
     * @param seed random seed
     * @return images kept and held out
     * @throws IllegalArgumentException if {@code heldFraction} is out of range
     */
    public static Split stratified(int[] labels, double heldFraction, long seed) {
        if (!(heldFraction > 0 && heldFraction < 1)) {
            throw new IllegalArgumentException("heldFraction: expected above 0 and below 1, found " + heldFraction);
        }
        boolean[] held = new boolean[labels.length];
        int total = 0;
        for (int[] members : shuffledClasses(labels, seed)) {
            int count = members.length < 2
                    ? 0
                    : (int) Math.min(members.length - 1, Math.max(1, Math.round(members.length * heldFraction)));
            for (int i = 0; i < count; i++) {
                held[members[i]] = true;
            }
            total += count;
        }
        return divide(held, total);
    }

    /**
     * Divides images into k folds of nearly equal size, each with nearly the same share of every class.
     *
     * @param labels class index of each image
     * @param folds k, at least 2 and at most the number of images
     * @param seed random seed
     * @return one split for each fold, with the fold as {@code held}; every image is held out exactly once
     * @throws IllegalArgumentException if {@code folds} is out of range
     */
    public static List<Split> folds(int[] labels, int folds, long seed) {
        if (folds < 2 || folds > labels.length) {
            throw new IllegalArgumentException(
                    "folds: expected 2 to " + labels.length + " (the number of images), found " + folds);
        }
        int[] fold = new int[labels.length];
        int[] sizes = new int[folds];
        int next = 0;
        for (int[] members : shuffledClasses(labels, seed)) {
            // going on where the last class stopped keeps the parts equally large
            for (int member : members) {
                fold[member] = next;
                sizes[next]++;
                next = (next + 1) % folds;
            }
        }
        List<Split> splits = new ArrayList<>(folds);
        for (int f = 0; f < folds; f++) {
            boolean[] held = new boolean[labels.length];
            for (int i = 0; i < fold.length; i++) {
                held[i] = fold[i] == f;
            }
            splits.add(divide(held, sizes[f]));
        }
        return splits;
    }

    /**
     * Holds out a share of every class as {@link #stratified(int[], double, long)} does, and never divides a group:
     * duplicates of each other, or images of one object. Groups are taken in random order as long as no class gives more
     * than its share, so a group too large for that stays on the kept side; a class that would give nothing gives the
     * group that exceeds the shares least. A class keeps one group at least, and two where it has three or more, so that
     * it can be divided again.
     *
     * @param labels class index of each image
     * @param groups one number per image; equal numbers are one group (see {@link NearDuplicates.Result#groups(int)})
     * @param heldFraction share to hold out, above 0 and below 1
     * @param seed random seed
     * @return images kept and held out
     * @throws IllegalArgumentException if {@code heldFraction} is out of range
     */
    public static Split stratified(int[] labels, int[] groups, double heldFraction, long seed) {
        if (!(heldFraction > 0 && heldFraction < 1)) {
            throw new IllegalArgumentException("heldFraction: expected above 0 and below 1, found " + heldFraction);
        }
        return ImageGroups.of(labels, groups, seed).holdOut(heldFraction);
    }

    /**
     * Divides images into k folds as {@link #folds(int[], int, long)} does, with the images of one group in the same
     * fold. With few large groups the folds are as equal in their classes as the groups permit, and no fold has all
     * images of a class that has two groups or more, if that can be avoided.
     *
     * @param labels class index of each image
     * @param groups one number per image; equal numbers are one group (see {@link NearDuplicates.Result#groups(int)})
     * @param folds k, at least 2 and at most the number of groups
     * @param seed random seed
     * @return one split for each fold, with the fold as {@code held}; every image is held out exactly once
     * @throws IllegalArgumentException if {@code folds} is out of range
     */
    public static List<Split> folds(int[] labels, int[] groups, int folds, long seed) {
        ImageGroups all = ImageGroups.of(labels, groups, seed);
        if (folds < 2 || folds > all.count()) {
            throw new IllegalArgumentException(
                    "folds: expected 2 to " + all.count() + " (the number of groups), found " + folds);
        }
        int[] fold = all.deal(folds);
        List<Split> splits = new ArrayList<>(folds);
        for (int f = 0; f < folds; f++) {
            boolean[] held = new boolean[labels.length];
            int count = 0;
            for (int i = 0; i < fold.length; i++) {
                held[i] = fold[i] == f;
                count += held[i] ? 1 : 0;
            }
            splits.add(divide(held, count));
        }
        return splits;
    }

    /** For each class the indices of its images, in an order drawn from the seed. */
    private static List<int[]> shuffledClasses(int[] labels, long seed) {
        int classes = Arrays.stream(labels).max().orElse(-1) + 1;
        int[] counts = new int[classes];
        for (int label : labels) {
            counts[label]++;
        }
        List<int[]> members = new ArrayList<>(classes);
        for (int count : counts) {
            members.add(new int[count]);
        }
        int[] filled = new int[classes];
        for (int i = 0; i < labels.length; i++) {
            members.get(labels[i])[filled[labels[i]]++] = i;
        }
        for (int c = 0; c < classes; c++) {
            Seeds.shuffle(members.get(c), Seeds.of(seed, 0, c));
        }
        return members;
    }

    static Split divide(boolean[] held, int count) {
        int[] out = new int[count];
        int[] kept = new int[held.length - count];
        int o = 0;
        int k = 0;
        for (int i = 0; i < held.length; i++) {
            if (held[i]) {
                out[o++] = i;
            } else {
                kept[k++] = i;
            }
        }
        return new Split(kept, out);
    }
}
