package terzi.data;

import java.util.List;
import java.util.Optional;

/**
 * A dataset in its parts, with the same labels in the same order in all of them.
 *
 * @param digest SHA-256 (lower-case hexadecimal) over parts, labels, file names and contents, in order: equal digests
 *     mean equal data
 * @param report what was left out when it was opened
 */
public record DatasetSplits(
        String name,
        Dataset train,
        Optional<Dataset> validation,
        Optional<Dataset> test,
        String digest,
        DatasetReport report) {

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

    public List<String> labels() {
        return train.labels();
    }

    /** The same without its test part, for work that must not see it. */
    public DatasetSplits withoutTest() {
        return new DatasetSplits(name, train, validation, Optional.empty(), digest, report);
    }
}
