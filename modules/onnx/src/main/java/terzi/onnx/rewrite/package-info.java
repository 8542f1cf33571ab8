/**
 * Transformations of ONNX models: each takes a {@link terzi.onnx.Model} and returns another one; the original stays
 * unchanged.
 *
 * <p>{@link terzi.onnx.rewrite.Canonical} brings the network of any exporter into the form that training expects;
 * {@link terzi.onnx.rewrite.ReplaceHead} then finds its classification head and replaces it.
 * {@link terzi.onnx.rewrite.Cut} extracts parts of a graph. {@link terzi.onnx.rewrite.StripTraining} and
 * {@link terzi.onnx.rewrite.FoldBatchNorm} prepare a network for inference. Begin with {@code Canonical}.
 */
@NullMarked
package terzi.onnx.rewrite;

import org.jspecify.annotations.NullMarked;
