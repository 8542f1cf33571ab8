package terzi.images;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import org.jspecify.annotations.Nullable;

/** Time that the processor gave to the current thread. */
final class ProcessorTime {
    private static final @Nullable ThreadMXBean THREADS = threads();

    private ProcessorTime() {}

    private static @Nullable ThreadMXBean threads() {
        try {
            ThreadMXBean threads = ManagementFactory.getThreadMXBean();
            return threads.isCurrentThreadCpuTimeSupported() && threads.isThreadCpuTimeEnabled() ? threads : null;
        } catch (UnsupportedOperationException | LinkageError e) {
            return null; // a Java without java.management
        }
    }

    /** Nanoseconds from some point on; those of the clock where Java cannot tell, as for a virtual thread. */
    static long nanos() {
        try {
            long nanos = THREADS == null ? -1 : THREADS.getCurrentThreadCpuTime();
            return nanos < 0 ? System.nanoTime() : nanos;
        } catch (UnsupportedOperationException e) {
            return System.nanoTime();
        }
    }
}
