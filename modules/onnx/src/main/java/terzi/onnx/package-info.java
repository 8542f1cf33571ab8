/**
 * Models in the ONNX format as immutable records: reading, checking, editing and writing them.
 *
 * <p>A {@link terzi.onnx.Model} has a {@link terzi.onnx.Graph} of {@link terzi.onnx.Node}s and
 * {@link terzi.onnx.Tensor}s. Begin with {@link terzi.onnx.Model#read(java.nio.file.Path)}, derive edited copies with
 * the {@code withX} methods, and save them with {@link terzi.onnx.Model#write}. {@link terzi.onnx.ModelChecker} finds
 * violations of the specification, {@link terzi.onnx.ShapeInference} computes the shapes of values, and
 * {@link terzi.onnx.ModelSummary} lists layers and parameters. {@link terzi.onnx.build} creates graphs and
 * {@link terzi.onnx.rewrite} transforms them.
 */
@NullMarked
package terzi.onnx;

import org.jspecify.annotations.NullMarked;
