/** Random changes to training pictures: one record each, every draw derived from (seed, epoch, index). */
@NullMarked
package terzi.data.augment;

import org.jspecify.annotations.NullMarked;
