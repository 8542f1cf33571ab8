/** Makes graphs: {@link terzi.onnx.build.GraphBuilder} node by node, {@link terzi.onnx.build.Sequential} from a list of layers. */
@NullMarked
package terzi.onnx.build;

import org.jspecify.annotations.NullMarked;
