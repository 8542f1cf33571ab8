/**
 * Conversion of Keras networks to ONNX: TensorFlow.js layers models ({@code model.json}), Keras 1 and 2 files ({@code
 * .h5}) and Keras 3 archives ({@code .keras}).
 *
 * <p>{@link terzi.backbones.keras.KerasConverter} is the entry. It reads a file to a {@code KerasNetwork}, which has
 * the layers and their weights in the order of Keras. {@code NetworkEmitter} then walks over the layers, and one
 * {@code LayerRule} per kind of layer emits ONNX nodes. Images are {@code [N, H, W, C]} in Keras and
 * {@code [N, C, H, W]} in ONNX.
 */
@NullMarked
package terzi.backbones.keras;

import org.jspecify.annotations.NullMarked;
