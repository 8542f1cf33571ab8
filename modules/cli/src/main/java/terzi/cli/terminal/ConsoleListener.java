package terzi.cli.terminal;

import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;
import terzi.runs.RunEvent;
import terzi.runs.RunListener;

/** Shows the events of a run: lines on stderr, and on a terminal a bar, with rate and time left, for the step that is counted. */
public final class ConsoleListener implements RunListener, AutoCloseable {
    private static final int UPDATE_MILLIS = 200;

    private final Console console;
    private @Nullable ProgressBar bar;
    private String task = "";

    public ConsoleListener(Console console) {
        this.console = console;
    }

    @Override
    public synchronized void on(RunEvent event) {
        if (event instanceof RunEvent.Progress progress) {
            show(progress);
            return;
        }
        close();
        if (event instanceof RunEvent.Warning warning) {
            console.warn(warning.message());
            warning.cause().ifPresent(console::trace);
        } else if (event instanceof RunEvent.Failure failure) {
            console.trace(failure.cause());
        } else if (!(event instanceof RunEvent.Entered)) {
            console.progress(event.toString());
        }
    }

    private void show(RunEvent.Progress progress) {
        var columns = console.columns();
        if (columns.isEmpty()) {
            return;
        }
        ProgressBar shown = bar;
        if (shown == null || !task.equals(progress.task())) {
            close();
            shown = new ProgressBarBuilder()
                    .setTaskName(progress.task())
                    .setInitialMax(progress.total())
                    .setUnit(" " + progress.unit(), 1)
                    .showSpeed()
                    .setStyle(ProgressBarStyle.ASCII)
                    .setUpdateIntervalMillis(UPDATE_MILLIS)
                    .setConsumer(new Line(console, columns.getAsInt() - 1))
                    .build();
            bar = shown;
            task = progress.task();
        }
        shown.setExtraMessage(progress.detail().isEmpty() ? "" : " " + progress.detail());
        shown.stepTo(progress.done());
        if (progress.last()) {
            close();
        }
    }

    /** Takes the bar off the terminal. */
    @Override
    public synchronized void close() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }

    /** Rewrites one line; the library's own console consumer would start a terminal library for that. */
    private record Line(Console console, int width) implements ProgressBarConsumer {
        @Override
        public int getMaxRenderedLength() {
            return width;
        }

        @Override
        public void accept(String rendered) {
            console.rewriteLine(rendered);
        }

        @Override
        public void close() {
            console.rewriteLine("");
        }
    }
}
