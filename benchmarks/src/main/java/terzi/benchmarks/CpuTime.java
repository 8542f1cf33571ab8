package terzi.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What all processors together did since the machine started, in clock ticks (1/100 s).
 *
 * @param busy ticks spent on any process, or stolen by the machine underneath
 * @param total all ticks; 0 where the kernel does not tell
 */
record CpuTime(long busy, long total) {

    private static final double TICKS_PER_SECOND = 100;

    static CpuTime read() {
        String line;
        try {
            line = Files.readString(Path.of("/proc/stat")).lines().findFirst().orElse("");
        } catch (IOException notLinux) {
            return new CpuTime(0, 0);
        }
        String[] fields = line.split(" +", -1);
        long total = 0;
        long idle = 0;
        // cpu user nice system idle iowait irq softirq steal; what follows is already counted in user
        for (int i = 1; i < Math.min(fields.length, 9); i++) {
            long ticks = Long.parseLong(fields[i]);
            total += ticks;
            if (i == 4 || i == 5) {
                idle += ticks;
            }
        }
        return new CpuTime(total - idle, total);
    }

    /** The share of the processor time since {@code before} that neither idled nor went to {@code own}; 0..1. */
    double othersShareSince(CpuTime before, Duration own) {
        long elapsed = total - before.total;
        if (elapsed <= 0) {
            return 0;
        }
        double others = (busy - before.busy) - own.toMillis() / 1000.0 * TICKS_PER_SECOND;
        return Math.min(1, Math.max(0, others / elapsed));
    }
}
