/**
 * Image classification with ONNX Runtime: the one dependency of an application. Begin with
 * {@link terzi.inference.ImageClassifier}, which is loaded once, shared by all threads and closed at the end.
 *
 * <pre>{@code
 * try (ImageClassifier classifier = ImageClassifier.load(Path.of("classifier.onnx"))) {
 *     Prediction prediction = classifier.classify(Path.of("shoe.jpg"));
 *     System.out.println(prediction.label() + " " + prediction.probability());
 * }
 * }</pre>
 *
 * <p>{@link terzi.inference.ClassifierOptions} choose device, threads and limits, {@link terzi.inference.HeatMap} shows
 * where a label was seen, and {@link terzi.inference.NearestImages} finds similar images.
 */
@NullMarked
package terzi.inference;

import org.jspecify.annotations.NullMarked;
