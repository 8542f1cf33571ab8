package terzi.backbones.keras;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import terzi.onnx.DataType;
import terzi.onnx.Tensor;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A layers model of TensorFlow.js: {@code model.json}, and beside it the files that its manifest names. The files of a group follow
 * each other as one run of bytes, in which the weights lie one after the other in the order of the manifest; that is not the order
 * of the layers, so they are found by name.
 */
final class LayersModelJson {
    private final Path file;
    private final Map<String, Tensor> tensors = new HashMap<>();

    private LayersModelJson(Path file) {
        this.file = file;
    }

    static SavedNetwork read(Path file) throws IOException {
        JsonNode root;
        try {
            root = JsonMapper.shared().readTree(Files.readAllBytes(file));
        } catch (JacksonException e) {
            throw new KerasFormatException(file + ": is not JSON, or it is cut off", e);
        }
        if (root.path("format").asString("").equals("graph-model")) {
            throw new KerasFormatException(
                    file
                            + ": is a graph model, in which Keras's layers are lost; convert the original with tensorflowjs_converter to tfjs_layers_model, or save it as .h5 or .keras");
        }
        JsonNode topology = root.path("modelTopology");
        if (!root.path("weightsManifest").isArray() || !topology.isObject()) {
            throw new KerasFormatException(
                    file + ": expected modelTopology and weightsManifest, as in TensorFlow.js's layers models");
        }
        LayersModelJson model = new LayersModelJson(file);
        for (JsonNode group : root.path("weightsManifest")) {
            model.readGroup(group);
        }
        JsonNode description = topology.path("model_config").isObject() ? topology.path("model_config") : topology;
        String version = topology.path("keras_version").asString("");
        return new SavedNetwork(
                "TensorFlow.js layers model" + (version.isEmpty() ? "" : ", Keras " + version),
                version,
                NetworkReader.read(description, new NamedWeights(model.tensors)));
    }

    private void readGroup(JsonNode group) throws IOException {
        byte[] bytes = concatenated(group);
        int at = 0;
        for (JsonNode entry : group.path("weights")) {
            String name = entry.path("name").asString("");
            JsonNode sizes = entry.path("shape");
            long[] dims = new long[sizes.size()];
            for (int i = 0; i < dims.length; i++) {
                dims[i] = sizes.get(i).asLong(-1);
            }
            JsonNode quantization = entry.path("quantization");
            String stored =
                    quantization.path("dtype").asString(entry.path("dtype").asString("float32"));
            DataType type =
                    switch (stored) {
                        case "float32" -> DataType.FLOAT;
                        case "float16" -> DataType.FLOAT16;
                        case "int32" -> DataType.INT32;
                        case "uint8" -> DataType.UINT8;
                        case "uint16" -> DataType.UINT16;
                        case "bool" -> DataType.BOOL;
                        default ->
                            throw new KerasFormatException(
                                    file + ": weight " + name + " is of type " + stored + ", which is not supported");
                    };
            long length = length(name, type, dims);
            if (length > bytes.length - at) {
                throw new KerasFormatException(file + ": weight " + name + " should have " + length
                        + " bytes, its files have " + (bytes.length - at) + " left; is one of them cut off?");
            }
            ByteBuffer slice = ByteBuffer.wrap(bytes, at, (int) length).slice().order(ByteOrder.LITTLE_ENDIAN);
            at += (int) length;
            Tensor tensor = Tensor.ofRaw(name, type, dims, slice);
            tensors.put(name, quantization.path("scale").isNumber() ? unquantized(tensor, quantization) : tensor);
        }
        if (at != bytes.length) {
            throw new KerasFormatException(file + ": the weight files have " + bytes.length
                    + " bytes, the manifest accounts for " + at + "; they do not belong together");
        }
    }

    private long length(String name, DataType type, long... dims) throws KerasFormatException {
        try {
            long elements = 1;
            for (long size : dims) {
                if (size < 0) {
                    throw new ArithmeticException("negative size");
                }
                elements = Math.multiplyExact(elements, size);
            }
            return type.byteSize(elements);
        } catch (ArithmeticException e) {
            throw new KerasFormatException(file + ": weight " + name + " has an impossible shape", e);
        }
    }

    private static Tensor unquantized(Tensor tensor, JsonNode quantization) {
        double scale = quantization.path("scale").doubleValue();
        double min = quantization.path("min").asDouble(0);
        float[] values = tensor.floats();
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (values[i] * scale + min);
        }
        return Tensor.ofFloats(tensor.name(), tensor.dims(), values);
    }

    private byte[] concatenated(JsonNode group) throws IOException {
        Path folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElseThrow();
        long total = 0;
        for (JsonNode path : group.path("paths")) {
            total += Files.size(part(folder, path.asString("")));
        }
        if (total > Integer.MAX_VALUE - 8) {
            throw new KerasFormatException(file + ": has more than 2 GB of weights in one group");
        }
        byte[] bytes = new byte[(int) total];
        int at = 0;
        for (JsonNode path : group.path("paths")) {
            byte[] part = Files.readAllBytes(part(folder, path.asString("")));
            System.arraycopy(part, 0, bytes, at, part.length);
            at += part.length;
        }
        return bytes;
    }

    /** Only files in the folder of the model itself. */
    private Path part(Path folder, String name) throws IOException {
        Path part = folder.resolve(name).normalize();
        if (name.isEmpty() || !part.startsWith(folder.normalize())) {
            throw new KerasFormatException(
                    file + ": names the weight file '" + name + "', which is outside of its folder");
        }
        if (!Files.isRegularFile(part)) {
            throw new NoSuchFileException(
                    part.toString(), null, "is missing; " + file.getFileName() + " needs it beside itself");
        }
        return part;
    }
}
