package terzi.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The outermost layer of an ONNX file, written here byte by byte as protobuf's specification says. */
class EnvelopeTest {

    @TempDir
    Path folder;

    /** Key and value are fields 1 and 2 of field 14; the graph is field 7. */
    private static final class Writer {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Writer varint(long value) {
            long rest = value;
            while ((rest & ~0x7fL) != 0) {
                out.write((int) ((rest & 0x7f) | 0x80));
                rest >>>= 7;
            }
            out.write((int) rest);
            return this;
        }

        Writer bytes(int field, byte[] value) {
            varint((long) field << 3 | 2).varint(value.length);
            out.writeBytes(value);
            return this;
        }

        Writer entry(String key, String value) {
            return bytes(
                    14,
                    new Writer()
                            .bytes(1, key.getBytes(StandardCharsets.UTF_8))
                            .bytes(2, value.getBytes(StandardCharsets.UTF_8))
                            .toBytes());
        }

        Writer graph() {
            return bytes(7, new byte[] {10, 0});
        }

        byte[] toBytes() {
            return out.toByteArray();
        }
    }

    private static ModelEnvelope read(byte[] bytes) throws IOException {
        return ModelEnvelope.read(ModelEnvelope.Bytes.of(bytes));
    }

    private static void assertRefused(String part, byte[] bytes) {
        IOException e = assertThrows(IOException.class, () -> read(bytes));
        assertTrue(String.valueOf(e.getMessage()).contains(part), e.getMessage());
    }

    @Test
    void metadataIsReadInItsOrder() throws Exception {
        byte[] file = new Writer()
                .varint(8) // field 1, a number: the version
                .varint(300)
                .entry("b", "ü")
                .graph()
                .entry("a", "")
                .varint(9 << 3 | 1) // field 9, eight bytes
                .varint(0)
                .varint(0)
                .varint(0)
                .varint(0)
                .varint(0)
                .varint(0)
                .varint(0)
                .varint(0)
                .varint(11 << 3 | 5) // field 11, four bytes
                .varint(0)
                .varint(0)
                .varint(0)
                .varint(0)
                .entry("c", "last")
                .toBytes();
        ModelEnvelope envelope = read(file);
        assertEquals(List.of("b", "a", "c"), List.copyOf(envelope.metadata().keySet()));
        assertEquals(Map.of("b", "ü", "a", "", "c", "last"), envelope.metadata());
        assertEquals(-1, envelope.digestOffset());
    }

    @Test
    void whatIsNotAModelIsRefused() {
        assertRefused("the file is empty", new byte[0]);
        assertRefused("it has no graph", new Writer().entry("a", "b").toBytes());
        assertRefused("it has no graph", new Writer().varint(7 << 3).varint(1).toBytes()); // a number, no message
        assertRefused(
                "metadata 'a' is there twice",
                new Writer().graph().entry("a", "").entry("a", "").toBytes());
        assertRefused("field number 0", new byte[] {0, 0});
        assertRefused("is not a protobuf field", new byte[] {7 << 3 | 3});
        assertRefused(
                "unexpected metadata",
                new Writer().graph().bytes(14, new byte[] {8, 1}).toBytes());
        byte[] endless = new byte[11];
        Arrays.fill(endless, (byte) 0x80);
        assertRefused("is not a protobuf number", endless);
        // a length of 2^63, which is negative as a long
        assertRefused(
                "truncated",
                new Writer().varint(7 << 3 | 2).varint(Long.MIN_VALUE).toBytes());
        assertRefused(
                "needs 8 or more",
                Arrays.copyOf(new Writer().graph().bytes(15, new byte[2]).toBytes(), 7));
        // an entry that says it is longer than it is
        assertRefused(
                "a message ends at byte 8 and needs more",
                new Writer()
                        .graph()
                        .bytes(14, new byte[] {10, 5})
                        .entry("a", "")
                        .toBytes());
    }

    /** Field numbers end at 2^29 - 1. */
    @Test
    void fieldNumbersEndWhereProtobufEndsThem() throws Exception {
        long largest = (1L << 29) - 1;
        assertEquals(
                Map.of(),
                read(new Writer().graph().varint(largest << 3).varint(0).toBytes())
                        .metadata());
        assertRefused(
                "field number 536870912",
                new Writer().graph().varint(1L << 32).varint(0).toBytes());
    }

    @Test
    void onlyADigestOf64LowerCaseDigitsCounts() throws Exception {
        String digits = "0123456789abcdef".repeat(4);
        for (String value : List.of(
                digits, digits.toUpperCase(java.util.Locale.ROOT), digits + "0", "g" + digits.substring(1), "")) {
            byte[] file = new Writer()
                    .graph()
                    .entry("x", digits)
                    .entry(ModelEnvelope.DIGEST_KEY, value)
                    .toBytes();
            assertEquals(
                    value.equals(digits) ? file.length - 64 : -1, read(file).digestOffset(), value);
        }
    }

    /** The digest of a file is that of its bytes with the stored digits as zeros, wherever they lie. */
    @Property(tries = 40, seed = "20261130")
    void theDigestTakesItsOwnDigitsAsZeros(
            @ForAll @IntRange(min = -140, max = 20) int fromChunk, @ForAll @IntRange(min = 0, max = 100) int behind)
            throws Exception {
        String digits = "a".repeat(64);
        byte[] file = new Writer()
                .bytes(7, new byte[(1 << 16) + fromChunk])
                .entry(ModelEnvelope.DIGEST_KEY, digits)
                .bytes(3, new byte[behind])
                .toBytes();
        ModelEnvelope envelope = read(file);
        byte[] zeroed = file.clone();
        int at = new String(file, StandardCharsets.ISO_8859_1).indexOf(digits);
        Arrays.fill(zeroed, at, at + 64, (byte) '0');
        assertEquals(at, envelope.digestOffset());
        assertEquals(
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(zeroed)), envelope.digest());
    }

    /** A file of which only the beginning is not zero. */
    private static final class Mostly implements ModelEnvelope.Bytes {
        private final byte[] head;
        private final long size;

        Mostly(byte[] head, long size) {
            this.head = head;
            this.size = size;
        }

        @Override
        public long size() {
            return size;
        }

        @Override
        public void read(long position, ByteBuffer target) {
            int at = target.position();
            while (target.hasRemaining()) {
                long from = position + target.position() - at;
                target.put(from < head.length ? head[(int) from] : 0);
            }
            target.rewind();
        }
    }

    /** One entry that holds one large field, which is stepped over, between a graph before it and nothing behind. */
    private static ModelEnvelope.Bytes metadataOf(long bytes) {
        Writer inner = new Writer().varint(3 << 3 | 2);
        int tag = 1;
        long payload = bytes - tag - 4; // its length takes four bytes
        inner.varint(payload);
        byte[] head = new Writer().graph().varint(14 << 3 | 2).varint(bytes).toBytes();
        byte[] all = Arrays.copyOf(head, head.length + 5);
        System.arraycopy(inner.toBytes(), 0, all, head.length, 5);
        return new Mostly(all, head.length + bytes);
    }

    @Test
    void metadataEndsAt64Mib() throws Exception {
        assertEquals(Map.of("", ""), ModelEnvelope.read(metadataOf(64 << 20)).metadata());
        IOException e = assertThrows(IOException.class, () -> ModelEnvelope.read(metadataOf((64 << 20) + 1)));
        assertEquals("more than 64 MiB of metadata", e.getMessage());
    }

    private static byte[] nested(int graphs, boolean node) {
        byte[] graph = node ? new Writer().bytes(1, new byte[0]).toBytes() : new byte[0];
        for (int i = 1; i < graphs; i++) {
            byte[] attribute = new Writer().bytes(6, graph).toBytes();
            graph = new Writer()
                    .bytes(1, new Writer().bytes(5, attribute).toBytes())
                    .toBytes();
        }
        return new Writer().bytes(7, graph).toBytes();
    }

    /** Graph, node and attribute are a level each. */
    @Test
    void graphsInGraphsEndAtAHundredLevels() throws Exception {
        assertTrue(ExternalData.locations(ModelEnvelope.Bytes.of(nested(34, false)))
                .isEmpty());
        IOException e =
                assertThrows(IOException.class, () -> ExternalData.locations(ModelEnvelope.Bytes.of(nested(34, true))));
        assertTrue(String.valueOf(e.getMessage()).contains("more than 100 levels"), e.getMessage());
    }

    @Test
    void aFileThatBecomesShorterIsNoticed() throws Exception {
        Path file = Files.write(folder.resolve("a"), new byte[100]);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ModelEnvelope.Bytes bytes = ModelEnvelope.Bytes.of(channel);
            assertEquals(100, bytes.size());
            ByteBuffer target = ByteBuffer.allocate(10);
            bytes.read(90, target);
            assertEquals(0, target.position());
            channel.truncate(95);
            assertThrows(EOFException.class, () -> bytes.read(90, target));
        }
    }
}
