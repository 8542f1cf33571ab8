package terzi.training.finetune;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import terzi.vision.download.Sha256;

/**
 * What a frozen network gave for pictures, on disk: one small file for each (frozen network and preprocessing, view,
 * picture), found by SHA-256 digests of all three, so that a changed weight, setting or picture is a different entry.
 *
 * <p>Entries are written beside their place and moved there; a damaged one counts as missing. Several runs may share a
 * cache.
 */
public final class FeatureCache {
    private static final byte[] MAGIC = "TERZIFC1".getBytes(StandardCharsets.US_ASCII);
    private static final int DIGEST_BYTES = 32;
    private static final int HEADER = MAGIC.length + DIGEST_BYTES;

    /** Tells apart what the runs of one process write at the same time. */
    private static final AtomicLong PARTS = new AtomicLong();

    private final Path folder;

    /** @param cache the folder that Terzi keeps fetched and computed things in; the entries lie in {@code features} */
    public FeatureCache(Path cache) {
        this.folder = cache.resolve("features");
    }

    /** Where the entries lie; need not exist yet. */
    public Path folder() {
        return folder;
    }

    /**
     * The place of an entry.
     *
     * @param frozen digest of the network's part and the preprocessing
     * @param view digest of what was done to the picture
     * @param picture digest of its content
     */
    record Key(String frozen, String view, String picture) {}

    private Path file(Key key) {
        return folder.resolve(key.frozen().substring(0, 32))
                .resolve(key.view().substring(0, 16))
                .resolve(key.picture().substring(0, 40));
    }

    /** Whether there is an entry of this length; its content is checked when it is read. */
    boolean has(Key key, int bytes) throws IOException {
        Path file = file(key);
        return Files.isRegularFile(file) && Files.size(file) == HEADER + (long) bytes;
    }

    /** The entry; empty when it is missing, of another length or damaged. */
    Optional<byte[]> read(Key key, int bytes) throws IOException {
        byte[] all;
        try {
            all = Files.readAllBytes(file(key));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        boolean whole = all.length == HEADER + bytes
                && Arrays.equals(all, 0, MAGIC.length, MAGIC, 0, MAGIC.length)
                && Arrays.equals(
                        digest(ByteBuffer.wrap(all, HEADER, bytes)), Arrays.copyOfRange(all, MAGIC.length, HEADER));
        return whole ? Optional.of(Arrays.copyOfRange(all, HEADER, all.length)) : Optional.empty();
    }

    void write(Key key, byte[] payload) throws IOException {
        Path file = file(key);
        Path part = file.resolveSibling("." + file.getFileName() + "."
                + ProcessHandle.current().pid() + "-" + PARTS.incrementAndGet() + ".part");
        ByteBuffer bytes = ByteBuffer.allocate(HEADER + payload.length);
        bytes.put(MAGIC).put(digest(ByteBuffer.wrap(payload))).put(payload);
        try {
            Files.createDirectories(file.getParent());
            Files.write(part, bytes.array());
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new IOException(
                    "cannot write to the feature cache " + folder + ": " + e.getMessage()
                            + "; free some space, clear the cache, or choose another cache folder",
                    e);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    void remove(Key key) throws IOException {
        Files.deleteIfExists(file(key));
    }

    private static byte[] digest(ByteBuffer payload) {
        MessageDigest digest = Sha256.start();
        digest.update(payload);
        return digest.digest();
    }

    /** Bytes of all entries. */
    public long sizeBytes() throws IOException {
        long[] sum = new long[1];
        walk(new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                sum[0] += attributes.size();
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException gone) {
                return FileVisitResult.CONTINUE;
            }
        });
        return sum[0];
    }

    /** Removes all entries. Runs that use them compute what they miss anew. */
    public void clear() throws IOException {
        walk(new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
                    throws IOException {
                try {
                    Files.deleteIfExists(directory);
                } catch (DirectoryNotEmptyException e) {
                    // another run has just written here
                    return FileVisitResult.CONTINUE;
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private void walk(SimpleFileVisitor<Path> visitor) throws IOException {
        if (Files.isDirectory(folder)) {
            Files.walkFileTree(folder, visitor);
        }
    }
}
