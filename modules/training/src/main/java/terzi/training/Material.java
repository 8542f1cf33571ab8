package terzi.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import terzi.vision.PackedPictures;
import terzi.vision.Preprocessing;
import terzi.vision.augment.AugmentationChain;

/**
 * Examples as the trainer uses them: pictures packed on the heap, or rows that are tensors already.
 *
 * @param packed null for rows
 * @param rows null for pictures
 */
record Material(
        List<String> labels,
        @Nullable PackedPictures packed,
        @Nullable Preprocessing preprocessing,
        AugmentationChain augment,
        Examples.@Nullable Rows rows) {

    static Material of(Examples examples) throws IOException {
        if (examples instanceof Examples.Pictures pictures) {
            PackedPictures packed = PackedPictures.of(pictures.set(), pictures.preprocessing());
            return new Material(packed.labels(), packed, pictures.preprocessing(), pictures.augment(), null);
        }
        Examples.Rows rows = (Examples.Rows) examples;
        return new Material(rows.labels(), null, null, AugmentationChain.NONE, rows);
    }

    int size() {
        return packed != null ? packed.size() : rows == null ? 0 : rows.classes().length;
    }

    int label(int i) {
        return packed != null ? packed.label(i) : rows == null ? 0 : rows.classes()[i];
    }

    /** The examples on the device. */
    PictureTensors tensors(NDManager manager) {
        if (packed != null) {
            return PictureTensors.of(manager, packed);
        }
        NDArray values = Objects.requireNonNull(rows).values();
        return new PictureTensors(values, Learner.longs(manager, rows.classes()));
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
