package terzi.data;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import terzi.files.Cache;
import terzi.images.ImageDecoder;

/**
 * How a dataset is opened.
 *
 * @param folder where a dataset asked for by name lies; if given, it is looked for nowhere else
 * @param validationFraction share of the training images held out, stratified by class, where the set has no validation
 *     part of its own; 0 for none
 * @param testFraction share of all images held out where the set has no test part of its own; 0 for none
 * @param seed decides which images are held out
 * @param cache folder that Terzi keeps downloaded files in
 * @param downloads whether a missing named dataset may be fetched
 * @param labels the labels of a classifier that is to be measured on the data; empty where the data is to be trained on. With
 *     them a dataset needs no training part and no second class, and a folder called as a label is a class
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

    /** Whether the network may be used. */
    public enum Downloads {
        NEVER,
        WHEN_MISSING
    }

    public DatasetOptions {
        labels = List.copyOf(labels);
        requireShare("validationFraction", validationFraction);
        requireShare("testFraction", testFraction);
        if (validationFraction + testFraction >= 1) {
            throw new IllegalArgumentException("validationFraction " + validationFraction + " and testFraction "
                    + testFraction + " leave nothing to train on; their sum must be below 1");
        }
    }

    /** A tenth for validation, a tenth for test where the set has no such part; no network. */
    public static DatasetOptions defaults() {
        return new DatasetOptions(
                Optional.empty(), 0.1, 0.1, 0, Cache.folder(), Downloads.NEVER, ImageDecoder.Limits.DEFAULT, List.of());
    }

    public DatasetOptions withFolder(Path newFolder) {
        return new DatasetOptions(
                Optional.of(newFolder), validationFraction, testFraction, seed, cache, downloads, limits, labels);
    }

    public DatasetOptions withHeldOut(double validation, double test) {
        return new DatasetOptions(folder, validation, test, seed, cache, downloads, limits, labels);
    }

    public DatasetOptions withSeed(long newSeed) {
        return new DatasetOptions(folder, validationFraction, testFraction, newSeed, cache, downloads, limits, labels);
    }

    public DatasetOptions withCache(Path newCache) {
        return new DatasetOptions(folder, validationFraction, testFraction, seed, newCache, downloads, limits, labels);
    }

    public DatasetOptions withDownloads(Downloads newDownloads) {
        return new DatasetOptions(folder, validationFraction, testFraction, seed, cache, newDownloads, limits, labels);
    }

    public DatasetOptions withLimits(ImageDecoder.Limits newLimits) {
        return new DatasetOptions(folder, validationFraction, testFraction, seed, cache, downloads, newLimits, labels);
    }

    /** For measuring a classifier instead of training one. */
    public DatasetOptions withLabels(List<String> known) {
        return new DatasetOptions(folder, validationFraction, testFraction, seed, cache, downloads, limits, known);
    }

    private static void requireShare(String name, double value) {
        if (!(value >= 0 && value < 1)) {
            throw new IllegalArgumentException(name + ": expected a share from 0 to below 1, found " + value);
        }
    }
}
