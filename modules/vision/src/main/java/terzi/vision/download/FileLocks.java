package terzi.backbones;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/** Lets one thread of one process at a time make a file. */
final class FileLocks {
    /** File locks exclude other processes only; these exclude the other threads of this one. */
    private static final Map<Path, ReentrantLock> LOCKS = new ConcurrentHashMap<>();

    private FileLocks() {}

    /** What is done under the lock. */
    @FunctionalInterface
    interface Work<T> {
        T run() throws IOException;
    }

    /** Waits until nobody else works on the file; its folder is made if it is missing. */
    static <T> T holding(Path file, Work<T> work) throws IOException {
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
}
