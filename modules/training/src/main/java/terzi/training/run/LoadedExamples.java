package terzi.training.run;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import terzi.data.Dataset;
import terzi.data.DatasetReport;
import terzi.data.PackedImages;
import terzi.data.augment.AugmentationChain;
import terzi.images.ImageException;
import terzi.images.Preprocessing;

/**
 * Examples as the trainer uses them: images packed on the heap, or rows that are tensors already.
 *
 * @param packed null for rows
 * @param rows null for images
 * @param skipped images that could not be decoded
 * @param lost classes that had images, none of which could be decoded
 */
record LoadedExamples(
        List<String> labels,
        @Nullable PackedImages packed,
        @Nullable Preprocessing preprocessing,
        AugmentationChain augment,
        Examples.@Nullable Rows rows,
        DatasetReport skipped,
        List<String> lost) {

    /**
     * Decodes what has to be decoded.
     *
     * @throws IOException if images cannot be reached, or the thread was interrupted while it decoded
     */
    static LoadedExamples of(Examples examples) throws IOException {
        if (examples instanceof Examples.Images images) {
            Dataset set = images.set();
            PackedImages packed = PackedImages.of(set, images.preprocessing());
            // a set that was packed before reports what was left out then, which its owner knows
            DatasetReport skipped = packed == set ? DatasetReport.EMPTY : packed.report();
            for (DatasetReport.Skipped image : skipped.skipped()) {
                if (image.reason() == ImageException.Kind.INTERRUPTED) {
                    throw new IOException(image.message());
                }
            }
            return new LoadedExamples(
                    packed.labels(),
                    packed,
                    images.preprocessing(),
                    images.augment(),
                    null,
                    skipped,
                    lost(set, packed));
        }
        Examples.Rows rows = (Examples.Rows) examples;
        return new LoadedExamples(
                rows.labels(), null, null, AugmentationChain.NONE, rows, DatasetReport.EMPTY, List.of());
    }

    private static List<String> lost(Dataset set, PackedImages packed) {
        if (set.size() == packed.size()) {
            return List.of();
        }
        int[] before = set.classCounts();
        int[] after = packed.classCounts();
        List<String> lost = new ArrayList<>();
        for (int c = 0; c < before.length; c++) {
            if (before[c] > 0 && after[c] == 0) {
                lost.add(set.labels().get(c));
            }
        }
        return lost;
    }

    /**
     * Refuses to train without a class.
     *
     * @throws IOException if there is a class none of whose images can be decoded
     */
    void requireEveryClass() throws IOException {
        if (!lost.isEmpty()) {
            throw new IOException("no training image of " + classes(lost)
                    + " can be decoded, so the network cannot learn " + (lost.size() == 1 ? "it" : "them") + ": "
                    + first() + ". Replace the damaged files, or remove the class");
        }
    }

    /** {@code 4 of 52 images cannot be decoded; the first: …}. */
    String first() {
        return skipped.skipped().size() + " of " + (size() + skipped.skipped().size())
                + " images cannot be decoded, the first: "
                + skipped.skipped().get(0).message();
    }

    private static String classes(List<String> labels) {
        return (labels.size() == 1 ? "the class '" : "the classes '") + String.join("', '", labels) + "'";
    }

    int size() {
        return packed != null ? packed.size() : rows == null ? 0 : rows.classes().length;
    }

    int label(int i) {
        return packed != null ? packed.label(i) : rows == null ? 0 : rows.classes()[i];
    }

    /** The examples on the device. */
    ImageTensors tensors(NDManager manager) {
        if (packed != null) {
            return ImageTensors.of(manager, packed);
        }
        NDArray values = Objects.requireNonNull(rows).values();
        return new ImageTensors(values, Learner.longs(manager, rows.classes()));
    }

    /** How many examples of each class an order shows. */
    int[] counts(int[] order) {
        int[] counts = new int[labels.size()];
        for (int i : order) {
            counts[label(i)]++;
        }
        return counts;
    }
}
