package terzi.inference;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Tells whether CUDA can work here by looking for the files it needs. Asking ONNX Runtime would first unpack a library
 * of 600 MB and take seconds to fail, and its list of providers names CUDA even where there is no GPU.
 */
final class CudaProbe {

    /** What the CUDA provider of ONNX Runtime 1.28 is linked against. */
    static final String VERSIONS = "an NVIDIA driver (libcuda.so.1), CUDA 12 (libcudart.so.12, libcublas.so.12,"
            + " libcublasLt.so.12, libcurand.so.10) and cuDNN 9 (libcudnn.so.9)";

    private static final String DRIVER = "libcuda.so.1";
    private static final List<String> TOOLKIT =
            List.of("libcudart.so.12", "libcublas.so.12", "libcublasLt.so.12", "libcurand.so.10", "libcudnn.so.9");
    private static final String PROVIDER = "libonnxruntime_providers_cuda.so";

    private static final List<String> STANDARD_FOLDERS = List.of(
            "/usr/lib/x86_64-linux-gnu",
            "/usr/lib64",
            "/usr/lib",
            "/lib/x86_64-linux-gnu",
            "/lib64",
            "/usr/lib/wsl/lib",
            "/usr/local/cuda/lib64",
            "/usr/local/cuda/compat",
            "/usr/local/nvidia/lib",
            "/usr/local/nvidia/lib64",
            "/run/opengl-driver/lib");

    private CudaProbe() {}

    /** Why CUDA cannot work on this machine, or nothing when all it needs was found. */
    static Optional<String> obstacle() {
        Optional<String> hard = hardObstacle();
        if (hard.isPresent()) {
            return hard;
        }
        List<String> missing = missing(TOOLKIT, folders(), loaderCache());
        return missing.isEmpty() ? Optional.empty() : Optional.of("not found: " + String.join(", ", missing));
    }

    /**
     * The obstacles that cannot be a mistake of this probe: a machine with no driver, or a jar with no CUDA. The
     * toolkit may lie in a folder that only the dynamic linker knows.
     */
    static Optional<String> hardObstacle() {
        String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        String processor = System.getProperty("os.arch", "");
        if (system.contains("windows")) {
            boolean driver = Files.exists(Path.of(
                    Optional.ofNullable(System.getenv("SystemRoot")).orElse("C:\\Windows"), "System32", "nvcuda.dll"));
            return driver ? Optional.empty() : Optional.of("not found: nvcuda.dll of the NVIDIA driver");
        }
        if (!system.contains("linux") || !processor.equals("amd64")) {
            return Optional.of("the CUDA provider exists for Linux and Windows on x86-64 only, this is " + system
                    + " on " + processor);
        }
        if (!missing(List.of(DRIVER), folders(), loaderCache()).isEmpty()) {
            return Optional.of("not found: " + DRIVER + " of the NVIDIA driver");
        }
        if (!providerPresent()) {
            return Optional.of("the class path has the CPU-only onnxruntime; use the artifact onnxruntime_gpu instead");
        }
        return Optional.empty();
    }

    private static boolean providerPresent() {
        Optional<String> unpacked = Optional.ofNullable(System.getProperty("onnxruntime.native.path"));
        if (unpacked.isPresent() && Files.exists(Path.of(unpacked.get(), PROVIDER))) {
            return true;
        }
        return CudaProbe.class.getResource("/ai/onnxruntime/native/linux-x64/" + PROVIDER) != null;
    }

    static List<String> missing(List<String> libraries, Set<Path> folders, String loaderCache) {
        List<String> missing = new ArrayList<>();
        for (String library : libraries) {
            boolean found = loaderCache.contains("\0" + library + "\0")
                    || folders.stream().anyMatch(folder -> Files.exists(folder.resolve(library)));
            if (!found) {
                missing.add(library);
            }
        }
        return missing;
    }

    private static Set<Path> folders() {
        Set<String> names = new LinkedHashSet<>();
        Optional.ofNullable(System.getenv("LD_LIBRARY_PATH"))
                .ifPresent(paths -> names.addAll(List.of(paths.split(File.pathSeparator, -1))));
        names.addAll(List.of(System.getProperty("java.library.path", "").split(File.pathSeparator, -1)));
        names.addAll(STANDARD_FOLDERS);
        Set<Path> folders = new LinkedHashSet<>();
        for (String name : names) {
            try {
                if (!name.isBlank()) {
                    folders.add(Path.of(name));
                }
            } catch (InvalidPathException e) {
                // not a folder that a library could be found in
            }
        }
        return folders;
    }

    /** The dynamic linker's list of libraries: a binary file in which the names stand as zero-terminated strings. */
    private static String loaderCache() {
        try {
            return Files.readString(Path.of("/etc/ld.so.cache"), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }
}
