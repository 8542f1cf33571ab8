/**
 * Random changes to training images: one record each, every draw derived from (seed, epoch, index).
 *
 * <pre>{@code
 * AugmentationChain chain = AugmentationChain.of(new Flip(0.5, 0), new Rotate(10, Border.EDGE));
 * Image changed = chain.apply(image, seed, epoch, index);
 * }</pre>
 */
@NullMarked
package terzi.data.augment;

import org.jspecify.annotations.NullMarked;
