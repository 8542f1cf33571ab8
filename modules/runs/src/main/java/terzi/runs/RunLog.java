package terzi.runs;

import java.util.Optional;

/** Tells a listener what a run does. */
final class RunLog {
    private static final long LEAST_NANOS = 500_000_000;

    private final RunListener listener;
    private final String command;

    RunLog(RunListener listener, Execution execution) {
        this.listener = listener;
        this.command = execution.command();
    }

    /** The command line to repeat the run with, or an empty text. */
    String command() {
        return command;
    }

    /** Images are read by several threads, and listeners are told one thing at a time. */
    private synchronized void tell(RunEvent event) {
        listener.on(event);
    }

    void step(String message) {
        tell(new RunEvent.Step(message));
    }

    void note(String message) {
        tell(new RunEvent.Note(message));
    }

    void warn(String message) {
        tell(new RunEvent.Warning(message, Optional.empty()));
    }

    void warn(String message, Throwable cause) {
        tell(new RunEvent.Warning(message, Optional.of(cause)));
    }

    /** An exception whose message is told elsewhere. */
    void failed(Throwable cause) {
        tell(new RunEvent.Failure(cause));
    }

    void enter(RunEvent.Phase phase) {
        tell(new RunEvent.Entered(phase));
    }

    /**
     * Begins to count.
     *
     * @param total how many units there are, or 0
     * @param unit in the plural
     */
    Bar bar(String task, long total, String unit) {
        return new Bar(task, total, unit);
    }

    /** Counts the units of one step. */
    final class Bar implements AutoCloseable {
        private final String task;
        private final long total;
        private final String unit;
        private String detail = "";
        private long done;
        private long told;
        private boolean ended;

        private Bar(String task, long total, String unit) {
            this.task = task;
            this.total = total;
            this.unit = unit;
            show();
        }

        void to(long count) {
            done = count;
            if (!ended && (done == total || System.nanoTime() - told >= LEAST_NANOS)) {
                show();
            }
        }

        /** A few words beside the count. */
        void say(String words) {
            detail = words;
        }

        private void show() {
            told = System.nanoTime();
            ended = done > 0 && done == total;
            tell(new RunEvent.Progress(task, done, total, unit, detail, ended));
        }

        /** Ends the count, wherever it is. */
        @Override
        public void close() {
            if (!ended) {
                ended = true;
                tell(new RunEvent.Progress(task, done, total, unit, detail, true));
            }
        }
    }
}
