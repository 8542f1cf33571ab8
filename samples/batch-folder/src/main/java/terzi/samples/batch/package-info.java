@NullMarked
package terzi.samples.batch;

import org.jspecify.annotations.NullMarked;
