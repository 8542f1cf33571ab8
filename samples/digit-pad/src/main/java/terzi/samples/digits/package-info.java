@NullMarked
package terzi.samples.digits;

import org.jspecify.annotations.NullMarked;
