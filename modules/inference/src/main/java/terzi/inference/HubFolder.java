package terzi.inference;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import terzi.vision.HubConfig;
import terzi.vision.Preprocessing;

/**
 * A network with its configuration in a folder as Hugging Face keeps them: {@code onnx/model.onnx} (or {@code model.onnx}),
 * {@code config.json} and {@code preprocessor_config.json}.
 */
record HubFolder(Path network, Preprocessing preprocessing, List<String> labels) {

    private static final Log log = Log.of(HubFolder.class);
    private static final long MAX_BYTES = 16 << 20;

    /** @throws ClassifierFileException when a part is missing; the message says which */
    static HubFolder read(Path folder) throws IOException {
        Path network = Stream.of("onnx/model.onnx", "model.onnx")
                .map(folder::resolve)
                .filter(Files::isRegularFile)
                .findFirst()
                .orElseThrow(() -> new ClassifierFileException(folder
                        + " is a folder with neither a classifier.onnx nor an onnx/model.onnx; give the classifier file"
                        + " itself, or a folder as Hugging Face keeps them"));
        Path config = folder.resolve(HubConfig.LABELS);
        List<String> labels = interpreted(config, HubConfig::labels);
        if (labels.isEmpty()) {
            throw new ClassifierFileException(
                    config + ": names no labels (id2label); is this a classifier? Give them in"
                            + " code: ImageClassifier.load(network, preprocessing, labels, options)");
        }
        HubConfig.Prepared prepared = interpreted(folder.resolve(HubConfig.PREPROCESSING), HubConfig::preprocessing);
        prepared.remarks().forEach(remark -> log.warn("{}: {}", folder, remark));
        return new HubFolder(network, prepared.preprocessing(), labels);
    }

    private interface Interpretation<T> {
        T of(Map<?, ?> json);
    }

    private static <T> T interpreted(Path file, Interpretation<T> interpretation) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new ClassifierFileException(file + " is missing; fetch it too, or give what it says in code:"
                    + " ImageClassifier.load(network, preprocessing, labels, options)");
        }
        if (Files.size(file) > MAX_BYTES) {
            throw new ClassifierFileException(
                    file + ": " + Files.size(file) + " bytes are too many for a configuration");
        }
        try {
            return interpretation.of(Json.object(Files.readString(file)));
        } catch (IllegalArgumentException | MalformedInputException e) {
            throw new ClassifierFileException(file + ": " + e.getMessage(), e);
        }
    }
}
