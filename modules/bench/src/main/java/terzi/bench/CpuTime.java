package terzi.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What all processors together did since the machine started, in ticks of 1/100 s.
 *
 * @param busy ticks spent on any process
 * @param stolen ticks that the machine underneath took, for a virtual machine
 * @param total all ticks; 0 where the system does not tell
 */
public record CpuTime(long busy, long stolen, long total) {
    private static final long LOOK_MILLIS = 500;
    private static final double MUCH = 0.2;
    private static final double TICK_MILLIS = 10;
    private static final int IDLE = 4;
    private static final int WAITING = 5;
    private static final int STOLEN = 8;

    /** What they did up to now. */
    public static CpuTime read() {
        String line;
        try {
            line = Files.readString(Path.of("/proc/stat")).lines().findFirst().orElse("");
        } catch (IOException notLinux) {
            return new CpuTime(0, 0, 0);
        }
        // cpu user nice system idle iowait irq softirq steal; what follows is counted in user already
        String[] fields = line.split(" +", -1);
        long total = 0;
        long idle = 0;
        for (int i = 1; i <= Math.min(fields.length - 1, STOLEN); i++) {
            long ticks = Long.parseLong(fields[i]);
            total += ticks;
            idle += i == IDLE || i == WAITING ? ticks : 0;
        }
        long stolen = fields.length > STOLEN ? Long.parseLong(fields[STOLEN]) : 0;
        return new CpuTime(total - idle - stolen, stolen, total);
    }

    /** The share 0..1 of the time since {@code before} that neither idled nor went to {@code own}. */
    public double othersShareSince(CpuTime before, Duration own) {
        double others = busy - before.busy - own.toMillis() / TICK_MILLIS;
        return total == before.total ? 0 : Math.max(0, Math.min(1, others / (total - before.total)));
    }

    /** The share 0..1 of the time since {@code before} that the machine underneath took. */
    public double stolenShareSince(CpuTime before) {
        return total == before.total ? 0 : (double) (stolen - before.stolen) / (total - before.total);
    }

    /** The share of the processors that other programs take, where it is much; takes half a second. */
    public static Optional<Double> busyNow() {
        CpuTime before = read();
        try {
            Thread.sleep(LOOK_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        double share = read().othersShareSince(before, Duration.ZERO);
        return Optional.of(share).filter(busy -> busy > MUCH);
    }
}
