package terzi.cli;

import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** A bar on a terminal's stderr with rate and time left; nothing where there is no terminal. */
final class ProgressLine implements AutoCloseable {
    private static final int UPDATE_MILLIS = 200;

    private final @Nullable ProgressBar bar;

    private ProgressLine(@Nullable ProgressBar bar) {
        this.bar = bar;
    }

    /**
     * @param task what is going on, for example {@code epoch 3/50}
     * @param total how many steps there are
     * @param unit what one step is, in the plural
     */
    static ProgressLine start(Console console, String task, long total, String unit) {
        var columns = console.columns();
        if (columns.isEmpty()) {
            return new ProgressLine(null);
        }
        return new ProgressLine(new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(total)
                .setUnit(" " + unit, 1)
                .showSpeed()
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(UPDATE_MILLIS)
                .setConsumer(new Line(console, columns.getAsInt() - 1))
                .build());
    }

    void to(long done) {
        if (bar != null) {
            bar.stepTo(done);
        }
    }

    /** A few words at the end of the bar. */
    void say(String words) {
        if (bar != null) {
            bar.setExtraMessage(" " + words);
        }
    }

    /** Takes the bar off the terminal. */
    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }

    /** Rewrites one line; the library's own console consumer would start a terminal library for that. */
    private static final class Line implements ProgressBarConsumer {
        private final Console console;
        private final int width;

        Line(Console console, int width) {
            this.console = console;
            this.width = width;
        }

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
