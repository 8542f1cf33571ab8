/**
 * Models in the ONNX format as immutable records. A {@link terzi.onnx.Model} has a {@link terzi.onnx.Graph} of
 * {@link terzi.onnx.Node}s and {@link terzi.onnx.Tensor}s; the {@code withX} methods derive edited copies.
 *
 * <p>{@link terzi.onnx.codec} reads and writes files: begin there. {@link terzi.onnx.shapes} infers shapes, checks models and
 * summarizes them, {@link terzi.onnx.build} creates graphs and {@link terzi.onnx.rewrite} transforms them.
 *
 * <pre>{@code
 * Model model = ModelFile.read(Path.of("resnet18.onnx"));
 * Graph graph = model.graph();
 * for (Node node : graph.nodes()) {
 *     System.out.println(node.describe(model.opset()) + " " + node.inputs());
 * }
 * }</pre>
 */
@NullMarked
package terzi.onnx;

import org.jspecify.annotations.NullMarked;
