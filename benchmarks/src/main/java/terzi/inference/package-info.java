/** Micro-benchmarks of what the inference module keeps to itself. */
@NullMarked
package terzi.inference;

import org.jspecify.annotations.NullMarked;
