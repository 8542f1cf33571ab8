package terzi.inference;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Steps through the fields of protobuf messages without reading what they hold. */
final class Protobuf {

    private static final int WINDOW_BYTES = 4096;

    private final ModelEnvelope.Bytes file;
    private final ByteBuffer window = ByteBuffer.allocate(WINDOW_BYTES).limit(0);
    private long windowStart;

    Protobuf(ModelEnvelope.Bytes file) {
        this.file = file;
    }

    /**
     * One field of a message.
     *
     * @param isBytes whether it holds bytes, a text or another message, from {@code start} to {@code end}
     */
    record Field(int number, boolean isBytes, long start, long end) {
        long length() {
            return end - start;
        }
    }

    /**
     * The field at a position.
     *
     * @param limit where its message ends
     * @throws IOException when there is no field; the message begins lower-case, for a prefix
     */
    Field field(long position, long limit) throws IOException {
        Varint tag = varint(position, limit);
        long number = tag.value() >>> 3;
        if (number == 0 || number > Integer.MAX_VALUE >> 2) {
            throw new IOException("not an ONNX model (field number " + number + " at byte " + position + ")");
        }
        long start = tag.end();
        long end =
                switch ((int) (tag.value() & 7)) {
                    case 0 -> varint(start, limit).end();
                    case 1 -> start + Long.BYTES;
                    case 5 -> start + Integer.BYTES;
                    case 2 -> {
                        Varint length = varint(start, limit);
                        start = length.end();
                        if (length.value() < 0 || length.value() > limit - start) {
                            throw truncated(start + length.value(), limit);
                        }
                        yield start + length.value();
                    }
                    default ->
                        throw new IOException("not an ONNX model (byte " + position + " is not a protobuf field)");
                };
        if (end > limit) {
            throw truncated(end, limit);
        }
        return new Field((int) number, (tag.value() & 7) == 2, start, end);
    }

    String text(Field field) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(field.length()));
        file.read(field.start(), bytes);
        return new String(bytes.array(), StandardCharsets.UTF_8);
    }

    private record Varint(long value, long end) {}

    private Varint varint(long position, long limit) throws IOException {
        long value = 0;
        for (int i = 0; i < 10; i++) {
            if (position + i >= limit) {
                throw truncated(limit + 1, limit);
            }
            byte b = at(position + i);
            value |= (long) (b & 0x7f) << (7 * i);
            if (b >= 0) {
                return new Varint(value, position + i + 1);
            }
        }
        throw new IOException("not an ONNX model (byte " + position + " is not a protobuf number)");
    }

    private byte at(long position) throws IOException {
        if (position < windowStart || position >= windowStart + window.limit()) {
            window.clear().limit((int) Math.min(WINDOW_BYTES, file.size() - position));
            file.read(position, window);
            windowStart = position;
        }
        return window.get((int) (position - windowStart));
    }

    private IOException truncated(long needed, long limit) {
        if (limit < file.size()) {
            return new IOException("not an ONNX model (a message ends at byte " + limit + " and needs more)");
        }
        String wanted = needed > file.size() ? needed + " or more" : "more than a file can have";
        return new IOException(
                "the file is truncated or no ONNX model: it has " + file.size() + " bytes and needs " + wanted);
    }
}
