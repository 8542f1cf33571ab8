package terzi.cli;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import terzi.evaluation.report.Counted;
import terzi.training.Epoch;
import terzi.training.TrainingListener;

/** Shows a training run: a bar for the epoch in progress where there is a terminal, and one line for each that is done. */
final class TrainingProgress implements TrainingListener, AutoCloseable {
    private final Console console;
    private int epochs;
    private boolean started;
    private @Nullable ProgressLine bar;

    TrainingProgress(Console console) {
        this.console = console;
    }

    /** Whether the run has begun, rather than been refused. */
    boolean hasStarted() {
        return started;
    }

    @Override
    public void started(Start start) {
        started = true;
        epochs = start.epochs();
        console.progress("training on " + start.device() + ": " + Counted.of(start.trainImages(), "image") + " in "
                + Counted.of(start.stepsPerEpoch(), "step") + " an epoch, up to " + Counted.of(epochs, "epoch"));
        LeftOut.warning(start.skipped()).ifPresent(console::warn);
        start.notes().forEach(console::warn);
    }

    @Override
    public void progressed(Progress progress) {
        ProgressLine shown = bar;
        if (shown == null) {
            shown = ProgressLine.start(
                    console, "epoch " + progress.epoch() + "/" + epochs, progress.stepsPerEpoch(), "steps");
            bar = shown;
        }
        shown.to(progress.step());
        shown.say(
                String.format(Locale.ROOT, "loss %s, %.1f %% right", loss(progress.loss()), progress.accuracy() * 100));
    }

    @Override
    public void epochEnded(Epoch epoch, EpochVerdict verdict) {
        closeBar();
        console.progress(String.format(
                Locale.ROOT,
                "epoch %d/%d  train loss %s, %.2f %%  validation loss %s, %.2f %%  lr %.2g  %s%s%s",
                epoch.number(),
                epochs,
                loss(epoch.trainLoss()),
                epoch.trainAccuracy() * 100,
                loss(epoch.validationLoss()),
                epoch.validationAccuracy() * 100,
                epoch.learningRate(),
                Sizes.duration(epoch.seconds()),
                verdict.best() ? "  best so far" : "",
                verdict.learningRateReduced() ? "  learning rate goes down" : ""));
    }

    /** A loss that diverged would be a line of digits. */
    private static String loss(double value) {
        return String.format(Locale.ROOT, value < 1e4 ? "%.4f" : "%.3g", value);
    }

    private void closeBar() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }

    @Override
    public void close() {
        closeBar();
    }
}
