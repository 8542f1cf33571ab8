/**
 * Reports about evaluations as self-contained HTML pages.
 *
 * <p>A {@link terzi.evaluation.report.Report} has the evaluation, training history and provenance of a run and writes
 * the page with its charts; begin there. {@link terzi.evaluation.report.Conclusions} phrases the findings as sentences,
 * and {@link terzi.evaluation.report.Comparison} compares several runs. Other modules build their own pages with
 * {@link terzi.evaluation.report.HtmlPage} and {@link terzi.evaluation.report.LinePanel}. Nothing here runs a network:
 * predictions, images and overlays are passed as data. {@code docs/report.md} explains how each figure is computed.
 */
@NullMarked
package terzi.evaluation.report;

import org.jspecify.annotations.NullMarked;
