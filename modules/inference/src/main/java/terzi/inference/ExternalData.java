package terzi.inference;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Which other files a network takes weights from. ONNX Runtime opens whatever the network names, so this is looked at
 * before: everywhere in the model where a {@code TensorProto} may stand.
 */
final class ExternalData {

    private static final int MAX_DEPTH = 100;

    /** The messages of ONNX that can hold a tensor, by their fields. */
    private enum Message {
        MODEL,
        TRAINING,
        GRAPH,
        FUNCTION,
        NODE,
        ATTRIBUTE,
        TENSOR,
        SPARSE_TENSOR,
        ENTRY;

        private static final Map<Message, Map<Integer, Message>> FIELDS = Map.of(
                MODEL, Map.of(7, GRAPH, 20, TRAINING, 25, FUNCTION),
                TRAINING, Map.of(1, GRAPH, 2, GRAPH),
                GRAPH, Map.of(1, NODE, 5, TENSOR, 15, SPARSE_TENSOR),
                FUNCTION, Map.of(7, NODE, 11, ATTRIBUTE),
                NODE, Map.of(5, ATTRIBUTE),
                ATTRIBUTE, Map.of(5, TENSOR, 6, GRAPH, 10, TENSOR, 11, GRAPH, 22, SPARSE_TENSOR, 23, SPARSE_TENSOR),
                SPARSE_TENSOR, Map.of(1, TENSOR, 2, TENSOR),
                TENSOR, Map.of(13, ENTRY),
                ENTRY, Map.of());
    }

    private final Protobuf file;
    private final Set<String> locations = new LinkedHashSet<>();

    private ExternalData(Protobuf file) {
        this.file = file;
    }

    /**
     * The locations that the tensors of a model name.
     *
     * @throws IOException when the bytes are not an ONNX model; the message begins lower-case, for a prefix
     */
    static Set<String> locations(ModelEnvelope.Bytes bytes) throws IOException {
        Protobuf file = new Protobuf(bytes);
        ExternalData data = new ExternalData(file);
        data.read(Message.MODEL, 0, bytes.size(), 0);
        return data.locations;
    }

    private void read(Message message, long from, long to, int depth) throws IOException {
        if (depth > MAX_DEPTH) {
            throw new IOException("not an ONNX model (more than " + MAX_DEPTH + " levels of graphs)");
        }
        Map<Integer, Message> fields = Message.FIELDS.getOrDefault(message, Map.of());
        String key = "";
        String value = "";
        for (long position = from; position < to; ) {
            Protobuf.Field field = file.field(position, to);
            position = field.end();
            if (field.isBytes()) {
                Message inner = fields.get(field.number());
                if (inner != null) {
                    read(inner, field.start(), field.end(), depth + 1);
                } else if (message == Message.ENTRY && field.number() == 1) {
                    key = file.text(field);
                } else if (message == Message.ENTRY && field.number() == 2) {
                    value = file.text(field);
                }
            }
        }
        if (message == Message.ENTRY && key.equals("location")) {
            locations.add(value);
        }
    }

    /**
     * Checks that the files which a network takes weights from lie beside it, or below.
     *
     * @return the bytes of these files
     * @throws ClassifierFileException when one does not, or is missing
     */
    static long requireBeside(Path network, Set<String> locations) throws IOException {
        long bytes = 0;
        for (String location : locations) {
            try {
                Path folder = Objects.requireNonNull(network.toRealPath().getParent());
                Path file = folder.resolve(location);
                if (network.getFileSystem().getPath(location).isAbsolute()
                        || !file.normalize().startsWith(folder)) {
                    throw outside(network, location);
                }
                if (!Files.isRegularFile(file)) {
                    throw new ClassifierFileException(NativeFile.name(network) + ": takes weights from '" + location
                            + "', which is missing; fetch it too and put it beside the network");
                }
                if (!file.toRealPath().startsWith(folder)) {
                    throw outside(network, location);
                }
                bytes += Files.size(file);
            } catch (InvalidPathException e) {
                throw new ClassifierFileException(
                        NativeFile.name(network) + ": takes weights from '" + location
                                + "', which is not a name of a file",
                        e);
            }
        }
        return bytes;
    }

    private static ClassifierFileException outside(Path network, String location) {
        return new ClassifierFileException(NativeFile.name(network) + ": takes weights from '" + location
                + "', which lies outside of its folder; a network may only take what lies beside it");
    }
}
