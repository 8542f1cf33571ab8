package terzi.evaluation;

/**
 * The metrics of one class, where TP is the number of images of the class that were predicted as this class. A quotient
 * with the denominator 0 is 0.
 *
 * @param label label of the class
 * @param precision TP / predicted, 0..1
 * @param recall TP / support, 0..1
 * @param recallInterval 95 % Wilson interval of the recall; 0..1 for a class without an image
 * @param f1 2·TP / (predicted + support), 0..1: the harmonic mean of precision and recall
 * @param support number of images of this class
 * @param predicted number of images that were predicted as this class
 */
public record ClassMetrics(
        String label,
        double precision,
        double recall,
        Interval recallInterval,
        double f1,
        long support,
        long predicted) {}
