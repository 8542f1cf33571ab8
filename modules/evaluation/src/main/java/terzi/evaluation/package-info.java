/**
 * How good a classifier is, and how sure one can be of that: metrics with intervals, calibration, comparison of two
 * runs. Start at {@link terzi.evaluation.Evaluation#of}. Nothing here reads images or runs a network; the input is
 * true classes and probabilities.
 */
@NullMarked
package terzi.evaluation;

import org.jspecify.annotations.NullMarked;
