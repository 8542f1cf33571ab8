/**
 * Runs: fine-tuning, training, tuning, evaluating, reporting, comparing, explaining, converting, checking and downloading,
 * each as a request record whose {@code run} method takes a {@link terzi.runs.RunListener} and returns a result record.
 *
 * <p>A run is a fixed order of steps (split without leaks, fit, calibrate, export, measure, report); the steps themselves
 * are in the modules below. {@link terzi.runs.Run} lists all runs. The result records are what the {@code terzi} command
 * prints, also as JSON ({@link terzi.runs.RunJson}).
 */
@NullMarked
package terzi.runs;

import org.jspecify.annotations.NullMarked;
