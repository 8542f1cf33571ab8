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
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import terzi.files.Sha256;
import terzi.files.WholeFile;

/**
 * What a frozen network gave for images, on disk: one small file for each (frozen network and preprocessing, view,
 * image), found by SHA-256 digests of all three, so that a changed weight, setting or image is a different entry.
 *
 * <p>Entries are written in a folder of their own and moved to their place; a damaged one counts as missing. Several runs may
 * share a cache. What a killed one left half written is removed by the next.
 */
public final class FeatureCache {
    private static final byte[] MAGIC = "TERZIFC1".getBytes(StandardCharsets.US_ASCII);
    private static final int DIGEST_BYTES = 32;
    private static final int HEADER = MAGIC.length + DIGEST_BYTES;

    /** Tells apart what the runs of one process write at the same time. */
    private static final AtomicLong PARTS = new AtomicLong();

    private static final String PART = ".part";
    private static final Pattern NAME = Pattern.compile("(\\d{1,18})-\\d+\\.part");

    private final Path folder;

    /** @param cache the folder that Terzi keeps fetched and computed things in; the entries lie in {@code features} */
    public FeatureCache(Path cache) {
        this.folder = cache.resolve("features");
    }

    /** {@return the folder of the entries; it need not exist yet} */
    public Path folder() {
        return folder;
    }

    /**
     * The place of an entry.
     *
     * @param frozen digest of the network's part and the preprocessing
     * @param view digest of what was done to the image
     * @param image digest of its content
     */
    record Key(String frozen, String view, String image) {}

    private Path file(Key key) {
        return folder.resolve(key.frozen().substring(0, 32))
                .resolve(key.view().substring(0, 16))
                .resolve(key.image().substring(0, 40));
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
        Path part = parts().resolve(ProcessHandle.current().pid() + "-" + PARTS.incrementAndGet() + PART);
        ByteBuffer bytes = ByteBuffer.allocate(HEADER + payload.length);
        bytes.put(MAGIC).put(digest(ByteBuffer.wrap(payload))).put(payload);
        try {
            Files.createDirectories(file.getParent());
            Files.createDirectories(parts());
            Files.write(part, bytes.array());
            WholeFile.move(part, file);
        } catch (IOException e) {
            throw new IOException(
                    "cannot write to the feature cache " + folder + ": " + e.getMessage()
                            + "; free some space, clear the cache, or choose another cache folder",
                    e);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private Path parts() {
        return folder.resolve(".writing");
    }

    /** Removes what processes that are gone left half written; what a living one writes stays. */
    void removeLeftovers() throws IOException {
        if (!Files.isDirectory(parts())) {
            return;
        }
        List<Path> all;
        try (Stream<Path> files = Files.list(parts())) {
            all = files.toList();
        }
        for (Path part : all) {
            if (isLeft(part)) {
                Files.deleteIfExists(part);
            }
        }
    }

    /** A process of the same number that began after the file was written is another one. */
    private static boolean isLeft(Path part) throws IOException {
        Matcher name = NAME.matcher(String.valueOf(part.getFileName()));
        if (!name.matches()) {
            return false;
        }
        Optional<Instant> began = ProcessHandle.of(Long.parseLong(name.group(1)))
                .filter(ProcessHandle::isAlive)
                .map(process -> process.info().startInstant().orElse(Instant.MIN));
        try {
            return began.isEmpty()
                    || began.get()
                            .isAfter(Files.getLastModifiedTime(part).toInstant().plusSeconds(1));
        } catch (NoSuchFileException done) {
            return false;
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

    /**
     * Adds up the entries.
     *
     * @return bytes of all entries
     * @throws IOException if the folder cannot be read
     */
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

    /**
     * Removes all entries. Runs that use them compute what they miss anew.
     *
     * @throws IOException if an entry cannot be removed
     */
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
