package terzi.data;

import java.util.Optional;

/** Completes the parts of a dataset: checks its classes, and holds images out where a part is missing. */
final class HeldOut {
    private HeldOut() {}

    static DatasetSplits complete(
            String name,
            Dataset given,
            Optional<Dataset> validation,
            Optional<Dataset> test,
            String digest,
            DatasetReport report,
            DatasetOptions options)
            throws DatasetException {
        if (options.labels().isEmpty()) {
            requireClasses(name, given, report);
        } else if (given.size() == 0 && validation.isEmpty() && test.isEmpty()) {
            throw new DatasetException(
                    name + ": expected images to measure a classifier on, found none" + left(report));
        }
        Dataset train = given;
        Optional<Dataset> tested = test;
        if (test.isEmpty() && options.testFraction() > 0 && train.size() > 0) {
            Splits.Split split =
                    Splits.stratified(train.labelIndices(), options.testFraction(), Seeds.mix(options.seed(), 0, 1));
            tested = Optional.of(train.subset(split.held()));
            train = train.subset(split.kept());
        }
        Optional<Dataset> validated = validation;
        if (validation.isEmpty() && options.validationFraction() > 0 && train.size() > 0) {
            Splits.Split split = Splits.stratified(
                    train.labelIndices(), options.validationFraction(), Seeds.mix(options.seed(), 0, 2));
            validated = Optional.of(train.subset(split.held()));
            train = train.subset(split.kept());
        }
        return new DatasetSplits(name, train, validated, tested, digest, report);
    }

    private static String left(DatasetReport report) {
        return report.text().isEmpty() ? "" : " (" + report.text() + ")";
    }

    private static void requireClasses(String name, Dataset train, DatasetReport report) throws DatasetException {
        String leftOut = left(report);
        if (train.size() == 0) {
            throw new DatasetException(name + ": expected images to train on, found none" + leftOut);
        }
        int[] counts = train.classCounts();
        if (counts.length < 2) {
            throw new DatasetException(name + ": expected at least two classes, found only " + train.labels() + leftOut
                    + "; a classifier needs something to tell apart: one sub-folder per class");
        }
        for (int c = 0; c < counts.length; c++) {
            if (counts[c] == 0) {
                throw new DatasetException(name + ": expected images to train on in every class, found none in '"
                        + train.labels().get(c) + "'" + leftOut + "; add some or remove the class");
            }
        }
    }
}
