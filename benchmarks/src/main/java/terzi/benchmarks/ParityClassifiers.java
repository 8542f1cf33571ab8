package terzi.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import terzi.backbones.Backbone;
import terzi.backbones.BackboneOptions;
import terzi.backbones.Backbones;
import terzi.backbones.GoldenImage;
import terzi.backbones.GoldenLogits;
import terzi.export.ClassifierFile;
import terzi.export.ClassifierSpec;
import terzi.export.Golden;

/** The classifiers of the parity suite: those of {@code models/}, a small colour one, and ResNet-50 where it is in the cache. */
final class ParityClassifiers {

    static final String RESNET = "resnet50";

    private ParityClassifiers() {}

    /** Name and file of each classifier that is committed. */
    static Map<String, Path> committed(Path root) throws IOException {
        Map<String, Path> classifiers = new TreeMap<>();
        classifiers.put("drawn-products", root.resolve("benchmarks/parity/drawn-products.onnx"));
        try (Stream<Path> models = Files.list(root.resolve("models"))) {
            for (Path model : models.toList()) {
                Path file = model.resolve("classifier.onnx");
                if (Files.exists(file)) {
                    classifiers.put(String.valueOf(model.getFileName()), file);
                }
            }
        }
        return classifiers;
    }

    /**
     * ResNet-50 with its ImageNet head, written as a classifier file.
     *
     * @param folder where the file is written, unless it is there
     * @return nothing if the network is not in the cache: it is never fetched here
     */
    static Optional<Path> resnet50(Path folder) throws IOException {
        BackboneOptions options = BackboneOptions.defaults().withDownloads(BackboneOptions.Downloads.NEVER);
        if (Backbones.cached(RESNET, options).isEmpty()) {
            return Optional.empty();
        }
        Path file = folder.resolve(RESNET + ".onnx");
        if (!Files.exists(file)) {
            Files.createDirectories(folder);
            Backbone backbone = Backbones.open(RESNET, options);
            GoldenLogits golden = backbone.card().golden().orElseThrow();
            float[] logits = new float[golden.logits().size()];
            for (int i = 0; i < logits.length; i++) {
                logits[i] = golden.logits().get(i);
            }
            ClassifierFile.write(
                    backbone.network(),
                    new ClassifierSpec(backbone.preprocessing(), backbone.labels()),
                    List.of(new Golden(GoldenImage.draw(golden.size()), logits)),
                    file);
        }
        return Optional.of(file);
    }
}
