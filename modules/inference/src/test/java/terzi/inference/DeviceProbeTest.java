package terzi.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceProbeTest {

    @TempDir
    Path folder;

    private static final List<String> LINUX = List.of(
            "libcuda.so.1",
            "libcudart.so.12",
            "libcublas.so.12",
            "libcublasLt.so.12",
            "libcurand.so.10",
            "libcudnn.so.9",
            "libnvinfer.so.10",
            "libnvonnxparser.so.10");
    private static final List<String> WINDOWS = List.of(
            "nvcuda.dll",
            "cudart64_12.dll",
            "cublas64_12.dll",
            "cublasLt64_12.dll",
            "cufft64_11.dll",
            "cudnn64_9.dll",
            "nvinfer_10.dll",
            "nvonnxparser_10.dll");

    private DeviceProbe probe(String system, String loaderCache) {
        return new DeviceProbe(system, "amd64", Set.of(folder), loaderCache, provider -> true);
    }

    @ParameterizedTest
    @ValueSource(strings = {"linux", "windows 11"})
    void eachMissingLibraryIsNamedUntilNoneIsMissing(String system) throws Exception {
        List<String> libraries = system.equals("linux") ? LINUX : WINDOWS;
        DeviceProbe probe = probe(system, "");
        assertEquals(
                "not found: " + libraries.get(0) + " of the NVIDIA driver",
                probe.certainObstacle(Device.Kind.CUDA).orElseThrow());
        for (int i = 0; i < libraries.size(); i++) {
            String missing = probe.obstacle(Device.Kind.TENSORRT).orElseThrow();
            assertTrue(missing.contains(libraries.get(i)), missing);
            if (i > 0) {
                assertFalse(missing.contains(libraries.get(i - 1) + ","), missing);
            }
            assertEquals(i < 6, probe.obstacle(Device.Kind.CUDA).isPresent(), "without " + libraries.get(i));
            Files.createFile(folder.resolve(libraries.get(i)));
        }
        assertEquals(Optional.empty(), probe.obstacle(Device.Kind.TENSORRT));
        assertEquals(Optional.empty(), probe.obstacle(Device.Kind.CUDA));
    }

    @Test
    void whatTheLoaderKnowsCounts() {
        StringBuilder cache = new StringBuilder("ld.so-1.7.0");
        LINUX.forEach(library ->
                cache.append('\0').append(library).append("\0/opt/cuda/lib64/").append(library));
        assertEquals(Optional.empty(), probe("linux", cache + "\0").obstacle(Device.Kind.TENSORRT));
        String other = cache.toString().replace("libcudart.so.12", "libcudart.so.13");
        assertEquals(
                Optional.of("not found: libcudart.so.12"),
                probe("linux", other + "\0").obstacle(Device.Kind.CUDA));
    }

    @Test
    void aJarWithoutTheProviderAndAMachineThatHasNoneAreCertainObstacles() throws Exception {
        Files.createFile(folder.resolve("libcuda.so.1"));
        DeviceProbe cpuOnly = new DeviceProbe("linux", "amd64", Set.of(folder), "", provider -> {
            assertEquals("libonnxruntime_providers_tensorrt.so", provider);
            return false;
        });
        String jar = cpuOnly.certainObstacle(Device.Kind.TENSORRT).orElseThrow();
        assertTrue(jar.contains("use the artifact onnxruntime_gpu"), jar);
        DeviceProbe mac = new DeviceProbe("mac os x", "aarch64", Set.of(folder), "", provider -> true);
        assertTrue(mac.certainObstacle(Device.Kind.CUDA).orElseThrow().contains("x86-64 only"));
        assertEquals(Optional.empty(), mac.obstacle(Device.Kind.COREML));
        assertEquals(Optional.empty(), mac.obstacle(Device.Kind.WEBGPU));
        assertTrue(cpuOnly.obstacle(Device.Kind.COREML).orElseThrow().contains("Macs"));
        assertEquals(Optional.empty(), cpuOnly.obstacle(Device.Kind.CPU));
    }

    @Test
    void theProbeOfThisMachineTakesMillisecondsOnly() {
        DeviceProbe.ofThisMachine().obstacle(Device.Kind.TENSORRT);
        long start = System.nanoTime();
        for (int i = 0; i < 20; i++) {
            DeviceProbe.ofThisMachine().obstacle(Device.Kind.TENSORRT);
        }
        long each = (System.nanoTime() - start) / 20;
        assertTrue(each < 100_000_000, each + " ns");
    }

    @ParameterizedTest
    @ValueSource(strings = {"coreml", "webgpu", "tensorrt:1", "cuda:7"})
    void whatWasAskedForAndIsMissingIsAnErrorThatSaysWhatIsNeeded(String text) {
        Device device = Device.parse(text);
        Assumptions.assumeTrue(
                DeviceProbe.ofThisMachine().certainObstacle(device.kind()).isPresent(), "this machine has it");
        DeviceUnavailableException e = assertThrows(
                DeviceUnavailableException.class,
                () -> ImageClassifier.load(FormatOne.PATH, FormatOne.CPU.withDevice(device)));
        assertTrue(e.getMessage().startsWith(device + " was asked for"), e.getMessage());
        assertTrue(e.getMessage().contains("It needs " + DeviceProbe.needs(device.kind())), e.getMessage());
    }

    @Test
    void theFolderOfTheUnpackedLibraryIsReadFromTheMemoryMap() {
        assertEquals(
                Optional.of(Path.of("/tmp/onnxruntime-java123")),
                OrtLibrary.folderIn(List.of(
                        "7f00-7f01 r-xp 00000000 08:01 1 /usr/lib/libc.so.6",
                        "7f02-7f03 r-xp 00000000 08:01 2 /tmp/onnxruntime-java123/libonnxruntime.so")));
        assertEquals(
                Optional.empty(),
                OrtLibrary.folderIn(List.of("7f02-7f03 r-xp 00000000 08:01 2 /opt/ort/libonnxruntime.so")));
    }
}
