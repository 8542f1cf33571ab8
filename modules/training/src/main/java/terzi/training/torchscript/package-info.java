/** Turns ONNX graphs into TorchScript text and runs TorchScript text through DJL's native library. */
@NullMarked
package terzi.training.torchscript;

import org.jspecify.annotations.NullMarked;
