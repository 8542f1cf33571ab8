package terzi.inference;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtLoggingLevel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** ONNX Runtime's native library: loaded once per JVM, quiet, and without its litter in the temporary folder. */
final class OrtLibrary {

    private static final Logger log = LoggerFactory.getLogger(OrtLibrary.class);
    private static final Pattern UNPACKED = Pattern.compile("(/.*/onnxruntime-java[^/\\s]*)/lib[^/\\s]+\\.so$");

    private OrtLibrary() {}

    private static final class Loaded {
        // errors come as exceptions; what the native library would print besides would only clutter an app's console
        static final OrtEnvironment ENVIRONMENT = load();

        private static OrtEnvironment load() {
            Optional<UnpackedFolders.Claim> claim =
                    UnpackedFolders.ofThisMachine().cleanAndClaim();
            OrtEnvironment environment =
                    OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "terzi");
            Optional<Path> staying = removeUnpackedFiles();
            claim.ifPresent(ours -> staying.ifPresentOrElse(ours::keep, ours::release));
            return environment;
        }
    }

    static OrtEnvironment environment() {
        return Loaded.ENVIRONMENT;
    }

    /**
     * ONNX Runtime unpacks its libraries into a new temporary folder, which stays behind: empty after an orderly end, 27
     * MB after a crash. Linux lets go of a loaded library's file, so it is deleted at once. The folder itself has to stay
     * only where the CUDA provider may be unpacked into it later.
     *
     * @return the folder, if it stays
     */
    private static Optional<Path> removeUnpackedFiles() {
        Optional<Path> folder = unpackedFolder();
        if (folder.isEmpty()) {
            return folder;
        }
        try (Stream<Path> files = Files.list(folder.get())) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
            if (DeviceProbe.ofThisMachine().certainObstacle(Device.Kind.CUDA).isPresent()) {
                Files.delete(folder.get());
                return Optional.empty();
            }
        } catch (IOException | UncheckedIOException e) {
            log.debug("could not remove the unpacked libraries in {}", folder.get(), e);
        }
        return folder;
    }

    /** The folder that this very process loaded the library from, as the kernel tells: never another JVM's. */
    private static Optional<Path> unpackedFolder() {
        try {
            return folderIn(Files.readAllLines(Path.of("/proc/self/maps")));
        } catch (IOException | UncheckedIOException e) {
            return Optional.empty(); // not Linux
        }
    }

    static Optional<Path> folderIn(List<String> maps) {
        for (String line : maps) {
            Matcher matcher = UNPACKED.matcher(line);
            if (matcher.find()) {
                return Optional.of(Path.of(matcher.group(1)));
            }
        }
        return Optional.empty();
    }
}
