/**
 * Fine-tuning: fits a pretrained classifier to few, unbalanced images. A head on cached features comes first; then, where
 * it is wanted, the deepest blocks learn too. Begin with {@link terzi.training.finetune.FineTuner}:
 *
 * <pre>{@code
 * Dataset images = Datasets.open("photos", DatasetOptions.defaults().withHeldOut(0, 0)).train();
 * Model network = ModelFile.read(Path.of("resnet50.onnx"));
 * Preprocessing input = Preprocessing.plain(224, 224, Preprocessing.Channels.RGB);
 * FineTuningJob job = new FineTuningJob(network, input, images, FineTuningOptions.defaults(), Cache.folder());
 * FineTuningResult result = FineTuner.run(job, FineTuningListener.NONE);
 * }</pre>
 *
 * <p>{@link terzi.training.finetune.CrossValidation} predicts every image by a network that has not seen it. The options
 * are in {@link terzi.training.recipe}.
 */
@NullMarked
package terzi.training.finetune;

import org.jspecify.annotations.NullMarked;
