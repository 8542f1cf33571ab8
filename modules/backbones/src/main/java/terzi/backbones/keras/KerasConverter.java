package terzi.backbones.keras;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import terzi.onnx.Model;
import terzi.onnx.build.GraphBuilder;
import terzi.onnx.build.Sequential;
import terzi.onnx.shapes.InvalidModelException;
import tools.jackson.databind.JsonNode;

/** Converts Keras networks to ONNX. */
public final class KerasConverter {
    /** What HDF5 files begin with. */
    private static final byte[] HDF5 = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};

    private KerasConverter() {}

    /**
     * Converts a network. Height and width of its input become symbolic if the layers allow it, otherwise they are
     * those of the file.
     *
     * @param file a {@code model.json} of TensorFlow.js with its weight files in the same folder, an {@code .h5} file
     *     of a whole model, or a {@code .keras} archive
     * @return the converted network
     * @throws UnsupportedLayerException if the network has a layer that is not known
     * @throws KerasFormatException if the file is not one of these, is damaged, or cannot be converted
     * @throws IOException if the file cannot be read
     */
    public static KerasConversion convert(Path file) throws IOException {
        SavedNetwork saved = read(file);
        try {
            return convert(saved);
        } catch (KerasFormatException e) {
            throw e instanceof UnsupportedLayerException
                    ? new UnsupportedLayerException(file + ": " + e.getMessage())
                    : new KerasFormatException(file + ": " + e.getMessage(), e);
        } catch (InvalidModelException e) {
            throw new KerasFormatException(
                    file + ": does not become a valid graph; are the weights those of this network?\n" + e.getMessage(),
                    e);
        }
    }

    private interface Reading {
        SavedNetwork read(Path file) throws IOException;
    }

    /**
     * HDF5 and zip archives are opened by the names of files on disk; what lies elsewhere is copied there for that
     * time.
     */
    private static SavedNetwork onDisk(Path file, Reading reading) throws IOException {
        if (file.getFileSystem() == FileSystems.getDefault()
                && file.toFile().toPath().equals(file)) {
            return reading.read(file);
        }
        Path copy = Files.createTempFile("terzi-keras", ".copy");
        try {
            Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
            return reading.read(copy);
        } catch (KerasFormatException e) {
            String message = String.valueOf(e.getMessage()).replace(copy.toString(), file.toString());
            throw e instanceof UnsupportedLayerException
                    ? new UnsupportedLayerException(message)
                    : new KerasFormatException(message, e);
        } finally {
            Files.delete(copy);
        }
    }

    private static SavedNetwork read(Path file) throws IOException {
        byte[] start;
        try (InputStream in = Files.newInputStream(file)) {
            start = in.readNBytes(8);
        }
        if (Arrays.equals(start, HDF5)) {
            return onDisk(file, WholeModelFile::read);
        }
        if (start.length > 1 && start[0] == 'P' && start[1] == 'K') {
            return onDisk(file, KerasArchive::read);
        }
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        if (name.endsWith(".json")) {
            return LayersModelJson.read(file);
        }
        throw new KerasFormatException(file
                + ": expected a model.json of TensorFlow.js, an .h5 of a whole Keras model or a .keras archive; found "
                + (start.length == 0 ? "an empty file" : "something else"));
    }

    private static KerasConversion convert(SavedNetwork saved) throws IOException {
        KerasNetwork network = saved.network();
        LayerEmission.Dialect dialect = NetworkEmitter.dialect(saved);
        List<Integer> declared = declaredInput(network, dialect);
        List<String> remarks = new ArrayList<>();
        Model model;
        if (declared.size() == 3) {
            try {
                model = emit(saved, dialect, List.of(KerasValue.FREE, KerasValue.FREE, declared.get(2)), remarks);
            } catch (FreeSizeException e) {
                if (declared.contains(KerasValue.FREE)) {
                    throw e;
                }
                remarks.clear();
                model = emit(saved, dialect, declared, remarks);
            }
        } else {
            model = emit(saved, dialect, declared, remarks);
        }
        return new KerasConversion(
                network.name(),
                saved.format(),
                model,
                (int) countLayers(network),
                declared.stream()
                        .map(size -> size == KerasValue.FREE ? 0 : size)
                        .toList(),
                remarks);
    }

    private static long countLayers(KerasNetwork network) {
        return network.calls().stream()
                .filter(call -> call.node() == 0 && !call.layer().className().equals("InputLayer"))
                .mapToLong(call ->
                        call.layer().nested().map(KerasConverter::countLayers).orElse(1L))
                .sum();
    }

    private static Model emit(
            SavedNetwork saved, LayerEmission.Dialect dialect, List<Integer> shape, List<String> remarks)
            throws IOException {
        GraphBuilder graph = new GraphBuilder(saved.network().name(), Sequential.OPSET);
        NetworkEmitter emitter = new NetworkEmitter(graph, dialect);
        KerasValue input = emitter.input(shape);
        KerasValue output = emitter.emit(saved.network(), List.of(input), "").get(0);
        return Ending.finish(graph, output, remarks);
    }

    /** {@code [H,W,C]}, or the fewer axes that the network takes. */
    private static List<Integer> declaredInput(KerasNetwork network, LayerEmission.Dialect dialect)
            throws KerasFormatException {
        if (network.inputs().size() != 1) {
            throw new KerasFormatException("network " + network.name() + ": takes "
                    + network.inputs().size() + " inputs; one image is expected");
        }
        if (network.outputs().size() != 1) {
            throw new KerasFormatException("network " + network.name() + ": gives "
                    + network.outputs().size() + " outputs; a classifier has one. Save a model of the one you need");
        }
        String name = network.inputs().get(0).layer();
        LayerConfig config = network.calls().stream()
                .filter(call -> call.layer().name().equals(name)
                        && call.layer().className().equals("InputLayer"))
                .findFirst()
                .orElseThrow(() -> new KerasFormatException(
                        "network " + network.name() + ": its input " + name + " is not an InputLayer"))
                .layer()
                .config();
        JsonNode batched = config.has("batch_shape") ? config.get("batch_shape") : config.get("batch_input_shape");
        List<Integer> shape = new ArrayList<>();
        for (int i = 1; i < batched.size(); i++) {
            shape.add(batched.get(i).asInt(KerasValue.FREE));
        }
        if (shape.isEmpty() || shape.size() > 3) {
            throw config.wrong("batch_shape", "[batch, height, width, channels]");
        }
        if (shape.size() == 3 && dialect.isChannelsFirst()) {
            shape = List.of(shape.get(1), shape.get(2), shape.get(0));
        }
        boolean isChannelFree = shape.get(shape.size() - 1) == KerasValue.FREE;
        if (isChannelFree || (shape.size() < 3 && shape.contains(KerasValue.FREE))) {
            throw config.wrong("batch_shape", "a known number of channels");
        }
        return shape;
    }
}
