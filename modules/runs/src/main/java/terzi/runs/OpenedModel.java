package terzi.runs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import terzi.backbones.Backbone;
import terzi.backbones.BackboneOptions;
import terzi.backbones.Backbones;
import terzi.export.MetadataKeys;
import terzi.inference.ClassifierOptions;
import terzi.inference.ImageClassifier;
import terzi.onnx.codec.ModelFile;

/**
 * A classifier that is ready: of a classifier file, of a folder as Hugging Face keeps it, or of a bare network whose labels and
 * preprocessing were given.
 *
 * @param file the classifier file or the network
 */
record OpenedModel(Path file, ImageClassifier classifier) {
    /** @throws IOException if it is none of these, or the facts do not suffice; the message says what is missing */
    static OpenedModel open(Path model, NetworkFacts facts, ClassifierOptions options) throws IOException {
        Optional<Path> network = networkIn(model);
        if (facts.isEmpty()) {
            if (network.isPresent()) {
                return new OpenedModel(network.get(), ImageClassifier.load(model, options));
            }
            Path file = ClassifierLocation.find(model);
            return new OpenedModel(file, ImageClassifier.load(file, options));
        }
        Path file = network.isPresent() ? network.get() : ClassifierLocation.find(model);
        if (network.isEmpty() && ModelFile.read(file).metadata().containsKey(MetadataKeys.FORMAT)) {
            return new OpenedModel(file, ImageClassifier.load(file, options));
        }
        Backbone opened = Backbones.open(file, facts.in(BackboneOptions.defaults()));
        return new OpenedModel(
                file, ImageClassifier.load(file, facts.over(opened.preprocessing()), opened.labels(), options));
    }

    /** @throws IOException if facts were given, and all models are classifier files, which tell them themselves */
    static void requireUse(NetworkFacts facts, List<OpenedModel> models) throws IOException {
        boolean areClassifierFiles =
                models.stream().allMatch(model -> model.classifier().info().formatVersion() > 0);
        if (!facts.isEmpty() && areClassifierFiles) {
            throw new IOException(
                    models.get(0).file() + ": is a classifier file, which has its labels and preprocessing in"
                            + " it; leave withLabels(...), withPixels(...) and withPreprocessing(...) out");
        }
    }

    /** The network in a folder as Hugging Face keeps it; empty for other folders and files. */
    static Optional<Path> networkIn(Path model) {
        boolean isOther = !Files.isDirectory(model) || Files.exists(model.resolve(ClassifierLocation.FILE_NAME));
        return isOther
                ? Optional.empty()
                : Stream.of("onnx/model.onnx", "model.onnx")
                        .map(model::resolve)
                        .filter(Files::isRegularFile)
                        .findFirst();
    }
}
