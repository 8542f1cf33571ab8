package terzi.training.run;

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
 * @param skipped images that could not be decoded
 * @param lost classes that had images, none of which could be decoded
 */
record LoadedExamples(
        Examples source, List<String> labels, @Nullable PackedImages packed, DatasetReport skipped, List<String> lost) {

    /**
     * Decodes training examples.
     *
     * @throws IOException if images cannot be reached, a class has none that can be decoded, or the thread was interrupted
     */
    static LoadedExamples toLearnFrom(Examples examples) throws IOException {
        LoadedExamples loaded = of(examples);
        if (!loaded.lost.isEmpty()) {
            throw new IOException("no training image of " + classes(loaded.lost)
                    + " can be decoded, so the network cannot learn " + (loaded.lost.size() == 1 ? "it" : "them") + ": "
                    + loaded.first() + ". Replace the damaged files, or remove the class");
        }
        return loaded;
    }

    /**
     * Decodes validation examples.
     *
     * @throws IOException if images cannot be reached, none can be decoded, or the thread was interrupted
     */
    static LoadedExamples toJudge(Examples examples) throws IOException {
        LoadedExamples loaded = of(examples);
        if (loaded.size() == 0) {
            throw new IOException("no validation image can be decoded, so no epoch can be judged: " + loaded.first()
                    + ". Replace the damaged files");
        }
        return loaded;
    }

    private static LoadedExamples of(Examples examples) throws IOException {
        if (!(examples instanceof Examples.Images images)) {
            return new LoadedExamples(examples, examples.labels(), null, DatasetReport.EMPTY, List.of());
        }
        Dataset set = images.set();
        PackedImages packed = PackedImages.of(set, images.preprocessing());
        // a set that was packed before reports what was left out then, which its owner knows
        DatasetReport skipped = packed == set ? DatasetReport.EMPTY : packed.report();
        for (DatasetReport.Skipped image : skipped.skipped()) {
            if (image.reason() == ImageException.Kind.INTERRUPTED) {
                throw new IOException(image.message());
            }
        }
        return new LoadedExamples(examples, packed.labels(), packed, skipped, lost(set, packed));
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

    /** {@code 4 of 52 images cannot be decoded; the first: …}. */
    private String first() {
        return skipped.skipped().size() + " of " + (size() + skipped.skipped().size())
                + " images cannot be decoded, the first: "
                + skipped.skipped().get(0).message();
    }

    private static String classes(List<String> labels) {
        return (labels.size() == 1 ? "the class '" : "the classes '") + String.join("', '", labels) + "'";
    }

    @Nullable Preprocessing preprocessing() {
        return source instanceof Examples.Images images ? images.preprocessing() : null;
    }

    AugmentationChain augment() {
        return source instanceof Examples.Images images ? images.augment() : AugmentationChain.NONE;
    }

    int size() {
        return source instanceof Examples.Rows rows
                ? rows.classes().length
                : Objects.requireNonNull(packed).size();
    }

    private int label(int i) {
        return source instanceof Examples.Rows rows
                ? rows.classes()[i]
                : Objects.requireNonNull(packed).label(i);
    }

    /** The examples on the device. */
    ImageTensors tensors(NDManager manager) {
        return source instanceof Examples.Rows rows
                ? new ImageTensors(rows.values(), Learner.longs(manager, rows.classes()))
                : ImageTensors.of(manager, Objects.requireNonNull(packed));
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
