package terzi.inference;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The outermost layer of an ONNX file: which metadata it holds and where. The graph, which is nearly all of the file, is
 * stepped over, so that a damaged file is refused before native code sees it.
 *
 * <p>An ONNX file is one protobuf message {@code ModelProto}; read here are field 7 ({@code graph}, only that it is
 * there) and field 14 ({@code metadata_props}, pairs of field 1 {@code key} and field 2 {@code value}).
 */
final class ModelEnvelope {

    static final String DIGEST_KEY = "terzi.weights.sha256";
    private static final int DIGEST_DIGITS = 64;

    private static final int GRAPH = 7;
    private static final int METADATA = 14;
    private static final int MAX_METADATA_BYTES = 64 << 20;

    private final Bytes file;
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private long digestOffset = -1;

    private ModelEnvelope(Bytes file) {
        this.file = file;
    }

    /** @throws IOException when the bytes are no ONNX model or end early; the message begins lower-case, for a prefix */
    static ModelEnvelope read(Bytes file) throws IOException {
        if (file.size() == 0) {
            throw new IOException("the file is empty");
        }
        ModelEnvelope envelope = new ModelEnvelope(file);
        envelope.readFields();
        return envelope;
    }

    Map<String, String> metadata() {
        return metadata;
    }

    /** Where the value of the digest begins in the file, or -1. */
    long digestOffset() {
        return digestOffset;
    }

    /** SHA-256 of the whole file, taken as if every digit of the stored digest were the character {@code 0}. */
    String digest() throws IOException {
        MessageDigest sha256 = sha256();
        ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(1 << 16, file.size()));
        for (long position = 0; position < file.size(); position += chunk.limit()) {
            chunk.clear().limit((int) Math.min(chunk.capacity(), file.size() - position));
            file.read(position, chunk);
            if (digestOffset >= 0) {
                int from = (int) Math.max(0, Math.min(chunk.limit(), digestOffset - position));
                int to = (int) Math.max(0, Math.min(chunk.limit(), digestOffset + DIGEST_DIGITS - position));
                Arrays.fill(chunk.array(), from, to, (byte) '0');
            }
            sha256.update(chunk.array(), 0, chunk.limit());
        }
        return HexFormat.of().formatHex(sha256.digest());
    }

    private void readFields() throws IOException {
        boolean hasGraph = false;
        long position = 0;
        long metadataBytes = 0;
        while (position < file.size()) {
            Varint tag = varint(position, file.size());
            long start = tag.end();
            int field = (int) (tag.value() >>> 3);
            switch ((int) (tag.value() & 7)) {
                case 0 -> position = varint(start, file.size()).end();
                case 1 -> position = start + 8;
                case 5 -> position = start + 4;
                case 2 -> {
                    Varint length = varint(start, file.size());
                    if (length.value() < 0 || length.value() > file.size() - length.end()) {
                        throw truncated(length.end() + length.value());
                    }
                    position = length.end() + length.value();
                    hasGraph |= field == GRAPH;
                    if (field == METADATA) {
                        metadataBytes += length.value();
                        if (metadataBytes > MAX_METADATA_BYTES) {
                            throw new IOException("more than " + (MAX_METADATA_BYTES >> 20) + " MiB of metadata");
                        }
                        readEntry(length.end(), position);
                    }
                }
                default -> throw new IOException("not an ONNX model (byte " + position + " is no protobuf field)");
            }
            if (field == 0) {
                throw new IOException("not an ONNX model (field number 0 before byte " + start + ")");
            }
            if (position > file.size()) {
                throw truncated(position);
            }
        }
        if (!hasGraph) {
            throw new IOException("not an ONNX model, or a truncated one: it has no graph");
        }
    }

    private void readEntry(long from, long to) throws IOException {
        String key = "";
        String value = "";
        long valueOffset = -1;
        long position = from;
        while (position < to) {
            Varint tag = varint(position, to);
            if ((tag.value() & 7) != 2) {
                throw new IOException("not an ONNX model (unexpected metadata at byte " + position + ")");
            }
            Varint length = varint(tag.end(), to);
            if (length.value() < 0 || length.value() > to - length.end()) {
                throw new IOException("metadata at byte " + from + " is damaged");
            }
            position = length.end() + length.value();
            if (tag.value() >>> 3 == 1) {
                key = text(length.end(), (int) length.value());
            } else if (tag.value() >>> 3 == 2) {
                value = text(length.end(), (int) length.value());
                valueOffset = length.end();
            }
        }
        if (metadata.put(key, value) != null) {
            throw new IOException("metadata '" + key + "' is there twice");
        }
        if (key.equals(DIGEST_KEY) && value.matches("[0-9a-f]{" + DIGEST_DIGITS + "}")) {
            digestOffset = valueOffset;
        }
    }

    private String text(long position, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        file.read(position, bytes);
        return new String(bytes.array(), StandardCharsets.UTF_8);
    }

    private record Varint(long value, long end) {}

    private Varint varint(long position, long limit) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) Math.max(0, Math.min(10, limit - position)));
        file.read(position, bytes);
        long value = 0;
        for (int i = 0; i < bytes.limit(); i++) {
            byte b = bytes.get(i);
            value |= (long) (b & 0x7f) << (7 * i);
            if (b >= 0) {
                return new Varint(value, position + i + 1);
            }
        }
        throw limit - position < 10
                ? truncated(limit + 1)
                : new IOException("not an ONNX model (byte " + position + " is no protobuf number)");
    }

    private IOException truncated(long needed) {
        String wanted = needed > file.size() ? needed + " or more" : "more than a file can have";
        return new IOException(
                "the file is truncated or no ONNX model: it has " + file.size() + " bytes and needs " + wanted);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Random access to the bytes of a file, wherever they are. */
    interface Bytes {

        long size();

        /** Fills {@code target} up to its limit and leaves it rewound. */
        void read(long position, ByteBuffer target) throws IOException;

        static Bytes of(byte[] content) {
            return new Bytes() {
                @Override
                public long size() {
                    return content.length;
                }

                @Override
                public void read(long position, ByteBuffer target) {
                    target.put(content, Math.toIntExact(position), target.remaining())
                            .rewind();
                }
            };
        }

        static Bytes of(FileChannel channel) throws IOException {
            long size = channel.size();
            return new Bytes() {
                @Override
                public long size() {
                    return size;
                }

                @Override
                public void read(long position, ByteBuffer target) throws IOException {
                    long next = position;
                    while (target.hasRemaining()) {
                        int count = channel.read(target, next);
                        if (count < 0) {
                            throw new EOFException("the file became shorter while it was read");
                        }
                        next += count;
                    }
                    target.rewind();
                }
            };
        }
    }
}
