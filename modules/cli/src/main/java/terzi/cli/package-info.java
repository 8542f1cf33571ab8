/** The program {@code terzi}. Its commands are in {@code command}, what it prints with is in {@code terminal}. */
@NullMarked
package terzi.cli;

import org.jspecify.annotations.NullMarked;
