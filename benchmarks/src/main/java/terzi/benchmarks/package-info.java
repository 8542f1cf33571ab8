/**
 * Measures Terzi against others. Comparisons run both sides in turn as processes of their own ({@link
 * terzi.benchmarks.Paired}) and report ratios with their spread, because a ratio survives a noisy machine and a
 * millisecond does not. See benchmarks/README.md.
 */
@NullMarked
package terzi.benchmarks;

import org.jspecify.annotations.NullMarked;
