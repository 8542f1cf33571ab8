/**
 * Metrics of image classifiers with confidence intervals, calibration, and the comparison of two classifiers.
 *
 * <p>The input is {@link terzi.evaluation.Predictions}: true classes and probabilities. Nothing here reads images or
 * runs a network. {@link terzi.evaluation.Evaluation} has all metrics and writes them to files; the details are in
 * {@link terzi.evaluation.ConfusionMatrix}, {@link terzi.evaluation.Calibration} and
 * {@link terzi.evaluation.RankCurve}. {@link terzi.evaluation.PairedDifference} compares two classifiers, and
 * {@link terzi.evaluation.TemperatureScaling} calibrates one. Begin with {@code Evaluation.of}. The page of a report is
 * made by {@link terzi.evaluation.report}.
 */
@NullMarked
package terzi.evaluation;

import org.jspecify.annotations.NullMarked;
