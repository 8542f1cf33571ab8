package terzi.backbones.keras;

import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import terzi.onnx.Tensor;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A {@code .keras} archive: the description as JSON, and the weights in HDF5, numbered in the order in which a layer makes them. The
 * groups of the layers are called after their classes, {@code conv2d}, {@code conv2d_1}; newer versions also note the layer's name.
 */
final class KerasArchive {
    private static final int LARGEST_DESCRIPTION = 256 << 20;

    private KerasArchive() {}

    static SavedNetwork read(Path file) throws IOException {
        Path weights = Files.createTempFile("terzi-keras", ".h5");
        try (ZipFile zip = new ZipFile(file.toFile())) {
            JsonNode description = json(file, zip, "config.json");
            String version = zip.getEntry("metadata.json") == null
                    ? "3"
                    : json(file, zip, "metadata.json").path("keras_version").asString("3");
            try (InputStream content = zip.getInputStream(entry(file, zip, "model.weights.h5"))) {
                Files.copy(content, weights, StandardCopyOption.REPLACE_EXISTING);
            }
            KerasNetwork network = HdfGroups.open(
                    weights, file + ", model.weights.h5", root -> NetworkReader.read(description, new Container(root)));
            return new SavedNetwork("Keras archive, Keras " + version, version, network);
        } catch (ZipException e) {
            throw new KerasFormatException(file + ": is not a complete .keras archive: " + e.getMessage(), e);
        } finally {
            Files.delete(weights);
        }
    }

    private static ZipEntry entry(Path file, ZipFile zip, String name) throws KerasFormatException {
        ZipEntry entry = zip.getEntry(name);
        if (entry == null) {
            throw new KerasFormatException(file + ": lacks " + name + ", so it is no .keras archive, or not complete");
        }
        return entry;
    }

    private static JsonNode json(Path file, ZipFile zip, String name) throws IOException {
        try (InputStream content = zip.getInputStream(entry(file, zip, name))) {
            return JsonMapper.shared().readTree(content.readNBytes(LARGEST_DESCRIPTION));
        } catch (JacksonException e) {
            throw new KerasFormatException(file + ": " + name + " is not JSON, or it is cut off", e);
        }
    }

    /** {@code Conv2D} becomes {@code conv2d}, {@code BatchNormalization} becomes {@code batch_normalization}. */
    private static String groupName(String className) {
        return className
                .replaceAll("\\W+", "")
                .replaceAll("(.)([A-Z][a-z]+)", "$1_$2")
                .replaceAll("([a-z])([A-Z])", "$1_$2")
                .toLowerCase(Locale.ROOT);
    }

    /** The groups of the layers of one network. */
    private static final class Container implements WeightSource {
        private final Optional<Group> layers;
        private final Map<String, Group> byName = new HashMap<>();
        private final Map<String, Integer> counts = new HashMap<>();

        /** @param network the group of a network, or the file */
        Container(Group network) {
            layers = List.of("layers", "_layer_checkpoint_dependencies").stream()
                    .flatMap(name -> HdfGroups.group(network, name).stream())
                    .findFirst();
            layers.ifPresent(groups -> {
                for (Node node : groups) {
                    if (node instanceof Group group) {
                        HdfGroups.group(group, "vars")
                                .flatMap(vars -> HdfGroups.text(vars, "name"))
                                .ifPresent(name -> byName.put(name, group));
                    }
                }
            });
        }

        private Optional<Group> next(String name, String className) {
            String base = groupName(className);
            int number = counts.merge(base, 1, Integer::sum) - 1;
            String numbered = number == 0 ? base : base + "_" + number;
            return Optional.ofNullable(byName.get(name))
                    .or(() -> layers.flatMap(groups -> HdfGroups.group(groups, numbered)));
        }

        @Override
        public LayerWeights layer(String name, String className) throws IOException {
            Optional<Group> vars = next(name, className).flatMap(group -> HdfGroups.group(group, "vars"));
            Map<Integer, Tensor> tensors = new HashMap<>();
            if (vars.isPresent()) {
                for (Node node : vars.get()) {
                    if (node instanceof Dataset dataset && node.getName().matches("\\d{1,4}")) {
                        tensors.put(Integer.parseInt(node.getName()), HdfGroups.tensor(dataset));
                    }
                }
            }
            return (weight, position) -> Optional.ofNullable(tensors.get(position));
        }

        @Override
        public WeightSource nested(String name, String className) {
            // a model of one's own class is in a group of that name
            Optional<Group> group = next(name, className.equals("Model") ? "Functional" : className);
            return group.isPresent() ? new Container(group.get()) : new NamedWeights(Map.of());
        }
    }
}
