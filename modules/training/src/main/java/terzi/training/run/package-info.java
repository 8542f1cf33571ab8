/**
 * Training in libtorch: jobs, progress, checkpoints and results. Begin with {@link terzi.training.run.Trainer}, which
 * runs a {@link terzi.training.run.TrainingJob}:
 *
 * <pre>{@code
 * Recipe recipe = Recipe.read(Path.of("models/mnist"));
 * DatasetSplits data = Datasets.open(recipe.data(), DatasetOptions.defaults().withHeldOut(0.1, 0.1));
 * Model network = recipe.build(data.train().labels().size());
 * try (RunFolder folder = RunFolder.create(Path.of("runs"), "train", recipe.name())) {
 *     TrainingResult result = Trainer.train(
 *             TrainingJob.of(
 *                     network, recipe.input(), data.train(), data.validation().orElseThrow(), recipe.training(), folder.path()),
 *             TrainingListener.NONE);
 *     ModelFile.write(result.kept(), Path.of("network.onnx"));
 * }
 * }</pre>
 *
 * <p>The run's checkpoints go into its {@link terzi.training.run.RunFolder}, from which {@link
 * terzi.training.run.TrainingJob#resumed} goes on. {@link terzi.training.run.GradCam} shows where a network saw a class,
 * {@link terzi.training.run.OnnxBlock} is a network as a block for DJL's own training loops. {@code terzi-runs} does all
 * of this with export, measurement and report.
 */
@NullMarked
package terzi.training.run;

import org.jspecify.annotations.NullMarked;
