package terzi.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import terzi.files.Machine;

/**
 * The machine that a figure belongs to.
 *
 * @param features processor features that change the speed of a network, in the kernel's spelling
 */
record Host(String cpu, int cores, List<String> features, long memoryMib, String os, String java) {

    static Host here() {
        Machine machine = Machine.here();
        return new Host(
                machine.cpu(),
                machine.cores(),
                machine.features(),
                machine.memoryBytes() >> 20,
                machine.system(),
                machine.java());
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
        return statusMib("VmRSS");
    }

    /** This process's highest resident set so far in MiB; NaN where the kernel does not tell. */
    static double peakRssMib() {
        return statusMib("VmHWM");
    }

    private static double statusMib(String key) {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith(key + ":"))
                    .mapToDouble(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024.0)
                    .findFirst()
                    .orElse(Double.NaN);
        } catch (IOException notLinux) {
            return Double.NaN;
        }
    }
}
