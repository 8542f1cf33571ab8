@NullMarked
package terzi.samples.plain;

import org.jspecify.annotations.NullMarked;
