/**
 * Weights that PyTorch saved, read without Python and without executing anything that the file says.
 *
 * <p>{@link terzi.backbones.torch.StateDict#read} returns the tensors of a file of {@code torch.save} by name.
 */
@NullMarked
package terzi.backbones.torch;

import org.jspecify.annotations.NullMarked;
