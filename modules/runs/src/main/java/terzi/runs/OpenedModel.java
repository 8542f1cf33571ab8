package terzi.runs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import terzi.backbones.Backbone;
import terzi.backbones.BackboneOptions;
import terzi.backbones.Backbones;
import terzi.inference.ClassifierOptions;
import terzi.inference.ImageClassifier;

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
        Backbone opened = Backbones.open(file, facts.in(BackboneOptions.defaults()));
        return new OpenedModel(
                file, ImageClassifier.load(file, facts.over(opened.preprocessing()), opened.labels(), options));
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
