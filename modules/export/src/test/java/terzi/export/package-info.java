@NullMarked
package terzi.export;

import org.jspecify.annotations.NullMarked;
