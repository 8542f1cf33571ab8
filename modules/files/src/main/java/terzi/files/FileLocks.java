package terzi.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Locks that admit one thread of one process at a time to a file or folder. The operating system releases the locks of
 * a killed process.
 */
public final class FileLocks {
    private static final Logger LOG = LoggerFactory.getLogger(FileLocks.class);

    /** File locks exclude other processes only; these exclude the other threads of this one. */
    private static final Map<Path, ReentrantLock> LOCKS = new ConcurrentHashMap<>();

    private static final Set<Path> CLAIMED = ConcurrentHashMap.newKeySet();

    /** The byte that a claim locks: behind everything, so that others can read who holds it on every system. */
    private static final long BEHIND = Long.MAX_VALUE - 1;

    private static final int LONGEST_HOLDER = 200;

    private FileLocks() {}

    /**
     * An action that runs while a lock is held.
     *
     * @param <T> type of the result
     */
    @FunctionalInterface
    public interface Work<T> {
        /**
         * Runs the action.
         *
         * @return the result of the action
         * @throws IOException if the action fails; the lock is released then too
         */
        T run() throws IOException;
    }

    /**
     * Runs an action under the lock of a file, after waiting for other threads and processes to release it. The lock is
     * a file of its own, {@code <name>.lock} in the same folder, which stays.
     *
     * @param <T> type of the result
     * @param file the file to protect, which may not exist yet; its folder is created if it is missing
     * @param work the action; it must not lock the same file again
     * @return the result of {@code work}
     * @throws IOException if the lock file cannot be created or locked, or if {@code work} throws it
     */
    public static <T> T holding(Path file, Work<T> work) throws IOException {
        Path target = file.toAbsolutePath().normalize();
        Files.createDirectories(Optional.ofNullable(target.getParent()).orElseThrow());
        ReentrantLock inProcess = LOCKS.computeIfAbsent(target, p -> new ReentrantLock());
        inProcess.lock();
        try (FileChannel channel = FileChannel.open(
                        target.resolveSibling(target.getFileName() + ".lock"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
                var lock = channel.lock()) {
            if (!lock.isValid()) {
                throw new IOException(target + " cannot be locked");
            }
            return work.run();
        } finally {
            inProcess.unlock();
        }
    }

    /** A lock file that only this process holds, until the claim is closed or the process ends. */
    public static final class Claim implements AutoCloseable {
        private final Path key;
        private final @Nullable FileChannel channel;

        private Claim(Path key, @Nullable FileChannel channel) {
            this.key = key;
            this.channel = channel;
        }

        /** Releases the lock and leaves the file; closing again has no effect. */
        @Override
        public void close() {
            if (CLAIMED.remove(key) && channel != null) {
                try {
                    channel.close(); // which drops the lock
                } catch (IOException e) {
                    LOG.warn("{} cannot be closed: {}", key, e.getMessage());
                }
            }
        }
    }

    /** Thrown when another process, or another part of this one, holds a lock file. */
    public static final class ClaimedException extends IOException {
        private static final long serialVersionUID = 1;

        /** Description of the holder. */
        private final String holder;

        private ClaimedException(Path file, String holder) {
            super(file + " is held by " + holder);
            this.holder = holder;
        }

        /** {@return a description of the holder, such as {@code process 4711, since 2026-11-30T07:20:25Z}} */
        public String holder() {
            return holder;
        }
    }

    /**
     * Claims a lock file without waiting. The file stays when the claim ends, since deleting it could delete the file
     * of the next claim. On a file system without locks only other parts of this process are kept out, and a warning is
     * logged.
     *
     * @param file the lock file, in a folder that exists; created if it is missing
     * @return the claim, to be closed when the work is done
     * @throws ClaimedException if another process, or another part of this one, holds the file
     * @throws IOException if the folder is missing or the file cannot be created
     */
    public static Claim claim(Path file) throws IOException {
        Path absolute = file.toAbsolutePath();
        Path key = Optional.ofNullable(absolute.getParent())
                .orElseThrow()
                .toRealPath()
                .resolve(String.valueOf(absolute.getFileName()));
        // first of all: a second channel to a file that this process has locked would drop the lock when it is closed
        if (!CLAIMED.add(key)) {
            throw new ClaimedException(
                    file,
                    "another part of this process, " + ProcessHandle.current().pid());
        }
        FileChannel channel = null;
        boolean claimed = false;
        try {
            channel =
                    FileChannel.open(key, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            if (!isLocked(channel, key)) {
                throw new ClaimedException(file, holder(channel));
            }
            String holder = "process " + ProcessHandle.current().pid() + ", since "
                    + Instant.now().truncatedTo(ChronoUnit.SECONDS);
            channel.truncate(0).write(ByteBuffer.wrap(holder.getBytes(StandardCharsets.UTF_8)), 0);
            claimed = true;
            return new Claim(key, channel);
        } finally {
            if (!claimed) {
                CLAIMED.remove(key);
                if (channel != null) {
                    channel.close();
                }
            }
        }
    }

    /** Locks; a file system without locks cannot keep others away, which is no reason not to work there. */
    private static boolean isLocked(FileChannel channel, Path file) {
        try {
            FileLock lock = channel.tryLock(BEHIND, 1, false);
            return lock != null;
        } catch (IOException unsupported) {
            LOG.warn(
                    "{} cannot be locked ({}); see to it that no other process works in this folder",
                    file,
                    unsupported.getMessage());
            return true;
        }
    }

    private static String holder(FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(LONGEST_HOLDER);
        channel.read(bytes, 0);
        String text = StandardCharsets.UTF_8.decode(bytes.flip()).toString().strip();
        return text.isEmpty() ? "another process" : text;
    }
}
