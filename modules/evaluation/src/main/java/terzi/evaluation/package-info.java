@NullMarked
package terzi.evaluation;

import org.jspecify.annotations.NullMarked;
