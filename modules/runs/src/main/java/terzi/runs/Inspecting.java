package terzi.runs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import terzi.export.MetadataKeys;
import terzi.inference.ClassifierDigest;
import terzi.onnx.Model;
import terzi.onnx.codec.ModelFile;
import tools.jackson.core.JacksonException;

/**
 * Inspection of an ONNX file: its layers, inputs, outputs, labels and metadata, and a check of its digest.
 *
 * @param file an ONNX file, a run or model folder with a {@code classifier.onnx}, or a folder as Hugging Face keeps it
 */
public record Inspecting(Path file) implements Run<Inspected> {
    @Override
    public Inspected run(RunListener listener) throws IOException {
        Optional<Path> network = OpenedModel.networkIn(file);
        Path found = network.isPresent() ? network.get() : ClassifierLocation.find(file);
        Model model = ModelFile.read(found);
        NetworkSummary summary = NetworkSummary.of(model);
        return new Inspected(
                found,
                Files.size(found),
                model.irVersion(),
                model.opsets(),
                (model.producerName() + " " + model.producerVersion()).strip(),
                summary,
                labels(model.metadata().getOrDefault(MetadataKeys.LABELS, "[]")),
                model.metadata().containsKey(MetadataKeys.FORMAT)
                        && summary.outputs().stream()
                                .anyMatch(output -> output.name().equals("strangeness")),
                model.metadata().containsKey(MetadataKeys.PREDICTION_SETS),
                digest(found, model),
                model.metadata());
    }

    private static Inspected.Digest digest(Path file, Model model) throws IOException {
        String stored = model.metadata().get(ClassifierDigest.KEY);
        if (stored == null) {
            return Inspected.Digest.NONE;
        }
        return ClassifierDigest.seal(Files.readAllBytes(file)).equals(stored)
                ? Inspected.Digest.FITS
                : Inspected.Digest.DIFFERS;
    }

    private static List<String> labels(String json) {
        try {
            return RunJson.strings(json);
        } catch (JacksonException e) {
            return List.of(); // the metadata still shows it
        }
    }
}
