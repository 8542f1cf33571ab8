package terzi.backbones;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import terzi.vision.HubConfig;
import terzi.vision.Preprocessing;
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

    /** @param remarks gets a sentence for what Terzi does in another way */
    static Preprocessing preprocessing(Path file, List<String> remarks) throws IOException {
        HubConfig.Prepared prepared = interpreted(file, HubConfig::preprocessing);
        remarks.addAll(prepared.remarks());
        return prepared.preprocessing();
    }

    private interface Interpretation<T> {
        T of(Map<?, ?> json);
    }

    private static <T> T interpreted(Path file, Interpretation<T> interpretation) throws IOException {
        try {
            return interpretation.of(JsonMapper.shared().readValue(Files.readAllBytes(file), Map.class));
        } catch (JacksonException e) {
            throw new BackboneException(file + ": is no JSON object: " + e.getOriginalMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new BackboneException(file + ": " + e.getMessage(), e);
        }
    }
}
