package terzi.runs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import terzi.backbones.Backbone;
import terzi.backbones.FeatureLocation;
import terzi.export.ClassifierFile;
import terzi.export.ClassifierSpec;
import terzi.export.ExportReport;
import terzi.export.Golden;
import terzi.export.ParityException;
import terzi.files.RunFile;
import terzi.images.Image;
import terzi.images.Preprocessing;
import terzi.inference.ClassifierOptions;
import terzi.inference.Device;
import terzi.inference.ImageClassifier;
import terzi.inference.Prediction;
import terzi.onnx.Model;
import terzi.onnx.codec.ModelFile;

/**
 * A request to write a classifier file of a trained network, without training. The file must answer drawn images as ONNX Runtime
 * answers them with the network alone, when Java prepares the images.
 *
 * @param model an ONNX file, a folder as Hugging Face keeps it, {@code hf:owner/name}, a name of the catalogue, or a Keras file
 * @param target the classifier file, which is replaced; where it is empty, the model's name with {@code -classifier.onnx}, which
 *     must not exist
 * @param network what the network does not tell
 * @param execution how the run is carried out
 */
public record Packaging(String model, Optional<Path> target, NetworkFacts network, Execution execution)
        implements Run<Packaged> {
    /** The largest |difference| of a probability that is accepted; images are prepared in two ways. */
    private static final double TOLERANCE = 1e-3;

    /**
     * {@return a request that takes labels and preprocessing from the configuration beside the network}
     *
     * @param model an ONNX file, a folder as Hugging Face keeps it, {@code hf:owner/name}, a name of the catalogue, or a
     *     Keras file
     */
    public static Packaging of(String model) {
        return new Packaging(model, Optional.empty(), NetworkFacts.none(), Execution.defaults());
    }

    /**
     * {@return the same with another classifier file}
     *
     * @param file the classifier file, which is replaced
     */
    public Packaging withTarget(Path file) {
        return new Packaging(model, Optional.of(file), network, execution);
    }

    /**
     * {@return the same with facts about the network}
     *
     * @param facts what the network does not tell
     */
    public Packaging withNetwork(NetworkFacts facts) {
        return new Packaging(model, target, facts, execution);
    }

    /**
     * {@return the same carried out otherwise}
     *
     * @param chosen how the run is carried out
     */
    public Packaging withExecution(Execution chosen) {
        return new Packaging(model, target, network, chosen);
    }

    @Override
    public Packaged run(RunListener listener) throws IOException {
        RunLog log = new RunLog(listener, execution);
        Path file = target.orElseGet(this::named);
        if (target.isEmpty() && Files.exists(file)) {
            throw new IOException(file + ": is there already; name the file to write with withTarget(...)");
        }
        Backbone backbone = BackboneAccess.open(log, execution, model, network::in);
        if (backbone.card().use().features() != FeatureLocation.POOLED) {
            throw new IOException(model + ": has no classes of its own, so there is nothing to package; fine-tune it on"
                    + " images of your classes");
        }
        if (backbone.labels().isEmpty()) {
            throw new IOException(model + ": nothing names its classes, and their number is not known; name them by"
                    + " withLabels(...), in the order of its outputs");
        }
        Preprocessing preprocessing = network.over(backbone.preprocessing());
        ClassifierSpec spec = new ClassifierSpec(preprocessing, backbone.labels());
        log.step("comparing with the network alone, on drawn images");
        List<Image> images = DrawnGoldens.images(preprocessing);
        ExportReport report = written(backbone.network(), spec, images, file);
        double difference = differenceToOriginal(file, spec, images);
        return new Packaged(
                model,
                file,
                report.bytes(),
                report.digest(),
                NetworkText.preprocessing(preprocessing),
                backbone.labels(),
                report.goldens(),
                report.maxDifference(),
                difference,
                backbone.card().remarks());
    }

    private ExportReport written(Model bare, ClassifierSpec spec, List<Image> images, Path file) throws IOException {
        try {
            return ClassifierFile.write(bare, spec, goldens(bare, spec, images), file);
        } catch (IllegalArgumentException | ParityException e) {
            throw new IOException(model + ": cannot become a classifier file: " + e.getMessage(), e);
        }
    }

    /** Beside a file or folder, or in the working folder for a name. */
    private Path named() {
        String last = PortableRecipe.lastName(model).replaceFirst("\\.(onnx|h5|keras|json)$", "");
        String name = last + "-" + ClassifierLocation.FILE_NAME;
        return model.startsWith("hf:") || !Files.exists(Path.of(model))
                ? Path.of(name)
                : Path.of(model).resolveSibling(name);
    }

    /** The logits of the network alone: ONNX Runtime takes images that Java has prepared. */
    private static List<Golden> goldens(Model network, ClassifierSpec spec, List<Image> images) throws IOException {
        Path folder = Files.createTempDirectory("terzi-package");
        Path bare = RunFile.CLASSIFIER.in(folder);
        try {
            ModelFile.write(network, bare);
            try (ImageClassifier classifier = ImageClassifier.load(bare, spec.preprocessing(), spec.labels(), cpu())) {
                float[][] logits = classifier.run(images).logits();
                List<Golden> goldens = new ArrayList<>();
                for (int i = 0; i < images.size(); i++) {
                    goldens.add(new Golden(images.get(i), logits[i]));
                }
                return goldens;
            }
        } finally {
            Files.deleteIfExists(bare);
            Files.delete(folder);
        }
    }

    /**
     * Compares the file with an ONNX network as it was given, before anything of it was rewritten.
     *
     * @return the largest |difference| of a probability; 0 for other formats
     */
    private double differenceToOriginal(Path file, ClassifierSpec spec, List<Image> images) throws IOException {
        Optional<Path> original = original();
        if (original.isEmpty()) {
            return 0;
        }
        double difference = 0;
        try (ImageClassifier packaged = ImageClassifier.load(file, cpu());
                ImageClassifier alone =
                        ImageClassifier.load(original.get(), spec.preprocessing(), spec.labels(), cpu())) {
            List<Prediction> expected = alone.classify(images);
            List<Prediction> found = packaged.classify(images);
            for (int i = 0; i < images.size(); i++) {
                float[] one = expected.get(i).probabilities();
                float[] other = found.get(i).probabilities();
                for (int k = 0; k < one.length; k++) {
                    difference = Math.max(difference, Math.abs(one[k] - other[k]));
                }
            }
        }
        if (!(difference <= TOLERANCE)) {
            Files.delete(file);
            throw new IOException(
                    model + ": the classifier file does not answer as the network does: probabilities differ by "
                            + difference + ", allowed are " + TOLERANCE + "; please report this network");
        }
        return difference;
    }

    /** The ONNX network as it was given; empty for names and other formats. */
    private Optional<Path> original() {
        if (model.startsWith("hf:")) {
            return Optional.empty();
        }
        Path given = Path.of(model);
        return model.endsWith(".onnx") && Files.isRegularFile(given)
                ? Optional.of(given)
                : OpenedModel.networkIn(given);
    }

    private static ClassifierOptions cpu() {
        return ClassifierOptions.defaults().withDevice(Device.cpu());
    }
}
