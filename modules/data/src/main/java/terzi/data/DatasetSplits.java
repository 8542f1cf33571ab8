package terzi.data;

import java.util.List;
import java.util.Optional;

/**
 * A dataset in its parts, with the same labels in the same order in all of them.
 *
 * @param name name of the dataset, or of its folder or file
 * @param train training set
 * @param validation validation set; empty if there is none
 * @param test test set; empty if there is none
 * @param digest SHA-256 (lower-case hexadecimal) over parts, labels, file names and contents, in order: equal digests
 *     mean equal data
 * @param report images and folders that were left out when it was opened
 */
public record DatasetSplits(
        String name,
        Dataset train,
        Optional<Dataset> validation,
        Optional<Dataset> test,
        String digest,
        DatasetReport report) {

    /**
     * Creates a dataset from its parts.
     *
     * @param name name of the dataset, or of its folder or file
     * @param train training set
     * @param validation validation set; empty if there is none
     * @param test test set; empty if there is none
     * @param digest SHA-256 (lower-case hexadecimal) over parts, labels, file names and contents, in order: equal
     *     digests mean equal data
     * @param report images and folders that were left out when it was opened
     * @throws IllegalArgumentException if the parts have different labels
     */
    public DatasetSplits {
        List<String> labels = train.labels();
        requireSame(labels, validation, "validation");
        requireSame(labels, test, "test");
    }

    private static void requireSame(List<String> labels, Optional<Dataset> part, String name) {
        if (part.isPresent() && !part.get().labels().equals(labels)) {
            throw new IllegalArgumentException("the " + name + " part has the labels "
                    + part.get().labels() + ", the training part has " + labels);
        }
    }

    /** {@return the names of the classes} */
    public List<String> labels() {
        return train.labels();
    }

    /** {@return a copy without the test set, for work that must not see it} */
    public DatasetSplits withoutTest() {
        return new DatasetSplits(name, train, validation, Optional.empty(), digest, report);
    }
}
