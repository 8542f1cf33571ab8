package terzi.evaluation;

/**
 * How one class did. With TP the images of this class that were answered as this class, a quotient whose denominator
 * is 0 is 0.
 *
 * @param label the class
 * @param precision TP / predicted
 * @param recall TP / support
 * @param recallInterval 95 % Wilson interval of the recall; 0..1 for a class without an image
 * @param f1 2·TP / (predicted + support), the harmonic mean of both
 * @param support number of images that truly are of this class
 * @param predicted number of images that were answered as this class
 */
public record ClassMetrics(
        String label,
        double precision,
        double recall,
        Interval recallInterval,
        double f1,
        long support,
        long predicted) {}
