/**
 * Keras networks become ONNX graphs: TensorFlow.js layers models ({@code model.json}), Keras 1 and 2 files ({@code .h5}) and Keras 3
 * archives ({@code .keras}).
 *
 * <p>A file is read to a {@code KerasNetwork}, layers with their weights in the order of Keras; {@code NetworkEmitter} then walks it
 * and lets one {@code LayerRule} per kind of layer write ONNX nodes. Images are {@code [N,H,W,C]} there and {@code [N,C,H,W]} here.
 */
@NullMarked
package terzi.backbones.keras;

import org.jspecify.annotations.NullMarked;
