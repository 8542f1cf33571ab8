package terzi.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import terzi.bench.BenchReport.Host;
import terzi.files.Machine;

/** Watches the machine while something is measured on it. What a system does not tell is left out. */
final class Surroundings {
    private static final int WORK = 3_000_000;

    private final double loadBefore;
    private final CpuTime before;
    private double fastest = Double.MAX_VALUE;
    private double slowest;
    private long work;

    private Surroundings() {
        loadBefore = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        before = CpuTime.read();
        for (int i = 0; i < 20; i++) {
            work ^= fixedWork(); // until it is compiled
        }
    }

    static Surroundings watch() {
        return new Surroundings();
    }

    /** Times a fixed piece of work; to be called now and then while nothing else is measured. */
    void probe() {
        double least = Double.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            long start = System.nanoTime();
            work ^= fixedWork();
            least = Math.min(least, (double) (System.nanoTime() - start));
        }
        fastest = Math.min(fastest, least);
        slowest = Math.max(slowest, least);
    }

    /** @return what nobody needs, so that the work is done */
    private static long fixedWork() {
        long x = 1;
        for (int i = 0; i < WORK; i++) {
            x = x * 6364136223846793005L + 1442695040888963407L;
        }
        return x;
    }

    /** @param own processor time of everything that was part of the measurement, this process included */
    Host describe(Duration own) {
        CpuTime after = CpuTime.read();
        Machine machine = Machine.here();
        return new Host(
                machine.cpu(),
                machine.features(),
                machine.cores(),
                quota(),
                line(Path.of("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")),
                machine.memoryBytes() >> 20,
                machine.system(),
                machine.java(),
                loadBefore,
                after.othersShareSince(before, own),
                after.stolenShareSince(before),
                slowest > 0 && work != 1 ? slowest / fastest - 1 : 0,
                hottest());
    }

    /** The share of processors that a container may use, cgroup version 2 or 1. */
    private static Optional<Double> quota() {
        Optional<Double> second = line(Path.of("/sys/fs/cgroup/cpu.max"))
                .map(text -> text.split(" ", -1))
                .filter(parts -> parts.length == 2 && !parts[0].equals("max"))
                .map(parts -> Double.parseDouble(parts[0]) / Double.parseDouble(parts[1]));
        return second.or(() -> line(Path.of("/sys/fs/cgroup/cpu/cpu.cfs_quota_us"))
                .map(Double::parseDouble)
                .filter(quota -> quota > 0)
                .map(quota -> quota
                        / line(Path.of("/sys/fs/cgroup/cpu/cpu.cfs_period_us"))
                                .map(Double::parseDouble)
                                .orElse(100_000.0)));
    }

    private static Optional<Double> hottest() {
        List<Double> degrees = new ArrayList<>();
        try (Stream<Path> zones = Files.list(Path.of("/sys/class/thermal"))) {
            zones.map(zone -> zone.resolve("temp"))
                    .flatMap(file -> line(file).stream())
                    .forEach(text -> degrees.add(Double.parseDouble(text) / 1000));
        } catch (IOException | UncheckedIOException | NumberFormatException e) {
            return Optional.empty();
        }
        return degrees.stream().max(Double::compare);
    }

    private static Optional<String> line(Path file) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.findFirst();
        } catch (IOException | UncheckedIOException e) {
            return Optional.empty();
        }
    }
}
