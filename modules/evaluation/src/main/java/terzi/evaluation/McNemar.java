package terzi.evaluation;

/**
 * The exact McNemar test of whether two classifiers have different accuracies, on the images that only one of them
 * classifies correctly.
 *
 * <p>Under the hypothesis of equal accuracies, each such image is a fair coin toss: the p-value is the two-sided
 * binomial tail, {@code min(1, 2·P(X <= min(b, c)))} with {@code X ~ Binomial(b + c, ½)}. Q. McNemar, "Note on the
 * sampling error of the difference between correlated proportions or percentages", Psychometrika 12 (1947).
 *
 * @param onlyFirst number of images that only the first classifier classifies correctly
 * @param onlySecond number of images that only the second classifier classifies correctly
 * @param pValue p-value, 0..1; 1 if both are correct on the same images
 */
public record McNemar(long onlyFirst, long onlySecond, double pValue) {

    /**
     * Compares two classifiers.
     *
     * @param first predictions of the first classifier
     * @param second predictions of the second classifier for the same images in the same order
     * @return the test
     * @throws IllegalArgumentException if the images or their true classes differ; the message names the row
     */
    public static McNemar compare(Predictions first, Predictions second) {
        Checks.sameRows("second classifier", second.size(), first.size());
        long onlyFirst = 0;
        long onlySecond = 0;
        for (int i = 0; i < first.size(); i++) {
            if (first.truth(i) != second.truth(i) || !first.id(i).equals(second.id(i))) {
                throw new IllegalArgumentException("row " + i + ": the classifiers answered different images, "
                        + first.id(i) + " of class " + first.truth(i) + " and " + second.id(i) + " of class "
                        + second.truth(i));
            }
            if (first.correct(i) && !second.correct(i)) {
                onlyFirst++;
            } else if (!first.correct(i) && second.correct(i)) {
                onlySecond++;
            }
        }
        return of(onlyFirst, onlySecond);
    }

    /**
     * Computes the test from the two counts.
     *
     * @param onlyFirst number of images that only the first classifier classifies correctly, 0 or more
     * @param onlySecond number of images that only the second classifier classifies correctly, 0 or more
     * @return the test
     * @throws IllegalArgumentException if a count is negative
     */
    static McNemar of(long onlyFirst, long onlySecond) {
        if (onlyFirst < 0 || onlySecond < 0) {
            throw new IllegalArgumentException(
                    "McNemar: expected counts from 0, found " + onlyFirst + " and " + onlySecond);
        }
        long n = onlyFirst + onlySecond;
        long k = Math.min(onlyFirst, onlySecond);
        // sums from the largest term down, relative to it, so that nothing underflows before its time
        double logTerm = -n * Math.log(2);
        for (long i = 1; i <= k; i++) {
            logTerm += Math.log((double) (n - k + i)) - Math.log((double) i);
        }
        double relative = 1;
        double sum = 1;
        for (long i = k; i > 0 && relative > 1e-18; i--) {
            relative *= (double) i / (n - i + 1);
            sum += relative;
        }
        return new McNemar(onlyFirst, onlySecond, Math.min(1, 2 * Math.exp(logTerm) * sum));
    }
}
