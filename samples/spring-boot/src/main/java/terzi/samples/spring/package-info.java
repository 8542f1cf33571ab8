@NullMarked
package terzi.samples.spring;

import org.jspecify.annotations.NullMarked;
