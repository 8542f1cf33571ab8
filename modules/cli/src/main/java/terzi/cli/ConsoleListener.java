package terzi.cli;

import org.jspecify.annotations.Nullable;
import terzi.runs.RunEvent;
import terzi.runs.RunListener;

/** Shows the events of a run: lines on stderr, and a bar for the step that is being counted. */
final class ConsoleListener implements RunListener {
    private final Console console;
    private @Nullable ProgressLine bar;
    private String task = "";

    ConsoleListener(Console console) {
        this.console = console;
    }

    @Override
    public synchronized void on(RunEvent event) {
        if (event instanceof RunEvent.Progress progress) {
            show(progress);
            return;
        }
        closeBar();
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
        ProgressLine shown = bar;
        if (shown == null || !task.equals(progress.task())) {
            closeBar();
            shown = ProgressLine.start(console, progress.task(), progress.total(), progress.unit());
            bar = shown;
            task = progress.task();
        }
        shown.say(progress.detail());
        shown.to(progress.done());
        if (progress.isLast()) {
            closeBar();
        }
    }

    private void closeBar() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }
}
