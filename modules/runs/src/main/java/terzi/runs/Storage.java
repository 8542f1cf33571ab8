package terzi.runs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import terzi.files.Cache;

/** What {@code terzi doctor} finds out about files: datasets at hand, caches, room on the disk. */
final class Storage {
    private static final long LITTLE_ROOM = 2_000_000_000L;
    private static final int MANY_LEFTOVERS = 100;

    private Storage() {}

    static Finding dataSets() {
        Path debian = Path.of("/usr/share/datasets/fashion-mnist");
        return Files.isDirectory(debian)
                ? Finding.ok("datasets", "fashion-mnist in " + debian)
                : Finding.ok("datasets", "fashion-mnist is not installed; it is downloaded when it is first named");
    }

    static Finding caches() throws IOException {
        List<String> parts = new ArrayList<>();
        Path libtorch = directory("ENGINE_CACHE_DIR")
                .or(() -> directory("DJL_CACHE_DIR"))
                .orElse(Path.of(System.getProperty("user.home"), ".djl.ai"));
        parts.add(
                "libtorch " + libtorch + " " + (Files.isDirectory(libtorch) ? Sizes.text(size(libtorch)) : "(empty)"));
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        long leftovers = leftovers(temporary);
        String detail = String.join("; ", parts);
        return leftovers > MANY_LEFTOVERS
                ? Finding.warn(
                        "caches",
                        detail + "; " + leftovers + " folders of ONNX Runtime's libraries in " + temporary
                                + ", left behind by killed programs that use it without terzi-inference",
                        "delete " + temporary + "/onnxruntime-java* while nothing runs")
                : Finding.ok("caches", detail);
    }

    /**
     * The folder for what is computed once, with a file written to it for a test: otherwise the first image would show that it
     * cannot be used.
     */
    static Path usableCache() throws IOException {
        Path folder = Cache.folder();
        try {
            Files.createDirectories(folder);
            Path file = folder.resolve("." + UUID.randomUUID() + ".part");
            try {
                Files.write(file, new byte[1]);
            } finally {
                Files.deleteIfExists(file);
            }
            return folder;
        } catch (IOException e) {
            throw new IOException(
                    "cannot keep features in " + folder + " (" + Causes.describe(e)
                            + "); name a folder that can be written to with the environment variable TERZI_CACHE",
                    e);
        }
    }

    static Finding disk() throws IOException {
        Path here = Path.of("").toAbsolutePath();
        FileStore store = Files.getFileStore(here);
        String detail =
                Sizes.text(store.getUsableSpace()) + " free of " + Sizes.text(store.getTotalSpace()) + " in " + here;
        if (!Files.isWritable(here)) {
            return Finding.warn(
                    "disk",
                    detail + ", which is read-only",
                    "choose a folder for runs that can be written to, with withRunsFolder(...)");
        }
        return store.getUsableSpace() < LITTLE_ROOM
                ? Finding.warn("disk", detail, "libtorch unpacks to 0.5 GB and a run takes up to 1 GB: free some room")
                : Finding.ok("disk", detail);
    }

    private static Optional<Path> directory(String variable) {
        return Optional.ofNullable(System.getenv(variable))
                .filter(value -> !value.isBlank())
                .map(Path::of);
    }

    private static long size(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(Storage::sizeOfFile)
                    .sum();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static long sizeOfFile(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            return 0; // deleted in between
        }
    }

    /** Folders that hold libraries; ONNX Runtime leaves an empty one behind after an orderly end. */
    static long leftovers(Path temporary) throws IOException {
        try (Stream<Path> files = Files.list(temporary)) {
            return files.filter(file -> file.getFileName().toString().startsWith("onnxruntime-java"))
                    .filter(Storage::holdsFiles)
                    .count();
        }
    }

    private static boolean holdsFiles(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.findAny().isPresent();
        } catch (IOException e) {
            return false; // another user's, or deleted in between
        }
    }
}
