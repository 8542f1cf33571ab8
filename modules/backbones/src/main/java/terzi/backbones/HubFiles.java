package terzi.backbones;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import terzi.images.Filter;
import terzi.images.HubConfig;
import terzi.images.Preprocessing;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Finds and reads the configuration that Hugging Face keeps beside a network. */
final class HubFiles {
    private HubFiles() {}

    /** The file beside the network or, for {@code onnx/model.onnx}, in the folder above. */
    static Optional<Path> near(Path network, String name) {
        List<Path> places = new ArrayList<>();
        Path folder = network.toAbsolutePath().normalize().getParent();
        for (int i = 0; i < 2 && folder != null; i++) {
            places.add(folder.resolve(name));
            folder = folder.endsWith("onnx") ? folder.getParent() : null;
        }
        return places.stream().filter(Files::isRegularFile).findFirst();
    }

    /** Labels in the order of their numbers; empty if the file has none. */
    static Optional<List<String>> labels(Path file) throws IOException {
        return Optional.of(interpreted(file, HubConfig::labels)).filter(labels -> !labels.isEmpty());
    }

    /** The architecture that a {@code config.json} names; empty if it names none. */
    static String modelType(Path file) throws IOException {
        return interpreted(file, json -> json.get("model_type") instanceof String type ? type : "");
    }

    /**
     * The preprocessing that the files near a network name; empty if none does.
     *
     * @param remarks gets a sentence for what Terzi does in another way
     */
    static Optional<Preprocessing> preprocessing(Path network, List<String> remarks) throws IOException {
        Optional<HubConfig.Prepared> prepared;
        try {
            prepared = HubConfig.preprocessing(name -> {
                Optional<Path> file = near(network, name);
                return file.isEmpty() ? Optional.empty() : Optional.of(interpreted(file.get(), json -> json));
            });
        } catch (IllegalArgumentException e) {
            throw new BackboneException(network + ": " + e.getMessage(), e);
        }
        if (prepared.isEmpty()) {
            return Optional.empty();
        }
        Filter filter = prepared.get().preprocessing().filter();
        if (!filter.isInOnnx()) {
            throw new BackboneException(network + ": its configuration resizes with the filter " + filter
                    + ", which ONNX does not have, so no classifier file can hold it. Write \"resample\": 3 (bicubic; timm:"
                    + " \"interpolation\": \"bicubic\") into the configuration; answers change a little");
        }
        remarks.addAll(prepared.get().remarks());
        return Optional.of(prepared.get().preprocessing());
    }

    private interface Interpretation<T> {
        T of(Map<?, ?> json);
    }

    private static <T> T interpreted(Path file, Interpretation<T> interpretation) throws IOException {
        try {
            return interpretation.of(JsonMapper.shared().readValue(Files.readAllBytes(file), Map.class));
        } catch (JacksonException e) {
            throw new BackboneException(file + ": is not a JSON object, or it is cut off", e);
        } catch (IllegalArgumentException e) {
            throw new BackboneException(file + ": " + e.getMessage(), e);
        }
    }
}
