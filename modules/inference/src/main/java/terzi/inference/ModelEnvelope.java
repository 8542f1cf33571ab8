package terzi.inference;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
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

    /** @throws IOException when the bytes are not an ONNX model or end early; the message begins lower-case, for a prefix */
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
        Protobuf protobuf = new Protobuf(file);
        boolean hasGraph = false;
        long metadataBytes = 0;
        for (long position = 0; position < file.size(); ) {
            Protobuf.Field field = protobuf.field(position, file.size());
            position = field.end();
            hasGraph |= field.isBytes() && field.number() == GRAPH;
            if (field.isBytes() && field.number() == METADATA) {
                metadataBytes += field.length();
                if (metadataBytes > MAX_METADATA_BYTES) {
                    throw new IOException("more than " + (MAX_METADATA_BYTES >> 20) + " MiB of metadata");
                }
                readEntry(protobuf, field);
            }
        }
        if (!hasGraph) {
            throw new IOException("not an ONNX model, or a truncated one: it has no graph");
        }
    }

    private void readEntry(Protobuf protobuf, Protobuf.Field entry) throws IOException {
        String key = "";
        String value = "";
        long valueOffset = -1;
        for (long position = entry.start(); position < entry.end(); ) {
            Protobuf.Field field = protobuf.field(position, entry.end());
            position = field.end();
            if (!field.isBytes()) {
                throw new IOException("not an ONNX model (unexpected metadata before byte " + position + ")");
            }
            if (field.number() == 1) {
                key = protobuf.text(field);
            } else if (field.number() == 2) {
                value = protobuf.text(field);
                valueOffset = field.start();
            }
        }
        if (metadata.put(key, value) != null) {
            throw new IOException("metadata '" + key + "' is there twice");
        }
        if (key.equals(DIGEST_KEY) && value.matches("[0-9a-f]{" + DIGEST_DIGITS + "}")) {
            digestOffset = valueOffset;
        }
    }

    /** SHA-256, as 64 lower-case hexadecimal digits. */
    static String sha256(byte[] bytes) {
        return HexFormat.of().formatHex(sha256().digest(bytes));
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
