/**
 * Creation of new ONNX graphs.
 *
 * <p>{@link terzi.onnx.build.Sequential} builds a network from a list of {@link terzi.onnx.build.Layer}s, with weights
 * by {@link terzi.onnx.build.Initialization}. {@link terzi.onnx.build.GraphBuilder} builds any graph node by node and
 * checks each node against the ONNX specification; it can inline other graphs. Begin with {@code Sequential} for a
 * network and with {@code GraphBuilder} for preprocessing or unusual operators.
 */
@NullMarked
package terzi.onnx.build;

import org.jspecify.annotations.NullMarked;
