package terzi.training.run;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Named float32 tensors in one file, in the safetensors format: the length of a JSON header (8 bytes, little endian), the
 * header with type, shape and place of every tensor, then the values in little endian.
 */
final class TensorFile {
    private static final int MAXIMUM_HEADER = 100_000_000;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private TensorFile() {}

    /** A tensor: its shape and its values row by row. */
    @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
    record Values(List<Long> shape, float[] values) {}

    static void write(Path file, Map<String, Values> tensors) throws IOException {
        ObjectNode header = JSON.createObjectNode();
        long offset = 0;
        for (Map.Entry<String, Values> tensor : tensors.entrySet()) {
            ObjectNode entry = header.putObject(tensor.getKey());
            entry.put("dtype", "F32");
            tensor.getValue().shape().forEach(entry.putArray("shape")::add);
            long end = offset + 4L * tensor.getValue().values().length;
            entry.putArray("data_offsets").add(offset).add(end);
            offset = end;
        }
        byte[] json = JSON.writeValueAsBytes(header);
        int padded = (json.length + 7) / 8 * 8;
        ByteBuffer start = ByteBuffer.allocate(8 + padded).order(ByteOrder.LITTLE_ENDIAN);
        start.putLong(padded).put(json);
        while (start.hasRemaining()) {
            start.put((byte) ' ');
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            writeFully(channel, start.flip());
            for (Values tensor : tensors.values()) {
                ByteBuffer bytes =
                        ByteBuffer.allocate(4 * tensor.values().length).order(ByteOrder.LITTLE_ENDIAN);
                bytes.asFloatBuffer().put(tensor.values());
                writeFully(channel, bytes);
            }
            channel.force(true);
        }
    }

    private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** @throws IOException if the file is damaged or cannot be read */
    static Map<String, Values> read(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.remaining() < 8) {
            throw new IOException(file + ": expected a tensor file, found only " + bytes.remaining() + " bytes");
        }
        long length = bytes.getLong();
        if (length < 2 || length > MAXIMUM_HEADER || length > bytes.remaining()) {
            throw new IOException(file + ": damaged: the header claims " + length + " bytes");
        }
        int values = 8 + (int) length;
        Map<String, Values> tensors = new LinkedHashMap<>();
        try {
            JsonNode header = JSON.readTree(new String(bytes.array(), 8, (int) length, StandardCharsets.UTF_8));
            for (Map.Entry<String, JsonNode> entry : header.properties()) {
                JsonNode node = entry.getValue();
                List<Long> shape =
                        node.path("shape").valueStream().map(JsonNode::asLong).toList();
                long start = node.path("data_offsets").path(0).asLong();
                long end = node.path("data_offsets").path(1).asLong();
                long count = shape.stream().reduce(1L, Math::multiplyExact);
                if (!node.path("dtype").asString().equals("F32")
                        || start < 0
                        || end - start != 4 * count
                        || end > bytes.capacity() - values) {
                    throw new IOException(file + ": damaged: tensor " + entry.getKey() + " has the header " + node);
                }
                float[] floats = new float[(int) count];
                bytes.slice((int) (values + start), (int) (end - start))
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .asFloatBuffer()
                        .get(floats);
                tensors.put(entry.getKey(), new Values(shape, floats));
            }
        } catch (JacksonException | ArithmeticException e) {
            throw new IOException(file + ": damaged: " + e.getMessage(), e);
        }
        return tensors;
    }
}
