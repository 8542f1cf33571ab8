package terzi.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The machine that a figure belongs to.
 *
 * @param features processor features that change the speed of a network, in the kernel's spelling
 */
record Host(String cpu, int cores, List<String> features, long memoryMib, String os, String java) {

    private static final List<String> INTERESTING =
            List.of("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "avx_vnni", "amx_bf16", "asimd", "bf16", "i8mm");

    static Host here() {
        TreeSet<String> features =
                new TreeSet<>(List.of(field("/proc/cpuinfo", "flags", "").split(" ", -1)));
        features.addAll(List.of(field("/proc/cpuinfo", "Features", "").split(" ", -1)));
        features.retainAll(INTERESTING);
        String memory = field("/proc/meminfo", "MemTotal", "0 kB");
        return new Host(
                field("/proc/cpuinfo", "model name", System.getProperty("os.arch", "unknown")),
                Runtime.getRuntime().availableProcessors(),
                List.copyOf(features),
                Long.parseLong(memory.split(" ", -1)[0]) / 1024,
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                Runtime.version().toString());
    }

    /** Whether the processor multiplies bfloat16 itself; without, bf16 is emulated and slower than fp32. */
    boolean hasBf16() {
        return features.contains("avx512_bf16") || features.contains("amx_bf16") || features.contains("bf16");
    }

    /** The load average over the last minute; negative where the system has none. */
    static double loadAverage() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }

    /** The processor time that all threads of this process have used so far. */
    static double processCpuSeconds() {
        Duration used = ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
        return used.toNanos() / 1e9;
    }

    /** This process's resident set in MiB; NaN where the kernel does not tell. */
    static double rssMib() {
        String now = field("/proc/self/status", "VmRSS", "");
        return now.isEmpty() ? Double.NaN : Long.parseLong(now.split(" ", -1)[0]) / 1024.0;
    }

    /** This process's highest resident set so far in MiB; NaN where the kernel does not tell. */
    static double peakRssMib() {
        String peak = field("/proc/self/status", "VmHWM", "");
        return peak.isEmpty() ? Double.NaN : Long.parseLong(peak.split(" ", -1)[0]) / 1024.0;
    }

    private static String field(String file, String key, String otherwise) {
        try (Stream<String> lines = Files.lines(Path.of(file))) {
            return lines.map(line -> line.split(":", 2))
                    .filter(pair -> pair.length == 2 && pair[0].strip().equals(key))
                    .map(pair -> pair[1].strip())
                    .findFirst()
                    .orElse(otherwise);
        } catch (IOException notLinux) {
            return otherwise;
        }
    }
}
