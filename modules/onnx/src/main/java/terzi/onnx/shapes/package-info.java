/**
 * Shape inference and what builds on it. {@link terzi.onnx.shapes.ShapeInference} computes the element types and shapes
 * of all values of a graph, {@link terzi.onnx.shapes.ModelChecker} finds violations of the ONNX specification,
 * {@link terzi.onnx.shapes.ModelSummary} lists layers and parameters, and {@link terzi.onnx.shapes.ReceptiveField} says
 * which part of an image a cell of a feature map looks at.
 *
 * <pre>{@code
 * Model model = ModelFile.read(Path.of("resnet18.onnx"));
 * ModelChecker.check(model);
 * TensorType logits = ShapeInference.infer(model).get(model.graph().outputs().get(0).name()); // float32[N,1000]
 * System.out.print(ModelSummary.of(model).text());
 * }</pre>
 */
@NullMarked
package terzi.onnx.shapes;

import org.jspecify.annotations.NullMarked;
