package terzi.evaluation;

/**
 * Whether two classifiers really differ on the same images: McNemar's exact test on the images that only one of them
 * got right.
 *
 * <p>If both were equally good, each such image would be a fair coin: the p-value is the two-sided binomial tail,
 * {@code min(1, 2·P(X <= min(b, c)))} with {@code X ~ Binomial(b + c, ½)}. Q. McNemar, "Note on the sampling error of the
 * difference between correlated proportions or percentages", Psychometrika 12 (1947).
 *
 * @param onlyFirst images that only the first classifier got right
 * @param onlySecond images that only the second got right
 * @param pValue 0..1; 1 when they never differ
 */
public record McNemar(long onlyFirst, long onlySecond, double pValue) {

    /**
     * @param first answers of one classifier
     * @param second answers of the other to the same images in the same order
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

    /** The test on the two counts alone; both at least 0. */
    public static McNemar of(long onlyFirst, long onlySecond) {
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
