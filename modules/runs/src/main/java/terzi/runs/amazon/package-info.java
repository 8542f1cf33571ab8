/** Builds image folders from the public metadata of Amazon Reviews'23. */
@NullMarked
package terzi.runs.amazon;

import org.jspecify.annotations.NullMarked;
