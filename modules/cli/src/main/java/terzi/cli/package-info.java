@NullMarked
package terzi.cli;

import org.jspecify.annotations.NullMarked;
