package terzi.inference;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import terzi.images.HubConfig;
import terzi.images.Preprocessing;

/**
 * A network with its configuration in a folder as Hugging Face keeps them: {@code onnx/model.onnx} (or {@code model.onnx}),
 * {@code config.json} and {@code preprocessor_config.json}.
 */
record HubFolder(Path network, Preprocessing preprocessing, List<String> labels) {

    private static final Log log = Log.of(HubFolder.class);
    private static final long MAX_BYTES = 16 << 20;
    private static final String IN_CODE = "ImageClassifier.load(network, preprocessing, labels, options)";

    /** @throws ClassifierFileException when a part is missing; the message says which */
    static HubFolder read(Path folder) throws IOException {
        Path network = Stream.of("onnx/model.onnx", "model.onnx")
                .map(folder::resolve)
                .filter(Files::isRegularFile)
                .findFirst()
                .orElseThrow(() -> new ClassifierFileException(NativeFile.name(folder)
                        + " is a folder with neither a classifier.onnx nor an onnx/model.onnx; give the classifier file"
                        + " itself, or a folder as Hugging Face keeps them"));
        Path config = folder.resolve(HubConfig.LABELS);
        List<String> labels = interpreted(config, HubConfig::labels);
        if (labels.isEmpty()) {
            throw new ClassifierFileException(NativeFile.name(config)
                    + ": names no labels (id2label); is this a classifier? Give them in code: " + IN_CODE);
        }
        HubConfig.Prepared prepared = prepared(folder);
        prepared.remarks().forEach(remark -> log.warn("{}: {}", NativeFile.name(folder), remark));
        return new HubFolder(network, prepared.preprocessing(), labels);
    }

    private static HubConfig.Prepared prepared(Path folder) throws IOException {
        Optional<HubConfig.Prepared> prepared;
        try {
            prepared = HubConfig.preprocessing(name -> {
                Path file = folder.resolve(name);
                return Files.isRegularFile(file) ? Optional.of(interpreted(file, json -> json)) : Optional.empty();
            });
        } catch (IllegalArgumentException e) {
            throw new ClassifierFileException(
                    NativeFile.name(folder) + ": " + e.getMessage() + ". Or give the preprocessing in code: " + IN_CODE,
                    e);
        }
        if (prepared.isEmpty()) {
            throw missing(folder.resolve(HubConfig.PREPROCESSING));
        }
        return prepared.get();
    }

    private interface Interpretation<T> {
        T of(Map<?, ?> json);
    }

    private static <T> T interpreted(Path file, Interpretation<T> interpretation) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw missing(file);
        }
        if (Files.size(file) > MAX_BYTES) {
            throw new ClassifierFileException(
                    NativeFile.name(file) + ": " + Files.size(file) + " bytes are too many for a configuration");
        }
        try {
            return interpretation.of(Json.object(Files.readString(file)));
        } catch (IllegalArgumentException | MalformedInputException e) {
            throw new ClassifierFileException(NativeFile.name(file) + ": " + e.getMessage(), e);
        }
    }

    private static ClassifierFileException missing(Path file) {
        return new ClassifierFileException(
                NativeFile.name(file) + " is missing; fetch it too, or give its content in code: " + IN_CODE);
    }
}
