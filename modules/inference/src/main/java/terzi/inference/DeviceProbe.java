package terzi.inference;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtProvider;
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
import java.util.function.Predicate;

/**
 * Tells whether a device can work here by looking for the files it needs. Asking ONNX Runtime would first unpack a library
 * of 600 MB and take seconds to fail, and its list of providers names CUDA even where there is no GPU.
 *
 * @param system {@code os.name} in lower case
 * @param processor {@code os.arch}
 * @param folders where the dynamic linker looks
 * @param loaderCache the names of the libraries that it knows besides, each between zeros
 * @param hasProvider whether a provider's library is in the jar, or unpacked already
 */
record DeviceProbe(
        String system, String processor, Set<Path> folders, String loaderCache, Predicate<String> hasProvider) {

    private static final List<String> LINUX_CUDA =
            List.of("libcudart.so.12", "libcublas.so.12", "libcublasLt.so.12", "libcurand.so.10", "libcudnn.so.9");
    private static final List<String> LINUX_TENSORRT = List.of("libnvinfer.so.10", "libnvonnxparser.so.10");
    private static final List<String> WINDOWS_CUDA =
            List.of("cudart64_12.dll", "cublas64_12.dll", "cublasLt64_12.dll", "cufft64_11.dll", "cudnn64_9.dll");
    private static final List<String> WINDOWS_TENSORRT = List.of("nvinfer_10.dll", "nvonnxparser_10.dll");

    private static final List<String> LINUX_FOLDERS = List.of(
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
            "/usr/local/tensorrt/lib",
            "/run/opengl-driver/lib");

    static DeviceProbe ofThisMachine() {
        String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        return new DeviceProbe(
                system, System.getProperty("os.arch", ""), folders(system), librariesOfLoader(), DeviceProbe::isInJar);
    }

    /** What ONNX Runtime 1.28 is linked against. */
    static String needs(Device.Kind kind) {
        String cuda = "an NVIDIA driver (libcuda.so.1), CUDA 12 (libcudart.so.12, libcublas.so.12, libcublasLt.so.12,"
                + " libcurand.so.10) and cuDNN 9 (libcudnn.so.9)";
        return switch (kind) {
            case CUDA -> cuda;
            case TENSORRT -> cuda + ", and TensorRT 10 (libnvinfer.so.10, libnvonnxparser.so.10)";
            case COREML, WEBGPU ->
                "a Mac with Apple's processor and the artifact com.microsoft.onnxruntime:onnxruntime";
            case AUTO, CPU -> "nothing";
        };
    }

    /** Why a device cannot work on this machine, or nothing when all it needs was found. */
    Optional<String> obstacle(Device.Kind kind) {
        Optional<String> certain = certainObstacle(kind);
        if (certain.isPresent() || !isNvidia(kind)) {
            return certain;
        }
        List<String> wanted = new ArrayList<>(isWindows() ? WINDOWS_CUDA : LINUX_CUDA);
        if (kind == Device.Kind.TENSORRT) {
            wanted.addAll(isWindows() ? WINDOWS_TENSORRT : LINUX_TENSORRT);
        }
        List<String> missing = missing(wanted);
        return missing.isEmpty() ? Optional.empty() : Optional.of("not found: " + String.join(", ", missing));
    }

    /**
     * The obstacles that cannot be a mistake of this probe: a machine with no driver, or a jar without the provider. CUDA
     * itself may lie in a folder that only the dynamic linker knows.
     */
    Optional<String> certainObstacle(Device.Kind kind) {
        if (kind == Device.Kind.COREML || kind == Device.Kind.WEBGPU) {
            return system.contains("mac") && processor.equals("aarch64")
                    ? Optional.empty()
                    : Optional.of(
                            "it exists for Macs with Apple's processor only, this is " + system + " on " + processor);
        }
        if (!isNvidia(kind)) {
            return Optional.empty();
        }
        if (!processor.equals("amd64") || !(isWindows() || system.contains("linux"))) {
            return Optional.of(
                    "it exists for Linux and Windows on x86-64 only, this is " + system + " on " + processor);
        }
        String driver = isWindows() ? "nvcuda.dll" : "libcuda.so.1";
        if (!missing(List.of(driver)).isEmpty()) {
            return Optional.of("not found: " + driver + " of the NVIDIA driver");
        }
        String provider = "onnxruntime_providers_" + kind.name().toLowerCase(Locale.ROOT);
        if (!hasProvider.test(isWindows() ? provider + ".dll" : "lib" + provider + ".so")) {
            return Optional.of("the class path has the CPU-only onnxruntime; use the artifact onnxruntime_gpu instead");
        }
        return Optional.empty();
    }

    /** Whether a provider that needs no library of its own was compiled in. */
    static boolean isCompiledIn(Device.Kind kind) {
        OrtLibrary.environment(); // tells in words when the library does not load
        Set<OrtProvider> providers = OrtEnvironment.getAvailableProviders();
        return providers.contains(kind == Device.Kind.COREML ? OrtProvider.CORE_ML : OrtProvider.WEBGPU);
    }

    private static boolean isNvidia(Device.Kind kind) {
        return kind == Device.Kind.CUDA || kind == Device.Kind.TENSORRT;
    }

    private boolean isWindows() {
        return system.contains("windows");
    }

    private List<String> missing(List<String> libraries) {
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

    private static boolean isInJar(String provider) {
        Optional<String> unpacked = Optional.ofNullable(System.getProperty("onnxruntime.native.path"));
        if (unpacked.isPresent() && Files.exists(Path.of(unpacked.get(), provider))) {
            return true;
        }
        String folder = provider.endsWith(".dll") ? "win-x64" : "linux-x64";
        ClassLoader loader = DeviceProbe.class.getClassLoader();
        return loader != null && loader.getResource("ai/onnxruntime/native/" + folder + "/" + provider) != null;
    }

    private static Set<Path> folders(String system) {
        Set<String> names = new LinkedHashSet<>();
        boolean isWindows = system.contains("windows");
        Optional.ofNullable(System.getenv(isWindows ? "PATH" : "LD_LIBRARY_PATH"))
                .ifPresent(paths -> names.addAll(List.of(paths.split(File.pathSeparator, -1))));
        names.addAll(List.of(System.getProperty("java.library.path", "").split(File.pathSeparator, -1)));
        if (isWindows) {
            names.add(Optional.ofNullable(System.getenv("SystemRoot")).orElse("C:\\Windows") + "\\System32");
        } else {
            names.addAll(LINUX_FOLDERS);
        }
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
    private static String librariesOfLoader() {
        try {
            return Files.readString(Path.of("/etc/ld.so.cache"), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }
}
