package terzi.training.finetune;

import terzi.training.finetune.FineTuningListener.Progress;
import terzi.training.finetune.FineTuningListener.Work;

/** Counts one kind of work and reports it, a few times a second at most and at the end. */
final class Meter {
    private static final long REPORT_NANOS = 200_000_000;

    private final FineTuningListener listener;
    private final Work work;
    private final long total;
    private final long started = System.nanoTime();
    private long first;
    private long done;
    private long reported;

    /** @param had what was there before, and says nothing about the speed */
    Meter(FineTuningListener listener, Work work, long had, long total) {
        this.listener = listener;
        this.work = work;
        this.total = total;
        this.first = had;
        this.done = had;
    }

    void add(long count) {
        done += count;
        long now = System.nanoTime();
        if (done >= total || now - reported > REPORT_NANOS) {
            reported = now;
            double each = (now - started) / 1e9 / Math.max(1, done - first);
            listener.progressed(new Progress(work, done, total, done == first ? Double.NaN : each * (total - done)));
        }
    }
}
