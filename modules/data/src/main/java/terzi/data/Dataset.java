package terzi.data;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import terzi.files.Sha256;
import terzi.images.Image;

/** Labelled images in a fixed order. Implementations are immutable and safe to read from several threads. */
public interface Dataset {
    /** {@return the names of the classes; {@link #label(int)} is an index into it} */
    List<String> labels();

    /** {@return the number of images} */
    int size();

    /**
     * {@return the class index of an image, {@code 0 <= label < labels().size()}}
     *
     * @param i position of the image, from 0
     */
    int label(int i);

    /**
     * Decodes an image.
     *
     * @param i position of the image, from 0
     * @return the image, upright
     * @throws terzi.images.ImageException if the image is not readable
     * @throws IOException if the disk fails
     */
    Image image(int i) throws IOException;

    /**
     * {@return the origin of an image, for people: a path, or the name of a file and a number in it}
     *
     * @param i position of the image, from 0
     */
    String id(int i);

    /**
     * {@return the file that an image is alone in, for people to open; empty where it shares one with others}
     *
     * @param i position of the image, from 0
     */
    default Optional<Path> file(int i) {
        return Optional.empty();
    }

    /**
     * {@return what a CSV list has about an image beside path, label and split: its other columns by their names, in the
     * order of the header; empty for data without a list}
     *
     * @param i position of the image, from 0
     */
    default Map<String, String> columns(int i) {
        return Map.of();
    }

    /**
     * Computes the digest of an image: equal digests mean equal pixels. It is that of the file where there is one, so
     * that nothing needs to be decoded.
     *
     * @param i position of the image, from 0
     * @return SHA-256 in 64 lower-case hexadecimal digits
     * @throws IOException if the image cannot be read
     */
    default String digest(int i) throws IOException {
        Image image = image(i);
        MessageDigest digest = Sha256.start();
        digest.update((image.width() + " " + image.height() + " " + image.channels() + "\n")
                .getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest.digest(image.pixels()));
    }

    /**
     * Computes the digest over the content and the label of every image, in order. Equal digests mean that two
     * classifiers were measured on the same images.
     *
     * @return SHA-256 in 64 lower-case hexadecimal digits
     * @throws IOException if an image cannot be read
     */
    default String digest() throws IOException {
        MessageDigest digest = Sha256.start();
        for (int i = 0; i < size(); i++) {
            String line = digest(i) + " " + labels().get(label(i)) + "\n";
            digest.update(line.getBytes(StandardCharsets.UTF_8));
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** {@return the class index of every image, in order, as a new array} */
    default int[] labelIndices() {
        int[] all = new int[size()];
        for (int i = 0; i < all.length; i++) {
            all[i] = label(i);
        }
        return all;
    }

    /** {@return the number of images of each class, in the order of {@link #labels()}} */
    default int[] classCounts() {
        int[] counts = new int[labels().size()];
        for (int i = 0; i < size(); i++) {
            counts[label(i)]++;
        }
        return counts;
    }

    /**
     * {@return a view of some images, without copying pixels}
     *
     * @param indices positions of the images, in the order of the view
     */
    default Dataset subset(int[] indices) {
        return DatasetView.subset(this, indices);
    }

    /**
     * {@return a view of several datasets as one, the images of each after those of the one before, without copying
     * pixels}
     *
     * @param parts datasets with the same labels, at least one
     * @throws IllegalArgumentException if there are none, or the labels differ
     */
    static Dataset concatenated(List<? extends Dataset> parts) {
        return parts.size() == 1 ? parts.get(0) : DatasetView.concatenated(parts);
    }
}
