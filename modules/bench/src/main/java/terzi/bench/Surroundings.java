package terzi.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import terzi.bench.BenchReport.Host;

/** Watches the machine while something is measured on it. What a system does not tell is left out. */
final class Surroundings {
    private static final List<String> FEATURES = List.of(
            "avx2",
            "fma",
            "avx512f",
            "avx512_vnni",
            "avx512_bf16",
            "avx_vnni",
            "amx_bf16",
            "amx_int8",
            "asimd",
            "bf16",
            "i8mm",
            "hypervisor");
    private static final int WORK = 3_000_000;

    private final double loadBefore;
    private final CpuTicks before;
    private double fastest = Double.MAX_VALUE;
    private double slowest;
    private long work;

    private Surroundings() {
        loadBefore = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        before = CpuTicks.read();
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
        CpuTicks after = CpuTicks.read();
        TreeSet<String> features = new TreeSet<>(words(field("/proc/cpuinfo", "flags")));
        features.addAll(words(field("/proc/cpuinfo", "Features")));
        features.retainAll(FEATURES);
        return new Host(
                field("/proc/cpuinfo", "model name").orElse(System.getProperty("os.arch", "unknown")),
                List.copyOf(features),
                Runtime.getRuntime().availableProcessors(),
                quota(),
                line(Path.of("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")),
                field("/proc/meminfo", "MemTotal")
                        .map(text -> Long.parseLong(text.split(" ", -1)[0]) / 1024)
                        .orElse(0L),
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                Runtime.version().toString(),
                loadBefore,
                after.othersShareSince(before, own),
                after.stolenShareSince(before),
                slowest > 0 && work != 1 ? slowest / fastest - 1 : 0,
                hottest());
    }

    /** Processor time since the machine started, in ticks of 1/100 s. */
    private record CpuTicks(long busy, long stolen, long total) {
        private static final double MILLIS = 10;
        private static final int IDLE = 4;
        private static final int WAITING = 5;
        private static final int STOLEN = 8;

        static CpuTicks read() {
            String[] fields = line(Path.of("/proc/stat")).orElse("").split(" +", -1);
            long total = 0;
            long idle = 0;
            for (int i = 1; i <= Math.min(fields.length - 1, STOLEN); i++) {
                long ticks = Long.parseLong(fields[i]);
                total += ticks;
                idle += i == IDLE || i == WAITING ? ticks : 0;
            }
            return new CpuTicks(total - idle, fields.length > STOLEN ? Long.parseLong(fields[STOLEN]) : 0, total);
        }

        double stolenShareSince(CpuTicks before) {
            return total == before.total ? 0 : (double) (stolen - before.stolen) / (total - before.total);
        }

        double othersShareSince(CpuTicks before, Duration own) {
            double others = busy - before.busy - (stolen - before.stolen) - own.toMillis() / MILLIS;
            return total == before.total ? 0 : Math.max(0, Math.min(1, others / (total - before.total)));
        }
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

    private static Optional<String> field(String file, String key) {
        try (Stream<String> lines = Files.lines(Path.of(file))) {
            return lines.map(line -> line.split(":", 2))
                    .filter(parts -> parts.length == 2 && parts[0].strip().equals(key))
                    .map(parts -> parts[1].strip())
                    .findFirst();
        } catch (IOException | UncheckedIOException e) {
            return Optional.empty();
        }
    }

    private static List<String> words(Optional<String> text) {
        return text.map(words -> Arrays.asList(words.split(" ", -1))).orElse(List.of());
    }
}
