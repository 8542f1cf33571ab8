package terzi.files;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * The machine that a program runs on, as measurements name it.
 *
 * @param cpu name of the processor, or the architecture where the system does not tell
 * @param cores number of processors that this process may use
 * @param present number of processors of the system; as many as {@code cores} where it does not tell
 * @param features processor features that change the speed of a network, in the kernel's spelling; empty where the system does
 *     not tell
 * @param memoryBytes size of the memory in bytes; 0 where the system does not tell
 * @param system name and version of the operating system
 * @param java version of the Java runtime
 */
public record Machine(
        String cpu, int cores, int present, List<String> features, long memoryBytes, String system, String java) {
    private static final Path INFO = Path.of("/proc/cpuinfo");
    private static final List<String> FEATURES = List.of(
            "avx2",
            "fma",
            "f16c",
            "avx512f",
            "avx512_vnni",
            "avx_vnni",
            "avx512_bf16",
            "amx_bf16",
            "amx_int8",
            "asimd",
            "asimddp",
            "i8mm",
            "bf16",
            "sve",
            "hypervisor");

    /**
     * Copies the list.
     *
     * @param cpu name of the processor
     * @param cores number of processors that this process may use
     * @param present number of processors of the system
     * @param features processor features, in the kernel's spelling
     * @param memoryBytes size of the memory in bytes, or 0
     * @param system name and version of the operating system
     * @param java version of the Java runtime
     */
    public Machine {
        features = List.copyOf(features);
    }

    /** {@return this machine} */
    public static Machine here() {
        List<String> lines;
        try {
            lines = Files.readAllLines(INFO);
        } catch (IOException notLinux) {
            lines = List.of();
        }
        return of(lines, Runtime.getRuntime().availableProcessors());
    }

    /**
     * {@return a number of processors in words: {@code 1 core}, {@code 2 cores}}
     *
     * @param count 0 or more
     */
    public static String cores(int count) {
        return count + (count == 1 ? " core" : " cores");
    }

    /** @param lines of Linux's list of processors; none elsewhere */
    static Machine of(List<String> lines, int cores) {
        List<String> features = new ArrayList<>(FEATURES);
        features.retainAll(Stream.concat(values(lines, "flags"), values(lines, "Features"))
                .findFirst()
                .map(all -> Arrays.asList(all.split(" ", -1)))
                .orElse(List.of()));
        return new Machine(
                values(lines, "model name").findFirst().orElse(System.getProperty("os.arch", "unknown")),
                cores,
                Math.max(cores, (int) values(lines, "processor").count()),
                features,
                ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean bean
                        ? bean.getTotalMemorySize()
                        : 0,
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                Runtime.version().toString());
    }

    private static Stream<String> values(List<String> lines, String key) {
        return lines.stream()
                .map(line -> line.split(":", 2))
                .filter(parts -> parts.length == 2 && parts[0].strip().equals(key))
                .map(parts -> parts[1].strip());
    }

    /** {@return whether the processor multiplies bfloat16 numbers itself; otherwise they are slower than float32 in libtorch} */
    public boolean computesInBfloat16() {
        return features.contains("avx512_bf16") || features.contains("amx_bf16");
    }
}
