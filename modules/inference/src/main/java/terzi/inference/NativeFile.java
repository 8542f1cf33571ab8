package terzi.inference;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Files as native code sees them: it is given a text and opens the file of that name on disk. That is another file, or none,
 * for a path in a jar or in memory, and for a name whose bytes are not UTF-8.
 */
final class NativeFile {

    private static final Log log = Log.of(NativeFile.class);
    private static final long LARGEST_ARRAY = Integer.MAX_VALUE - 8;

    private NativeFile() {}

    /** Whether native code that is given {@code path.toString()} opens this file. */
    static boolean isReachable(Path path) {
        if (path.getFileSystem() != FileSystems.getDefault()) {
            return false;
        }
        String text = path.toString();
        try {
            if (!Path.of(text).equals(path)) {
                return false;
            }
        } catch (InvalidPathException e) {
            return false;
        }
        boolean isAscii = text.chars().allMatch(c -> c < 128);
        // JNI hands texts over as modified UTF-8, which writes emoji and the like in bytes that no file system knows
        boolean isBasic = text.chars().noneMatch(c -> Character.isSurrogate((char) c));
        boolean isWide = System.getProperty("os.name", "").startsWith("Windows");
        boolean isUtf8 = System.getProperty("sun.jnu.encoding", "").equalsIgnoreCase(StandardCharsets.UTF_8.name());
        return isAscii || isWide || (isUtf8 && isBasic);
    }

    /** The path for messages; one of another file system with that file system, as {@code jar:file:///app.jar!/a.onnx}. */
    static String name(Path path) {
        return path.getFileSystem() == FileSystems.getDefault()
                ? path.toString()
                : path.toUri().toString();
    }

    /** @throws ClassifierFileException when they are too many for an array */
    static byte[] bytes(Path path) throws IOException {
        long size = Files.size(path);
        if (size > LARGEST_ARRAY) {
            throw new ClassifierFileException(name(path) + ": has " + size + " bytes, and from another file system, or"
                    + " under a name that is not UTF-8, at most " + LARGEST_ARRAY
                    + " can be read; copy it to disk under a plain name");
        }
        return Files.readAllBytes(path);
    }

    /**
     * Copies a network and the files that it takes weights from into a new folder on disk.
     *
     * @param locations relative to the network, known to lie beside it or below
     * @return the copy of the network; its folder is to be deleted with {@link #delete}
     */
    static Path copy(Path network, Set<String> locations) throws IOException {
        Path folder = Files.createTempDirectory("terzi-network");
        try {
            Path source = Objects.requireNonNull(network.toRealPath().getParent());
            Path copy = Files.copy(network, folder.resolve("network.onnx"));
            for (String location : locations) {
                Path relative = Path.of(location);
                Path target = folder.resolve(relative).normalize();
                if (target.equals(copy) || !target.startsWith(folder)) {
                    throw new ClassifierFileException(
                            name(network) + ": takes weights from '" + location + "'; copy the network to disk");
                }
                Path place = folder;
                for (int i = 0; i < relative.getNameCount() - 1; i++) { // a/../w.bin needs the folder a
                    place = place.resolve(relative.getName(i));
                    Files.createDirectories(place);
                }
                if (!Files.exists(target)) {
                    Files.copy(source.resolve(location), target);
                }
            }
            return copy;
        } catch (IOException | RuntimeException e) {
            delete(folder);
            throw e;
        }
    }

    /** Deletes a folder and what is in it; what cannot be deleted is logged and stays. */
    static void delete(Path folder) {
        try (Stream<Path> walk = Files.walk(folder)) {
            List<Path> files = walk.sorted(Comparator.reverseOrder()).toList();
            for (Path file : files) {
                Files.delete(file);
            }
        } catch (IOException e) {
            log.warn("{} cannot be deleted: {}", folder, e.toString());
        }
    }
}
