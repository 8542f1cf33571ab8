package terzi.inference;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * Finds out why ONNX Runtime does not start, and what to do about it. Names none of its classes: they may be what is missing.
 */
final class RuntimeDiagnosis {

    private static final String PACKAGE = "ai/onnxruntime/";
    private static final String DEPENDENCY =
            "com.microsoft.onnxruntime:onnxruntime:1.28.0 (Linux x64 and ARM, Windows x64, macOS) or"
                    + " onnxruntime_gpu:1.28.0 (Linux x64 and Windows x64, with CUDA)";

    private RuntimeDiagnosis() {}

    /** Something that needs ONNX Runtime. */
    interface Work<T> {
        T run() throws IOException;
    }

    /** Runs the work; where ONNX Runtime's classes or libraries do not link, this tells why. */
    static <T> T during(Work<T> work) throws IOException {
        try {
            return work.run();
        } catch (LinkageError e) {
            throw of(e);
        }
    }

    /** @param failure what was thrown where ONNX Runtime was first used */
    static RuntimeUnavailableException of(Throwable failure) {
        Throwable cause = failure.getSuppressed().length > 0 ? failure.getSuppressed()[0] : cause(failure);
        return new RuntimeUnavailableException(message(cause, platform()), cause);
    }

    private static Throwable cause(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null
                && (cause instanceof ExceptionInInitializerError || cause.getClass() == RuntimeException.class)) {
            cause = cause.getCause();
        }
        return cause;
    }

    private static String message(Throwable cause, Optional<String> platform) {
        String text = String.valueOf(cause.getMessage());
        if (cause instanceof NoClassDefFoundError && !isInitialised(text)) {
            return text.startsWith(PACKAGE)
                    ? "ONNX Runtime is not on the class path (class " + text.replace('/', '.')
                            + " is missing): add the dependency " + DEPENDENCY
                    : "class " + text.replace('/', '.') + " is not on the class path: add the jar that has it;"
                            + " Maven and Gradle bring all that terzi-inference depends on";
        }
        if (cause instanceof IncompatibleClassChangeError) {
            return "ONNX Runtime " + version() + " on the class path does not fit, expected 1.20 or newer (" + text
                    + "): take the dependency " + DEPENDENCY
                    + ", and see with mvn dependency:tree what brings the other";
        }
        if (platform.isEmpty() || !hasLibrary(platform.get())) {
            return "ONNX Runtime " + version() + " on the class path has no native library for "
                    + System.getProperty("os.name") + " on " + System.getProperty("os.arch")
                    + ": add the dependency for it in place of the present one: " + DEPENDENCY;
        }
        return "ONNX Runtime " + version() + " cannot unpack and load its native library in the temporary folder "
                + System.getProperty("java.io.tmpdir") + " (" + reason(cause, text)
                + "). The folder must exist, be writable, have 30 MB"
                + " free and not be mounted noexec: name another one with -Djava.io.tmpdir=FOLDER"
                + missingLibrary(text);
    }

    private static boolean isInitialised(String text) {
        return text.startsWith("Could not initialize class");
    }

    /** What happened, without the names of files that nobody has seen. */
    private static String reason(Throwable cause, String text) {
        if (cause instanceof FileSystemException failure) {
            return Objects.requireNonNullElse(
                    failure.getReason(), failure.getClass().getSimpleName() + " " + failure.getFile());
        }
        return text.substring(text.startsWith("/") ? text.lastIndexOf(": ") + 1 : 0)
                .strip();
    }

    private static String missingLibrary(String text) {
        return text.contains("cannot open shared object") || text.contains("Error loading shared library")
                ? ". A library of the system is missing: ONNX Runtime needs glibc and libstdc++, which Alpine Linux lacks"
                : "";
    }

    private static boolean hasLibrary(String platform) {
        String name = platform.startsWith("win")
                ? "onnxruntime.dll"
                : platform.startsWith("osx") ? "libonnxruntime.dylib" : "libonnxruntime.so";
        return resource(PACKAGE + "native/" + platform + "/" + name)
                || System.getProperty("onnxruntime.native.path") != null;
    }

    private static boolean resource(String name) {
        ClassLoader loader = RuntimeDiagnosis.class.getClassLoader();
        return loader != null && loader.getResource(name) != null;
    }

    /** The folder that the jar keeps this platform's library in; empty for one that ONNX Runtime does not exist for. */
    private static Optional<String> platform() {
        String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        String processor = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        Optional<String> os = system.contains("mac") || system.contains("darwin")
                ? Optional.of("osx")
                : system.contains("win")
                        ? Optional.of("win")
                        : Optional.of("linux").filter(n -> system.contains("nux"));
        Optional<String> arch = processor.equals("amd64") || processor.equals("x86_64")
                ? Optional.of("x64")
                : Optional.of("aarch64").filter(processor::startsWith);
        return os.isEmpty() || arch.isEmpty() ? Optional.empty() : Optional.of(os.get() + "-" + arch.get());
    }

    /** What the manifest of the jar says. */
    private static String version() {
        try {
            Class<?> type =
                    Class.forName("ai.onnxruntime.OrtException", false, RuntimeDiagnosis.class.getClassLoader());
            return Optional.ofNullable(type.getPackage().getImplementationVersion())
                    .orElse("(of unknown version)");
        } catch (ClassNotFoundException | LinkageError e) {
            return "(of unknown version)";
        }
    }
}
