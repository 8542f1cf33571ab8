/**
 * ONNX model files: {@link terzi.onnx.codec.ModelFile} reads and writes them without losing anything, weights in side files
 * included.
 *
 * <pre>{@code
 * Model model = ModelFile.read(Path.of("resnet18.onnx"));
 * model.graph().trueInputs().forEach(input -> System.out.println(input.name() + " " + input.type()));
 * ModelFile.write(model.withMetadata("licence", "BSD-3-Clause"), Path.of("marked.onnx"));
 * }</pre>
 */
@NullMarked
package terzi.onnx.codec;

import org.jspecify.annotations.NullMarked;
