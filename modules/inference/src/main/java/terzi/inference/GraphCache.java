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
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Networks as ONNX Runtime has optimised them, kept in a folder. What comes out depends on the network, on the version of
 * ONNX Runtime and on the instructions that the processor has, so all three are in the name. A file that is damaged, or that
 * cannot be written, costs time only.
 *
 * <p>A file is the network followed by the CRC-32C of its bytes, eight bytes little-endian.
 */
final class GraphCache {

    private static final Logger log = LoggerFactory.getLogger(GraphCache.class);

    private final Path folder;
    private final Path file;

    /** @param digest of the network */
    GraphCache(Path folder, String digest, String version) {
        this.folder = folder;
        String machine = System.getProperty("os.name") + "\n" + System.getProperty("os.arch") + "\n" + processor();
        String key = ModelEnvelope.sha256((digest + "\n" + version + "\n" + machine).getBytes(StandardCharsets.UTF_8));
        this.file = folder.resolve(key.substring(0, 32) + ".graph");
    }

    /** The instructions that the processor has, as the system tells. */
    private static String processor() {
        try {
            List<String> lines = Files.readAllLines(Path.of("/proc/cpuinfo"));
            return lines.stream()
                    .filter(line -> line.startsWith("flags") || line.startsWith("Features"))
                    .findFirst()
                    .orElse("");
        } catch (IOException e) {
            return Optional.ofNullable(System.getenv("PROCESSOR_IDENTIFIER")).orElse("");
        }
    }

    /** Opens the network that is kept, if it is there and intact. */
    Optional<OrtSession> open(OrtEnvironment environment, OrtSession.SessionOptions options) {
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            ByteBuffer content = content();
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.NO_OPT);
            return Optional.of(environment.createSession(content, options));
        } catch (IOException | OrtException e) {
            log.warn("{} is not used and made anew: {}", file, e.getMessage());
            return Optional.empty();
        }
    }

    private ByteBuffer content() throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            long size = channel.size();
            if (size < Long.BYTES || size > Integer.MAX_VALUE) {
                throw new IOException("it has " + size + " bytes");
            }
            ByteBuffer all = ByteBuffer.allocateDirect((int) size).order(ByteOrder.LITTLE_ENDIAN);
            while (all.hasRemaining() && channel.read(all) >= 0) {
                // until it is full
            }
            all.flip().limit(Math.max(0, all.limit() - Long.BYTES));
            CRC32C crc = new CRC32C();
            crc.update(all);
            long stored = all.limit() + Long.BYTES <= all.capacity()
                    ? all.limit(all.limit() + Long.BYTES).getLong()
                    : -1;
            if (stored != crc.getValue()) {
                throw new IOException("it is damaged");
            }
            return all.flip().limit((int) size - Long.BYTES);
        }
    }

    /** Opens the network from where it is, and keeps what ONNX Runtime made of it. */
    OrtSession keep(OrtEnvironment environment, OrtSession.SessionOptions options, Sessions.Source source)
            throws OrtException {
        Path part;
        try {
            Files.createDirectories(folder);
            part = Files.createTempFile(folder, "new-", ".part");
        } catch (IOException e) {
            log.warn("the optimised network is not kept: {}", e.toString());
            return source.open(environment, options);
        }
        try {
            options.setOptimizedModelFilePath(part.toString());
            OrtSession session = source.open(environment, options);
            try {
                seal(part);
                Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
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

    private static void seal(Path part) throws IOException {
        CRC32C crc = new CRC32C();
        ByteBuffer chunk = ByteBuffer.allocateDirect(1 << 20);
        try (FileChannel channel = FileChannel.open(part, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            while (channel.read(chunk.clear()) >= 0) {
                crc.update(chunk.flip());
            }
            ByteBuffer checksum = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            checksum.putLong(crc.getValue()).flip();
            while (checksum.hasRemaining()) {
                channel.write(checksum);
            }
        }
    }
}
