@NullMarked
package terzi.vision;

import org.jspecify.annotations.NullMarked;
