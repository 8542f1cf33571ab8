package terzi.backbones.keras;

import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import terzi.onnx.Tensor;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A whole model in HDF5, as Keras 1 and 2 save it and Keras 3 still can: the description as an attribute, and a group of weights for
 * each layer, which for a network used as a layer has all that is inside.
 */
final class WholeModelFile {
    private WholeModelFile() {}

    static SavedNetwork read(Path file) throws IOException {
        return HdfGroups.open(file, file.toString(), root -> {
            String description = HdfGroups.text(root, "model_config")
                    .orElseThrow(
                            () -> new KerasFormatException(
                                    file
                                            + ": holds weights without a description of the layers; save the whole model with model.save, not save_weights"));
            JsonNode json;
            try {
                json = JsonMapper.shared().readTree(description);
            } catch (JacksonException e) {
                throw new KerasFormatException(file + ": its model_config is not JSON, or it is cut off", e);
            }
            Group weights = HdfGroups.group(root, "model_weights")
                    .orElseThrow(() -> new KerasFormatException(file + ": has no group model_weights"));
            String version = HdfGroups.text(root, "keras_version")
                    .or(() -> HdfGroups.text(weights, "keras_version"))
                    .orElse("");
            SavedNetwork saved = new SavedNetwork(
                    "Keras HDF5 model" + (version.isEmpty() ? "" : ", Keras " + version),
                    version,
                    NetworkReader.read(json, new Layers(weights, version.startsWith("1."))));
            return saved;
        });
    }

    /** The groups of the layers. */
    private record Layers(Group weights, boolean isKerasOne) implements WeightSource {
        @Override
        public LayerWeights layer(String name, String className) throws IOException {
            Map<String, Tensor> tensors = tensors(name);
            if (isKerasOne) {
                // kernels are called convolution2d_1_W there
                List<Tensor> inOrder = List.copyOf(tensors.values());
                return (weight, position) -> position < inOrder.size()
                        ? java.util.Optional.of(inOrder.get(position))
                        : java.util.Optional.empty();
            }
            return (weight, position) -> NamedWeights.ending(tensors, weight);
        }

        @Override
        public WeightSource nested(String name, String className) throws IOException {
            return new NamedWeights(tensors(name));
        }

        private Map<String, Tensor> tensors(String layer) throws IOException {
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            Group group = HdfGroups.group(weights, layer).orElse(null);
            if (group == null) {
                return tensors;
            }
            List<String> names = new ArrayList<>(HdfGroups.texts(group, "weight_names"));
            for (String name : names) {
                if (!(group.getByPath(name) instanceof Dataset dataset)) {
                    throw new KerasFormatException("layer " + layer + ": its weight " + name + " is missing");
                }
                tensors.put(name.replaceAll(":\\d+$", ""), HdfGroups.tensor(dataset));
            }
            return tensors;
        }
    }
}
