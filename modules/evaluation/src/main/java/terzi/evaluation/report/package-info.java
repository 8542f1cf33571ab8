/**
 * What people look at: one self-contained page and the same as files. Start at {@link terzi.evaluation.report.Report};
 * how each figure is computed is in {@code docs/report.md}. Nothing here runs a network: whoever has one hands in answers,
 * images and overlays as data.
 */
@NullMarked
package terzi.evaluation.report;

import org.jspecify.annotations.NullMarked;
