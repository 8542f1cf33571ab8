package terzi.data;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import terzi.files.Sha256;
import terzi.images.Image;

/** Labelled images in a fixed order. Implementations are immutable and safe to read from several threads. */
public interface Dataset {
    /** The names of the classes; {@link #label(int)} is an index into it. */
    List<String> labels();

    /** How many images there are. */
    int size();

    /** The class of image {@code i}, {@code 0 <= label < labels().size()}. */
    int label(int i);

    /** Image {@code i}, upright; decoded now if it lies in a file. */
    Image image(int i) throws IOException;

    /** Where image {@code i} comes from, for people: a path, or the name of a file and a number in it. */
    String id(int i);

    /** The file that image {@code i} is alone in, for people to open; empty where it shares one with others. */
    default Optional<Path> file(int i) {
        return Optional.empty();
    }

    /**
     * SHA-256 (lower-case hexadecimal) over the content of image {@code i}: equal digests mean equal pixels. Of the file
     * where there is one, so that nothing needs to be decoded.
     */
    default String digest(int i) throws IOException {
        Image image = image(i);
        MessageDigest digest = Sha256.start();
        digest.update((image.width() + " " + image.height() + " " + image.channels() + "\n")
                .getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest.digest(image.pixels()));
    }

    /**
     * SHA-256 (lower-case hexadecimal) over the content and the label of every image, in order. Equal digests mean that two
     * classifiers were measured on the same images.
     */
    default String digest() throws IOException {
        MessageDigest digest = Sha256.start();
        for (int i = 0; i < size(); i++) {
            String line = digest(i) + " " + labels().get(label(i)) + "\n";
            digest.update(line.getBytes(StandardCharsets.UTF_8));
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** The classes of all images, in order: a fresh array. */
    default int[] labelIndices() {
        int[] all = new int[size()];
        for (int i = 0; i < all.length; i++) {
            all[i] = label(i);
        }
        return all;
    }

    /** How many images each class has, in the order of {@link #labels()}. */
    default int[] classCounts() {
        int[] counts = new int[labels().size()];
        for (int i = 0; i < size(); i++) {
            counts[label(i)]++;
        }
        return counts;
    }

    /** The images at these indices, in this order: a view, without copying pixels. */
    default Dataset subset(int[] indices) {
        return DatasetView.subset(this, indices);
    }

    /**
     * Datasets with the same labels as one, the images of each after those of the one before: a view, without copying pixels.
     *
     * @throws IllegalArgumentException if there are none, or the labels differ
     */
    static Dataset concatenated(List<? extends Dataset> parts) {
        return parts.size() == 1 ? parts.get(0) : DatasetView.concatenated(parts);
    }
}
