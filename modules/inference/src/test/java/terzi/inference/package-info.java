@NullMarked
package terzi.inference;

import org.jspecify.annotations.NullMarked;
