package terzi.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import terzi.files.Sha256;

/** A folder with MNIST's four IDX files, the two for testing being optional. */
final class IdxFolder {
    static final String TRAIN_IMAGES = "train-images-idx3-ubyte";
    static final String TRAIN_LABELS = "train-labels-idx1-ubyte";
    static final String TEST_IMAGES = "t10k-images-idx3-ubyte";
    static final String TEST_LABELS = "t10k-labels-idx1-ubyte";

    private IdxFolder() {}

    static boolean isOne(Path folder) {
        return find(folder, TRAIN_IMAGES).isPresent();
    }

    /** A file by its usual name, plain or gzipped, or with the dot some copies have in the place of a hyphen. */
    static Optional<Path> find(Path folder, String name) {
        String dotted = name.replace("-idx", ".idx");
        for (String candidate : List.of(name, name + ".gz", dotted, dotted + ".gz")) {
            Path path = folder.resolve(candidate);
            if (Files.isRegularFile(path)) {
                return Optional.of(path);
            }
        }
        return Optional.empty();
    }

    /**
     * @param labels names of the classes, or empty to number them by the highest label found
     * @param digests SHA-256 that the uncompressed files must have, by file name; empty to accept any
     */
    static DatasetSplits open(
            String name, Path folder, List<String> labels, Map<String, String> digests, DatasetOptions options)
            throws IOException {
        Map<String, String> found = new TreeMap<>();
        IdxFile images = read(folder, TRAIN_IMAGES, 3, digests, found);
        IdxFile classes = read(folder, TRAIN_LABELS, 1, digests, found);
        boolean tested = !digests.isEmpty() || find(folder, TEST_IMAGES).isPresent();
        List<String> names = labels.isEmpty() ? numbers(classes.values()) : labels;
        Dataset train = part(folder, TRAIN_IMAGES, images, classes, names);
        Optional<Dataset> test = tested
                ? Optional.of(part(
                        folder,
                        TEST_IMAGES,
                        read(folder, TEST_IMAGES, 3, digests, found),
                        read(folder, TEST_LABELS, 1, digests, found),
                        names))
                : Optional.empty();
        String digest = Sha256.ofText(names + "\n" + found);
        return HeldOut.complete(name, train, Optional.empty(), test, digest, DatasetReport.EMPTY, options);
    }

    private static IdxFile read(
            Path folder, String name, int dimensions, Map<String, String> digests, Map<String, String> found)
            throws IOException {
        Path path = find(folder, name)
                .orElseThrow(() -> new DatasetException(folder + ": expected the file " + name
                        + " (plain or .gz) beside the others of the dataset, found none; copy it there"));
        IdxFile file = IdxFile.read(path, dimensions);
        String pinned = digests.get(name);
        if (pinned != null && !pinned.equals(file.sha256())) {
            throw new DatasetException(path + ": expected SHA-256 " + pinned + " (uncompressed), found " + file.sha256()
                    + "; delete the damaged file, or open the folder by its path if it holds other data on purpose");
        }
        found.put(name, file.sha256());
        return file;
    }

    private static PackedImages part(
            Path folder, String imagesName, IdxFile images, IdxFile classes, List<String> labels)
            throws DatasetException {
        int[] shape = images.shape();
        byte[] stored = classes.values();
        if (shape[0] != stored.length) {
            throw new DatasetException(folder + ": " + imagesName + " holds " + shape[0] + " images, its labels file "
                    + stored.length + " labels; they do not belong together");
        }
        int[] indices = new int[stored.length];
        for (int i = 0; i < indices.length; i++) {
            indices[i] = stored[i] & 0xff;
            if (indices[i] >= labels.size()) {
                throw new DatasetException(folder + ": label " + i + " of "
                        + imagesName.replace("images-idx3", "labels-idx1") + " is " + indices[i] + ", expected 0 to "
                        + (labels.size() - 1) + " (" + labels.size() + " classes)");
            }
        }
        return new PackedImages(
                labels,
                new PackedImages.Shape(shape[1], shape[2], 1),
                images.values(),
                indices,
                i -> imagesName + "#" + i,
                DatasetReport.EMPTY);
    }

    private static List<String> numbers(byte[] labels) {
        int highest = 0;
        for (byte label : labels) {
            highest = Math.max(highest, label & 0xff);
        }
        return IntStream.rangeClosed(0, highest).mapToObj(String::valueOf).toList();
    }
}
