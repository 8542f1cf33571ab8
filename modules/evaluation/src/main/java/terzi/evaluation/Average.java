package terzi.evaluation;

/**
 * Precision, recall and F1 averaged over the classes: with equal weights ("macro") or with each class's support
 * ("weighted"). Classes without an image count with their zeros in the macro average.
 */
public record Average(double precision, double recall, double f1) {}
