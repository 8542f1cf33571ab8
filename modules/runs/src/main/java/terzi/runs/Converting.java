package terzi.runs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import terzi.backbones.Backbone;
import terzi.backbones.BackboneOptions;
import terzi.backbones.Backbones;
import terzi.backbones.PixelValues;
import terzi.onnx.Model;
import terzi.onnx.codec.ModelFile;
import terzi.onnx.shapes.ModelChecker;

/**
 * Conversion of a Keras network to an ONNX file that keeps its labels and preprocessing. A softmax at the end is removed, so
 * that the outputs are logits.
 *
 * @param source an {@code .h5} of a whole model, a {@code .keras} archive, or the {@code model.json} of TensorFlow.js
 * @param target the ONNX file, which is replaced; where it is empty, the source's name with {@code .onnx}, which must not
 *     exist
 * @param pixels the pixel values that the network expects; where it is empty, by the network's name, else 0 to 1
 * @param labels a UTF-8 text file with one label a line, in the order of the network's outputs
 */
public record Converting(Path source, Optional<Path> target, Optional<PixelValues> pixels, Optional<Path> labels)
        implements Run<Converted> {

    /**
     * {@return a conversion to a file beside the source}
     *
     * @param source an {@code .h5} of a whole model, a {@code .keras} archive, or the {@code model.json} of
     *     TensorFlow.js
     */
    public static Converting of(Path source) {
        return new Converting(source, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /**
     * {@return the same in another place}
     *
     * @param file the ONNX file, which is replaced
     */
    public Converting withTarget(Path file) {
        return new Converting(source, Optional.of(file), pixels, labels);
    }

    /**
     * {@return the same for a network that expects other pixel values}
     *
     * @param expected the pixel values that the network expects
     */
    public Converting withPixels(PixelValues expected) {
        return new Converting(source, target, Optional.of(expected), labels);
    }

    /**
     * {@return the same with labels from a text file}
     *
     * @param file a UTF-8 text file with one label a line, in the order of the network's outputs
     */
    public Converting withLabels(Path file) {
        return new Converting(source, target, pixels, Optional.of(file));
    }

    @Override
    public Converted run(RunListener listener) throws IOException {
        if (!Files.exists(source)) {
            throw new NoSuchFileException(source.toString());
        }
        if (source.toString().toLowerCase(Locale.ROOT).endsWith(".onnx")) {
            throw new IOException(source + ": is an ONNX file already; 'terzi inspect' shows what is in it");
        }
        Path file = target.orElseGet(this::beside);
        if (target.isEmpty() && Files.exists(file)) {
            throw new FileAlreadyExistsException(
                    file.toString(), null, "is there already; name the file to write with withTarget(...)");
        }
        Backbone backbone = Backbones.open(source.toString(), options());
        Model network = backbone.network();
        ModelChecker.check(network);
        ModelFile.write(network, file);
        return new Converted(
                source,
                file,
                Files.size(file),
                backbone.card().description(),
                backbone.card().digest(),
                NetworkSummary.of(network),
                NetworkText.preprocessing(backbone.preprocessing()),
                backbone.labels(),
                backbone.card().remarks());
    }

    private BackboneOptions options() throws IOException {
        BackboneOptions options = BackboneOptions.defaults();
        if (labels.isPresent()) {
            options = options.withLabels(Files.readAllLines(labels.get(), StandardCharsets.UTF_8).stream()
                    .filter(line -> !line.isBlank())
                    .map(String::strip)
                    .toList());
        }
        return pixels.map(options::withPixels).orElse(options);
    }

    private Path beside() {
        String name = String.valueOf(source.getFileName());
        int dot = name.lastIndexOf('.');
        return source.resolveSibling((dot > 0 ? name.substring(0, dot) : name) + ".onnx");
    }
}
