/** Builds image folders from the public metadata of Amazon Reviews'23. */
@NullMarked
package terzi.cli.amazon;

import org.jspecify.annotations.NullMarked;

