/**
 * Transformations of ONNX models: each takes a {@link terzi.onnx.Model} and returns another one; the original stays
 * unchanged.
 *
 * <p>{@link terzi.onnx.rewrite.Canonical} brings the network of any exporter into the form that training expects;
 * {@link terzi.onnx.rewrite.ReplaceHead} then finds its classification head and replaces it.
 * {@link terzi.onnx.rewrite.Cut} extracts parts of a graph. {@link terzi.onnx.rewrite.StripTraining} and
 * {@link terzi.onnx.rewrite.FoldBatchNorm} prepare a network for inference. Begin with {@code Canonical}.
 *
 * <pre>{@code
 * Model network = Canonical.apply(ModelFile.read(Path.of("resnet18.onnx")), 18);
 * Head head = ReplaceHead.find(network);
 * System.out.println(head.describe()); // dense head fc, takes features [N,512], 1000 classes
 * Model mine = ReplaceHead.apply(network, head, 3, 7); // 3 classes, seed 7
 * }</pre>
 */
@NullMarked
package terzi.onnx.rewrite;

import org.jspecify.annotations.NullMarked;
