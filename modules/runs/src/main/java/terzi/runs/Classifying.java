package terzi.runs;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import terzi.inference.ImageClassifier;

/**
 * Classification of images from files, folders and standard input. Images are decoded while others are classified. An image
 * that cannot be read becomes a {@link FailedImage} and does not end the run; cancellation ends it after the image in
 * progress, with a result for the images so far.
 *
 * @param model a classifier file, or a run or model folder with a {@code classifier.onnx}
 * @param images image files, folders that are searched for images at any depth, or {@code -} for an image on standard input
 * @param standardInput the stream behind {@code -}; {@link System#in} unless changed
 * @param runtime device, threads and the number of labels for an image
 * @param execution its cancellation ends the run early
 */
public record Classifying(
        Path model, List<String> images, InputStream standardInput, RuntimeChoice runtime, Execution execution)
        implements Run<ClassifiedImages> {
    /**
     * Checks and copies the components.
     *
     * @param model a classifier file, or a run or model folder with a {@code classifier.onnx}
     * @param images image files, folders that are searched for images at any depth, or {@code -} for an image on
     *     standard input
     * @param standardInput the stream behind {@code -}; {@link System#in} unless changed
     * @param runtime device, threads and the number of labels for an image
     * @param execution its cancellation ends the run early
     * @throws IllegalArgumentException if {@code -} is given more than once
     */
    public Classifying {
        images = ImageArguments.requireOneInput(images);
    }

    /**
     * {@return a classification on the best device, with three labels for an image}
     *
     * @param model a classifier file, or a run or model folder with a {@code classifier.onnx}
     * @param images image files, folders that are searched for images at any depth, or {@code -} for an image on
     *     standard input
     */
    public static Classifying of(Path model, List<String> images) {
        return new Classifying(model, images, System.in, RuntimeChoice.defaults(), Execution.defaults());
    }

    /**
     * {@return the same with a stream in the place of {@code -}}
     *
     * @param stream the stream behind {@code -}; {@link System#in} unless changed
     */
    public Classifying withStandardInput(InputStream stream) {
        return new Classifying(model, images, stream, runtime, execution);
    }

    /**
     * {@return the same on another device or with other threads}
     *
     * @param chosen device, threads and the number of labels for an image
     */
    public Classifying withRuntime(RuntimeChoice chosen) {
        return new Classifying(model, images, standardInput, chosen, execution);
    }

    /**
     * {@return the same carried out otherwise}
     *
     * @param chosen its cancellation ends the run early
     */
    public Classifying withExecution(Execution chosen) {
        return new Classifying(model, images, standardInput, runtime, chosen);
    }

    @Override
    public ClassifiedImages run(RunListener listener) throws IOException {
        return run(listener, entry -> {});
    }

    /**
     * {@return as {@link #run(RunListener)}, with each entry handed over as soon as it is there, in the calling thread}
     *
     * @param listener receives the progress
     * @param each receives each entry
     * @throws IOException as there
     */
    public ClassifiedImages run(RunListener listener, Consumer<? super ClassifiedImages.Entry> each)
            throws IOException {
        RunLog log = new RunLog(listener, execution);
        Path file = ClassifierLocation.find(model);
        ImageArguments.Expanded expanded = ImageArguments.expand(images);
        expanded.warn(log);
        List<ClassifiedImages.Entry> entries = new ArrayList<>();
        int failed = 0;
        try (ImageClassifier classifier = ImageClassifier.load(file, runtime.options());
                var results = classifier.classifyAll(
                        expanded.images().stream(), named -> ImageArguments.read(named, standardInput))) {
            var rest = results.iterator();
            while (!execution.cancellation().isRequested() && rest.hasNext()) {
                var one = rest.next();
                String name = one.source().name();
                ClassifiedImages.Entry entry = one.failure().isPresent()
                        ? FailedImage.of(name, one.failure().get())
                        : new ClassifiedImages.Labelled(name, one.prediction().top());
                failed += entry instanceof FailedImage ? 1 : 0;
                entries.add(entry);
                each.accept(entry);
            }
            return new ClassifiedImages(
                    file,
                    classifier.device().toString(),
                    entries.size() - failed,
                    failed,
                    LeftOutFolder.of(expanded.report()),
                    entries);
        }
    }
}
