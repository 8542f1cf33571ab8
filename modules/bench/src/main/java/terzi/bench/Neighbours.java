package terzi.bench;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The share of the processors that other programs, or the machine underneath a virtual one, took while one backend was
 * measured. Ticks are added up over all its turns: a single turn has too few of them.
 */
final class Neighbours {
    private static final double TICK_MILLIS = 10;
    /** 0.2 s of the processors' time; with less, a single tick decides. */
    private static final double FEWEST_TICKS = 20;

    private double taken;
    private long total;

    /** A turn that is being watched. */
    final class Turn {
        private final Supplier<Duration> own;
        private final CpuTime before = CpuTime.read();
        private final Duration ownBefore;

        private Turn(Supplier<Duration> own) {
            this.own = own;
            this.ownBefore = own.get();
        }

        void end() {
            add(before, CpuTime.read(), own.get().minus(ownBefore));
        }
    }

    /** @param own processor time of the backend's process and of this one, so far */
    Turn watch(Supplier<Duration> own) {
        return new Turn(own);
    }

    void add(CpuTime before, CpuTime after, Duration own) {
        taken += after.busy() - before.busy() - own.toMillis() / TICK_MILLIS + after.stolen() - before.stolen();
        total += after.total() - before.total();
    }

    /** 0..1; empty where the system does not tell, or for too short a time. */
    Optional<Double> share() {
        return total < FEWEST_TICKS ? Optional.empty() : Optional.of(Math.max(0, Math.min(1, taken / total)));
    }
}
