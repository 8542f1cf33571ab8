package terzi.inference;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32C;
import terzi.files.WholeFile;

/**
 * A network as ONNX Runtime has optimised it, kept in a folder. What comes out depends on the network, on the version of
 * ONNX Runtime and on the instructions that the processor has, so all three are in the name. A file that is damaged, or that
 * cannot be written, costs time only.
 *
 * <p>The file is an ONNX model with one field more, at its end, that ONNX does not know: the CRC-32C of all bytes before,
 * and that of the original, whose SHA-256 was checked when this was written. An original with the same CRC-32C need not be
 * checked again: that takes a fifth of the time, and both protect from damage, not from people.
 */
final class GraphCache {

    private static final Log log = Log.of(GraphCache.class);

    /** Tag and length of the field 1000: 16 bytes. */
    private static final byte[] TRAILER = {(byte) 0xc2, 0x3e, 2 * Long.BYTES};

    private static final int TRAILER_BYTES = TRAILER.length + 2 * Long.BYTES;

    private final Path folder;
    private final Path file;
    private final long original;
    private final boolean isIntact;

    private GraphCache(Path folder, Path file, long original, boolean isIntact) {
        this.folder = folder;
        this.file = file;
        this.original = original;
        this.isIntact = isIntact;
    }

    /**
     * Looks whether the network is kept.
     *
     * @param digest that the file says it has
     * @return empty if native code cannot write into this folder; that is logged
     */
    static Optional<GraphCache> lookUp(Path folder, String digest, ModelEnvelope.Bytes content) throws IOException {
        return lookUp(folder, digest, content, Machine.current());
    }

    /** As {@link #lookUp(Path, String, ModelEnvelope.Bytes)}, on a machine. */
    static Optional<GraphCache> lookUp(Path folder, String digest, ModelEnvelope.Bytes content, Machine machine)
            throws IOException {
        if (!NativeFile.isReachable(folder)) {
            log.warn(
                    "the optimised network is not kept in {}: ONNX Runtime writes to the default file system only, to"
                            + " names in UTF-8; give another folder",
                    NativeFile.name(folder));
            return Optional.empty();
        }
        String key = ModelEnvelope.sha256((digest + "\n" + machine.text()).getBytes(StandardCharsets.UTF_8));
        Path file = folder.resolve(key.substring(0, 32) + ".onnx");
        long original = crc(content, content.size());
        return Optional.of(new GraphCache(folder, file, original, isIntact(file, original)));
    }

    /**
     * What an optimised network is made for.
     *
     * @param runtime version of ONNX Runtime
     * @param processor the instructions that the processor has
     */
    record Machine(String runtime, String system, String architecture, String processor) {

        static Machine current() {
            return new Machine(
                    OrtLibrary.environment().getVersion(),
                    System.getProperty("os.name"),
                    System.getProperty("os.arch"),
                    instructions());
        }

        private String text() {
            return runtime + "\n" + system + "\n" + architecture + "\n" + processor;
        }

        /** The instructions that the processor has, as the system tells. */
        private static String instructions() {
            try {
                List<String> lines = Files.readAllLines(Path.of("/proc/cpuinfo"));
                return lines.stream()
                        .filter(line -> line.startsWith("flags") || line.startsWith("Features"))
                        .findFirst()
                        .orElse("");
            } catch (IOException e) {
                return Optional.ofNullable(System.getenv("PROCESSOR_IDENTIFIER"))
                        .orElse("");
            }
        }
    }

    private static boolean isIntact(Path file, long original) {
        if (!Files.isRegularFile(file)) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(file)) {
            ModelEnvelope.Bytes bytes = ModelEnvelope.Bytes.of(channel);
            if (bytes.size() > TRAILER_BYTES) {
                long model = bytes.size() - TRAILER_BYTES;
                ByteBuffer trailer = ByteBuffer.allocate(TRAILER_BYTES);
                bytes.read(model, trailer);
                if (trailer.equals(trailer(crc(bytes, model), original))) {
                    return true;
                }
            }
            log.warn("{} is damaged, or of another file, and is made anew", file);
        } catch (IOException e) {
            log.warn("{} cannot be read and is made anew: {}", file, e.toString());
        }
        return false;
    }

    private static ByteBuffer trailer(long model, long original) {
        return ByteBuffer.allocate(TRAILER_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(TRAILER)
                .putLong(model)
                .putLong(original)
                .flip();
    }

    private static long crc(ModelEnvelope.Bytes bytes, long end) throws IOException {
        CRC32C crc = new CRC32C();
        ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(1 << 18, Math.max(1, end)));
        for (long position = 0; position < end; position += chunk.limit()) {
            chunk.clear().limit((int) Math.min(chunk.capacity(), end - position));
            bytes.read(position, chunk);
            crc.update(chunk.array(), 0, chunk.limit());
        }
        return crc.getValue();
    }

    /** Where the network is kept, or would be. */
    Path file() {
        return file;
    }

    /** Whether the same file was found intact when its network was kept. */
    boolean knowsOriginal() {
        return isIntact;
    }

    /** Opens the network that is kept, if it is. */
    Optional<OrtSession> open(OrtEnvironment environment, OrtSession.SessionOptions options) {
        if (!isIntact) {
            return Optional.empty();
        }
        try {
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.NO_OPT); // it was done
            return Optional.of(environment.createSession(file.toString(), options));
        } catch (OrtException e) {
            log.warn("{} is made anew: {}", file, e.getMessage());
            return Optional.empty();
        }
    }

    /**
     * Opens the network from where it is, and keeps what ONNX Runtime makes of it.
     *
     * @throws OrtException also where only the keeping failed, as on a full disk
     */
    OrtSession keep(OrtEnvironment environment, OrtSession.SessionOptions options, Sessions.Source source)
            throws OrtException {
        // not by createTempFile, whose files are the owner's alone whatever the umask says
        Path part = folder.resolve("new-" + UUID.randomUUID() + ".part");
        try {
            try {
                Files.createDirectories(folder);
                Files.createFile(part);
            } catch (IOException e) {
                log.warn("the optimised network is not kept: {}", e.toString());
                return source.open(environment, options);
            }
            options.setOptimizedModelFilePath(part.toString());
            OrtSession session = source.open(environment, options);
            try {
                seal(part);
                WholeFile.move(part, file);
            } catch (IOException e) {
                log.warn("the optimised network is not kept in {}: {}", file, e.toString());
            }
            return session;
        } finally {
            try {
                Files.deleteIfExists(part);
            } catch (IOException e) {
                log.debug("cannot delete {}", part, e);
            }
        }
    }

    private void seal(Path part) throws IOException {
        try (FileChannel channel = FileChannel.open(part, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long size = channel.size();
            ByteBuffer trailer = trailer(crc(ModelEnvelope.Bytes.of(channel), size), original);
            while (trailer.hasRemaining()) {
                channel.write(trailer, size + trailer.position());
            }
        }
    }
}
