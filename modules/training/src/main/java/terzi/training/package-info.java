@NullMarked
package terzi.training;

import org.jspecify.annotations.NullMarked;
