/** Random changes to training images: one record each, every draw derived from (seed, epoch, index). */
@NullMarked
package terzi.data.augment;

import org.jspecify.annotations.NullMarked;
