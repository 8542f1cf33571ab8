/**
 * Creation of new ONNX graphs.
 *
 * <p>{@link terzi.onnx.build.Sequential} builds a network from a list of {@link terzi.onnx.build.Layer}s, with weights
 * by {@link terzi.onnx.build.Initialization}. {@link terzi.onnx.build.GraphBuilder} builds any graph node by node and
 * checks each node against the ONNX specification; it can inline other graphs. Begin with {@code Sequential} for a
 * network and with {@code GraphBuilder} for preprocessing or unusual operators.
 *
 * <pre>{@code
 * List<Layer> layers = List.of(
 *         new Layer.Conv2d(32, 3).withActivation(new Layer.Relu()), new Layer.GlobalAveragePool(), new Layer.Dense(10));
 * Model network = Sequential.build(new InputShape(1, 28, 28), layers, 7); // [N,1,28,28] to logits [N,10], seed 7
 * }</pre>
 */
@NullMarked
package terzi.onnx.build;

import org.jspecify.annotations.NullMarked;
