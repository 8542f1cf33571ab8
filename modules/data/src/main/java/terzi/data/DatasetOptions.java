package terzi.data;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import terzi.files.Cache;
import terzi.images.ImageDecoder;

/**
 * Options for opening a dataset; start with {@link #defaults}.
 *
 * @param folder folder of a dataset that is opened by name; if given, it is looked for nowhere else
 * @param validationFraction share of the training images held out, stratified by class, where the dataset has no
 *     validation set; 0 for none
 * @param testFraction share of all images held out where the dataset has no test set; 0 for none
 * @param seed random seed that decides which images are held out
 * @param cache folder for downloaded files
 * @param downloads permission to download a missing named dataset
 * @param limits most that one image may cost
 * @param labels labels of a classifier that is measured on the data; empty for training. With them a dataset needs no
 *     training set and no second class, and a folder called as a label is a class
 */
public record DatasetOptions(
        Optional<Path> folder,
        double validationFraction,
        double testFraction,
        long seed,
        Path cache,
        Downloads downloads,
        ImageDecoder.Limits limits,
        List<String> labels) {

    /** The permission to use the network. */
    public enum Downloads {
        /** Files must be on the disk. */
        NEVER,
        /** Files that are not on the disk are downloaded. */
        WHEN_MISSING
    }

    /**
     * Creates options from a copy of the labels.
     *
     * @param folder folder of a dataset that is opened by name; if given, it is looked for nowhere else
     * @param validationFraction share of the training images held out, stratified by class, where the dataset has no
     *     validation set; 0 for none
     * @param testFraction share of all images held out where the dataset has no test set; 0 for none
     * @param seed random seed that decides which images are held out
     * @param cache folder for downloaded files
     * @param downloads permission to download a missing named dataset
     * @param limits most that one image may cost
     * @param labels labels of a classifier that is measured on the data; empty for training. With them a dataset needs
     *     no training set and no second class, and a folder called as a label is a class
     * @throws IllegalArgumentException if a share is not from 0 to below 1, or both together leave no training images
     */
    public DatasetOptions {
        labels = List.copyOf(labels);
        requireShare("validationFraction", validationFraction);
        requireShare("testFraction", testFraction);
        if (validationFraction + testFraction >= 1) {
            throw new IllegalArgumentException("validationFraction " + validationFraction + " and testFraction "
                    + testFraction + " leave nothing to train on; their sum must be below 1");
        }
    }

    /**
     * {@return options with a tenth for validation and a tenth for test where the dataset has no such set, seed 0, the
     * user's cache folder and no downloads}
     */
    public static DatasetOptions defaults() {
        return new DatasetOptions(
                Optional.empty(), 0.1, 0.1, 0, Cache.folder(), Downloads.NEVER, ImageDecoder.Limits.DEFAULT, List.of());
    }

    /**
     * {@return a copy with another folder}
     *
     * @param newFolder folder of a dataset that is opened by name
     */
    public DatasetOptions withFolder(Path newFolder) {
        return new DatasetOptions(
                Optional.of(newFolder), validationFraction, testFraction, seed, cache, downloads, limits, labels);
    }

    /**
     * {@return a copy with other shares to hold out}
     *
     * @param validation share of the training images, 0 for none
     * @param test share of all images, 0 for none
     */
    public DatasetOptions withHeldOut(double validation, double test) {
        return new DatasetOptions(folder, validation, test, seed, cache, downloads, limits, labels);
    }

    /**
     * {@return a copy with another random seed}
     *
     * @param newSeed random seed that decides which images are held out
     */
    public DatasetOptions withSeed(long newSeed) {
        return new DatasetOptions(folder, validationFraction, testFraction, newSeed, cache, downloads, limits, labels);
    }

    /**
     * {@return a copy with another cache}
     *
     * @param newCache folder for downloaded files
     */
    public DatasetOptions withCache(Path newCache) {
        return new DatasetOptions(folder, validationFraction, testFraction, seed, newCache, downloads, limits, labels);
    }

    /**
     * {@return a copy with another permission to download}
     *
     * @param newDownloads permission to download a missing named dataset
     */
    public DatasetOptions withDownloads(Downloads newDownloads) {
        return new DatasetOptions(folder, validationFraction, testFraction, seed, cache, newDownloads, limits, labels);
    }

    /**
     * {@return a copy with other limits}
     *
     * @param newLimits most that one image may cost
     */
    public DatasetOptions withLimits(ImageDecoder.Limits newLimits) {
        return new DatasetOptions(folder, validationFraction, testFraction, seed, cache, downloads, newLimits, labels);
    }

    /**
     * {@return a copy for measuring a classifier instead of training one}
     *
     * @param known labels of the classifier
     */
    public DatasetOptions withLabels(List<String> known) {
        return new DatasetOptions(folder, validationFraction, testFraction, seed, cache, downloads, limits, known);
    }

    private static void requireShare(String name, double value) {
        if (!(value >= 0 && value < 1)) {
            throw new IllegalArgumentException(name + ": expected a share from 0 to below 1, found " + value);
        }
    }
}
