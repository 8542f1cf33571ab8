package terzi.evaluation;

/**
 * Precision, recall and F1 averaged over the classes: with equal weights ("macro") or weighted by the support of each
 * class ("weighted"). Classes without an image count as 0 in the macro average.
 *
 * @param precision mean precision, 0..1
 * @param recall mean recall, 0..1
 * @param f1 mean F1, 0..1
 */
public record Average(double precision, double recall, double f1) {}
