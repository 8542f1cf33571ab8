package terzi.runs;

import java.util.Locale;
import java.util.Optional;

/** Something that happens in a run; {@code toString} is a line for people. Closed: listeners may handle every kind. */
public sealed interface RunEvent {

    /** A step that begins or has ended. */
    record Step(String message) implements RunEvent {
        @Override
        public String toString() {
            return message;
        }
    }

    /** A decision that the run took and the user may want to know. */
    record Note(String message) implements RunEvent {
        @Override
        public String toString() {
            return "note: " + message;
        }
    }

    /**
     * Something to know or change, though the run continues.
     *
     * @param cause the exception behind it, if any
     */
    record Warning(String message, Optional<Throwable> cause) implements RunEvent {
        @Override
        public String toString() {
            return "warning: " + message;
        }
    }

    /**
     * How far a step has come. Sent at most twice a second for a task, and at its end.
     *
     * @param task the step, such as {@code epoch 3/50}
     * @param done how many units are done
     * @param total of how many, 0 if that is not known
     * @param unit what is counted, in the plural
     * @param detail a few words, such as the current loss; may be empty
     * @param last whether the task has ended, or was broken off: nothing more is told about it
     */
    record Progress(String task, long done, long total, String unit, String detail, boolean last) implements RunEvent {
        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%s: %,d%s %s%s",
                    task,
                    done,
                    total > 0 ? String.format(Locale.ROOT, " of %,d", total) : "",
                    unit,
                    detail.isEmpty() ? "" : ", " + detail);
        }
    }

    /** An exception that the result tells about, for those who want its stack trace. */
    record Failure(Throwable cause) implements RunEvent {
        @Override
        public String toString() {
            return "failed: " + Causes.describe(cause);
        }
    }

    /** The beginning of a phase. */
    record Entered(Phase phase) implements RunEvent {
        @Override
        public String toString() {
            return phase.name().toLowerCase(Locale.ROOT);
        }
    }

    /** What a cancellation does at a time. A run begins in none of them: it then prepares, and a cancellation waits. */
    enum Phase {
        /** The long work: a cancellation ends it after the step in progress, with a checkpoint where there are any. */
        COMPUTING,
        /** What follows takes moments; a cancellation no longer has an effect. */
        FINISHING
    }
}
