package terzi.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import terzi.files.FileNames;

/** Opens datasets. */
public final class Datasets {
    private Datasets() {}

    /** {@return the datasets that can be opened by name} */
    public static List<String> names() {
        return NamedDataset.ALL.stream().map(NamedDataset::name).toList();
    }

    /**
     * Opens a dataset. A name of {@link #names()} is looked for in the folder of the options, or else in the folders of
     * the operating system's packages, in the cache and, if allowed, on the web; its files must have their known
     * SHA-256 digests. Anything else is a path (write {@code ./mnist} for a folder of that name) to one of:
     *
     * <ul>
     *   <li>a folder with MNIST's IDX files ({@code train-images-idx3-ubyte} and so on, plain or gzipped);
     *   <li>a folder with one sub-folder per class, or with {@code train}, {@code val} and {@code test} that hold these, in
     *       the usual spellings and any case; images may lie in further folders below: the first level names the class. What
     *       could be parts or classes is decided by rules that {@code docs/data.md} lists, or refused, and the report says so;
     *   <li>a CSV file with the columns path, label and optionally split; paths are relative to it.
     * </ul>
     *
     * <p>Labels are in Unicode's composed form (NFC) and without white space around them ({@link Labels}); files keep
     * their names, and a byte of a name that is not UTF-8 is written {@code \xE9} ({@link FileNames}).
     *
     * <p>Where a part is missing, images are held out from the training part, stratified by class. Images that cannot
     * be read are left out and listed in the report. The order is the same on every system and in every run.
     *
     * <p>With the labels of a classifier in the options, the data is opened to measure it: it then needs no training
     * part and no second class.
     *
     * @param nameOrPath name of a dataset, or a path
     * @param options shares to hold out, cache, limits
     * @return the dataset; images are decoded when they are read
     * @throws DatasetException if there is no such dataset, or it cannot be trained on: fewer than two classes, a class
     *     without images, labels outside the range, files that contradict each other, a layout that is ambiguous
     * @throws IOException if a disk or the network fails
     */
    public static DatasetSplits open(String nameOrPath, DatasetOptions options) throws IOException {
        NamedDataset named = NamedDataset.find(nameOrPath).orElse(null);
        if (named != null) {
            return named.open(options);
        }
        Path path;
        try {
            path = options.folder().orElse(FileNames.resolve(nameOrPath));
        } catch (InvalidPathException e) {
            throw new DatasetException(
                    "'" + nameOrPath + "' is neither a dataset's name (" + names() + ") nor a path", e);
        }
        String name = FileNames.last(path.toAbsolutePath().normalize());
        if (Files.isDirectory(path)) {
            return IdxFolder.isOne(path)
                    ? IdxFolder.open(name, path, List.of(), Map.of(), options)
                    : ClassFolders.open(name, path, options);
        }
        if (Files.isRegularFile(path)
                && path.toString().toLowerCase(Locale.ROOT).endsWith(".csv")) {
            return CsvList.open(name, path, options);
        }
        throw new DatasetException(path.toAbsolutePath() + ": expected a dataset's name (" + String.join(", ", names())
                + "), a folder of class folders or IDX files, or a .csv list; found "
                + (Files.exists(path) ? "another kind of file" : "nothing there"));
    }
}
