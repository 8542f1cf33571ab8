/**
 * Runs: every task of Terzi as a request record whose {@code run} method returns a result record. Begin here; the steps of
 * a run are in the modules below, for programs that combine them in another way.
 *
 * <table>
 * <caption>All runs</caption>
 * <tr><th>request</th><th>task</th><th>result</th></tr>
 * <tr><td>{@link terzi.runs.FineTuning}</td><td>fine-tune a pretrained network to labelled images, export and measure
 * it</td><td>{@link terzi.runs.FineTuned}</td></tr>
 * <tr><td>{@link terzi.runs.Tuning}, {@link terzi.runs.ResumedTuning}</td><td>search the settings of a
 * fine-tuning</td><td>{@link terzi.runs.Tuned}</td></tr>
 * <tr><td>{@link terzi.runs.Training}, {@link terzi.runs.ResumedTraining}</td><td>train the network of a recipe, export
 * and measure it</td><td>{@link terzi.runs.Trained}</td></tr>
 * <tr><td>{@link terzi.runs.Evaluating}</td><td>measure classifier files on labelled images</td><td>{@link
 * terzi.runs.Evaluated}</td></tr>
 * <tr><td>{@link terzi.runs.Reporting}</td><td>write the report of a run again</td><td>{@link
 * terzi.runs.Reported}</td></tr>
 * <tr><td>{@link terzi.runs.Comparing}</td><td>test whether classifiers differ</td><td>{@link
 * terzi.runs.Compared}</td></tr>
 * <tr><td>{@link terzi.runs.Classifying}</td><td>classify images</td><td>{@link terzi.runs.ClassifiedImages}</td></tr>
 * <tr><td>{@link terzi.runs.Explaining}</td><td>draw the regions that support a label</td><td>{@link
 * terzi.runs.Explained}</td></tr>
 * <tr><td>{@link terzi.runs.Inspecting}</td><td>list what is in an ONNX file</td><td>{@link
 * terzi.runs.Inspected}</td></tr>
 * <tr><td>{@link terzi.runs.Converting}</td><td>convert a Keras network to ONNX</td><td>{@link
 * terzi.runs.Converted}</td></tr>
 * <tr><td>{@link terzi.runs.Packaging}</td><td>write a classifier file of a trained network</td><td>{@link
 * terzi.runs.Packaged}</td></tr>
 * <tr><td>{@link terzi.runs.DataChecking}</td><td>check a dataset: unreadable images, duplicates,
 * balance</td><td>{@link terzi.runs.CheckedData}</td></tr>
 * <tr><td>{@link terzi.runs.AmazonDownloading}</td><td>download images of products</td><td>{@link
 * terzi.runs.Downloaded}</td></tr>
 * <tr><td>{@link terzi.runs.BackboneFetching}</td><td>fetch and check a pretrained network</td><td>{@link
 * terzi.runs.FetchedBackbone}</td></tr>
 * <tr><td>{@link terzi.runs.Diagnosing}</td><td>check the engines and the machine</td><td>{@link
 * terzi.runs.Diagnosed}</td></tr>
 * </table>
 *
 * <p>The five that are wanted most:
 *
 * <pre>{@code
 * FineTuned tuned = FineTuning.on(Path.of("photos")).withPreset(Preset.BALANCED).run(System.err::println);
 * Trained trained = Training.of(Path.of("recipe.yaml")).withEpochs(20).run();
 * Evaluated measured = Evaluating.of(tuned.folder()).withData(Path.of("new-photos")).run();
 * ClassifiedImages answers = Classifying.of(tuned.folder(), List.of("cat.jpg", "folder")).run();
 * Explained heat = Explaining.of(tuned.folder(), List.of("cat.jpg")).withTarget(Path.of("why.png")).run();
 * }</pre>
 *
 * <p><b>Threads.</b> A run computes in the calling thread and in threads of its own, which end with it. Requests and results
 * are immutable and may be shared. A {@link terzi.runs.RunListener} receives one event at a time, not always in the same
 * thread.
 *
 * <p><b>Cancellation.</b> {@link terzi.runs.Execution#cancel} ends a run from another thread after the step in progress.
 * Classifying and explaining return what is done; trainings, fine-tunings and searches throw a
 * {@link java.util.concurrent.CancellationException} whose message tells how to go on. Trainings keep a checkpoint, searches
 * their trials. The other runs go on to their end.
 *
 * <p><b>Files.</b> Fine-tuning, training and tuning make a run folder, {@code runs/KIND/NAME} unless a
 * {@link terzi.runs.RunTarget} says otherwise: {@code classifier.onnx}, {@code recipe.yaml}, {@code args.yaml},
 * {@code run.json}, {@code metrics.json}, {@code predictions.csv}, {@code report.html} with its figures; all of them, with
 * their keys, are in {@code docs/run-files.md}. Evaluating and reporting write the same to a folder of choice. Each file
 * appears whole or not at all.
 *
 * <p><b>Errors.</b> A request that cannot be meant is an {@link java.lang.IllegalArgumentException}; files that cannot be
 * read or written, and data that does not fit, an {@link java.io.IOException}. Messages tell where, what was expected, what
 * was found and what to do, and name methods of the request as {@code withData(...)}. {@link terzi.runs.RunJson} writes
 * results as JSON.
 */
@NullMarked
package terzi.runs;

import org.jspecify.annotations.NullMarked;
