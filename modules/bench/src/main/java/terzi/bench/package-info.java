/**
 * How fast a network answers, with one engine beside the other. Start at {@link terzi.bench.Bench}; the method and where it
 * comes from is in {@code docs/bench.md}. A backend is one class and a line in {@link terzi.bench.Backends}.
 */
@NullMarked
package terzi.bench;

import org.jspecify.annotations.NullMarked;
