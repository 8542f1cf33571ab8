/** Fits a pretrained classifier to few, unbalanced images: head on cached features first, then the deepest layers. */
@NullMarked
package terzi.training.finetune;

import org.jspecify.annotations.NullMarked;
