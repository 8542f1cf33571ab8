package terzi.inference;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Filter;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** ONNX Runtime's native library: loaded once per JVM, quiet, and without its litter in the temporary folder. */
final class OrtLibrary {

    private static final Log log = Log.of(OrtLibrary.class);
    private static final Pattern UNPACKED = Pattern.compile("(/.*/onnxruntime-java[^/\\s]*)/lib[^/\\s]+\\.so$");

    private OrtLibrary() {}

    /** What loading came to: a JVM tries once, and later attempts would only say that a class is not initialised. */
    private static final class Loaded {
        private static final @Nullable OrtEnvironment ENVIRONMENT;
        private static final @Nullable Throwable FAILURE;

        static {
            OrtEnvironment environment = null;
            Throwable failure = null;
            // why a library could not be unpacked is only logged, with a stack trace; the failure shall say it instead
            java.util.logging.Logger logger = java.util.logging.Logger.getLogger("ai.onnxruntime.OnnxRuntime");
            Filter before = logger.getFilter();
            List<Throwable> logged = new ArrayList<>();
            logger.setFilter(record -> record.getThrown() == null || !logged.add(record.getThrown()));
            try {
                environment = load();
            } catch (RuntimeException | LinkageError e) {
                failure = e;
                logged.forEach(e::addSuppressed);
            } finally {
                logger.setFilter(before);
            }
            ENVIRONMENT = environment;
            FAILURE = failure;
        }

        private static OrtEnvironment load() {
            Optional<UnpackedFolders.Claim> claim =
                    UnpackedFolders.ofThisMachine().cleanAndClaim();
            // errors come as exceptions; what the native library would print besides would only clutter an app's
            // console
            OrtEnvironment environment =
                    OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "terzi");
            requireMethods();
            Optional<Path> staying = removeUnpackedFiles();
            claim.ifPresent(ours -> staying.ifPresentOrElse(ours::keep, ours::release));
            return environment;
        }

        /** The youngest of the methods that every call uses: an older version would load well and fail later. */
        private static void requireMethods() {
            try {
                OrtSession.class.getMethod("run", Map.class, Set.class, Map.class, OrtSession.RunOptions.class);
            } catch (NoSuchMethodException e) {
                throw (Error) new NoSuchMethodError(e.getMessage()).initCause(e);
            }
        }
    }

    /** @throws RuntimeUnavailableException when ONNX Runtime does not start here */
    static OrtEnvironment environment() {
        if (Loaded.ENVIRONMENT == null) {
            throw RuntimeDiagnosis.of(Objects.requireNonNull(Loaded.FAILURE));
        }
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
