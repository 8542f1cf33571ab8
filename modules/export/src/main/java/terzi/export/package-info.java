/**
 * Classifier files: self-contained ONNX models that take images and give calibrated probabilities in any ONNX runtime.
 * {@link terzi.export.ClassifierFile} writes them from a network and a {@link terzi.export.ClassifierSpec}, and checks each
 * on {@link terzi.export.Golden} images through ONNX Runtime before it appears.
 *
 * <pre>{@code
 * ClassifierSpec spec = new ClassifierSpec(Preprocessing.imagenet(256, 224), List.of("boot", "shoe"));
 * List<Golden> goldens = List.of(new Golden(image, logits)); // logits [2] of the training engine
 * ClassifierFile.write(network, spec, goldens, Path.of("classifier.onnx"));
 * }</pre>
 */
@NullMarked
package terzi.export;

import org.jspecify.annotations.NullMarked;
