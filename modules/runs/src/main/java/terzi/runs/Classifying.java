package terzi.runs;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import terzi.inference.ClassifierFileException;
import terzi.inference.ClassifierOptions;
import terzi.inference.ImageClassifier;
import terzi.inference.PredictionSets;

/**
 * Classification of images from files, folders and standard input. Images are decoded while others are classified. An image
 * that cannot be read becomes a {@link FailedImage} and does not end the run; cancellation ends it after the image in
 * progress, with a result for the images so far.
 *
 * @param model a classifier file, or a run or model folder with a {@code classifier.onnx}; a folder as Hugging Face
 *     keeps it; or a bare ONNX network
 * @param network what a bare network does not tell
 * @param images image files, folders that are searched for images at any depth, or {@code -} for an image on standard input
 * @param standardInput the stream behind {@code -}; {@link System#in} unless changed
 * @param runtime device, threads and the number of labels for an image
 * @param rejection share of images like the training images that may be rejected by mistake, above 0 and below 1; empty to
 *     reject none
 * @param coverage promised share of prediction sets with the right label, above 0 and below 1; empty for no sets
 * @param execution its cancellation ends the run early
 */
public record Classifying(
        Path model,
        NetworkFacts network,
        List<String> images,
        InputStream standardInput,
        RuntimeChoice runtime,
        OptionalDouble rejection,
        OptionalDouble coverage,
        Execution execution)
        implements Run<ClassifiedImages> {
    /**
     * Checks and copies the components.
     *
     * @param model a classifier file, or a run or model folder with a {@code classifier.onnx}; a folder as Hugging Face
     *     keeps it; or a bare ONNX network
     * @param network what a bare network does not tell
     * @param images image files, folders that are searched for images at any depth, or {@code -} for an image on
     *     standard input
     * @param standardInput the stream behind {@code -}; {@link System#in} unless changed
     * @param runtime device, threads and the number of labels for an image
     * @param rejection share of images like the training images that may be rejected by mistake, above 0 and below 1
     * @param coverage promised share of prediction sets with the right label, above 0 and below 1
     * @param execution its cancellation ends the run early
     * @throws IllegalArgumentException if {@code -} is given more than once, or a share is impossible
     */
    public Classifying {
        images = ImageArguments.requireOneInput(images);
        rejection.ifPresent(ClassifierOptions.defaults()::withRejection);
        coverage.ifPresent(PredictionSets::requireCoverage);
    }

    /**
     * {@return a classification on the best device, with three labels for an image}
     *
     * @param model a classifier file, or a run or model folder with a {@code classifier.onnx}; a folder as Hugging Face
     *     keeps it; or a bare ONNX network
     * @param images image files, folders that are searched for images at any depth, or {@code -} for an image on
     *     standard input
     */
    public static Classifying of(Path model, List<String> images) {
        return new Classifying(
                model,
                NetworkFacts.none(),
                images,
                System.in,
                RuntimeChoice.defaults(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                Execution.defaults());
    }

    /**
     * {@return the same with facts about a bare network}
     *
     * @param facts what the network does not tell
     */
    public Classifying withNetwork(NetworkFacts facts) {
        return new Classifying(model, facts, images, standardInput, runtime, rejection, coverage, execution);
    }

    /**
     * {@return the same with a stream in the place of {@code -}}
     *
     * @param stream the stream behind {@code -}; {@link System#in} unless changed
     */
    public Classifying withStandardInput(InputStream stream) {
        return new Classifying(model, network, images, stream, runtime, rejection, coverage, execution);
    }

    /**
     * {@return the same on another device or with other threads}
     *
     * @param chosen device, threads and the number of labels for an image
     */
    public Classifying withRuntime(RuntimeChoice chosen) {
        return new Classifying(model, network, images, standardInput, chosen, rejection, coverage, execution);
    }

    /**
     * {@return the same with images rejected that are unlike the training images; needs a file with strangeness}
     *
     * @param falseAlarms share of images like the training images that may be rejected by mistake, above 0 and below 1
     */
    public Classifying withRejection(double falseAlarms) {
        return new Classifying(
                model, network, images, standardInput, runtime, OptionalDouble.of(falseAlarms), coverage, execution);
    }

    /**
     * {@return the same with a prediction set for each image; needs a file with prediction sets}
     *
     * @param promised share of images whose set contains the right label, above 0 and below 1
     */
    public Classifying withSet(double promised) {
        return new Classifying(
                model, network, images, standardInput, runtime, rejection, OptionalDouble.of(promised), execution);
    }

    /**
     * {@return the same carried out otherwise}
     *
     * @param chosen its cancellation ends the run early
     */
    public Classifying withExecution(Execution chosen) {
        return new Classifying(model, network, images, standardInput, runtime, rejection, coverage, chosen);
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
        ImageArguments.Expanded expanded = ImageArguments.expand(images);
        expanded.warn(log);
        List<ClassifiedImages.Entry> entries = new ArrayList<>();
        int failed = 0;
        ClassifierOptions options =
                rejection.isPresent() ? runtime.options().withRejection(rejection.getAsDouble()) : runtime.options();
        OpenedModel opened = OpenedModel.open(model, network, options);
        Path file = opened.file();
        try (ImageClassifier classifier = opened.classifier();
                var results = classifier.classifyAll(
                        expanded.images().stream(), named -> ImageArguments.read(named, standardInput))) {
            OpenedModel.requireUse(network, List.of(opened));
            if (coverage.isPresent() && classifier.info().predictionSets().isEmpty()) {
                throw new ClassifierFileException(
                        file + ": withSet(...) needs a file with prediction sets ('" + PredictionSets.KEY
                                + "'), which it does not have; fine-tune again with this version of Terzi");
            }
            var rest = results.iterator();
            while (!execution.cancellation().isRequested() && rest.hasNext()) {
                var one = rest.next();
                String name = one.source().name();
                ClassifiedImages.Entry entry = one.failure().isPresent()
                        ? FailedImage.of(name, one.failure().get())
                        : ClassifiedImages.Labelled.of(name, one.prediction(), coverage);
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
