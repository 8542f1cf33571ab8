package terzi.runs;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import terzi.evaluation.report.Counted;
import terzi.training.run.Epoch;
import terzi.training.run.TrainingListener;

/** Shows a training run: a bar for the epoch in progress where there is a terminal, and one line for each that is done. */
final class TrainingProgress implements TrainingListener, AutoCloseable {
    private final RunLog log;
    private final int batchSize;
    private int epochs;
    private boolean started;
    private RunLog.@Nullable Bar bar;

    TrainingProgress(RunLog log, int batchSize) {
        this.log = log;
        this.batchSize = batchSize;
    }

    /** Whether the run has begun, rather than been refused. */
    boolean hasStarted() {
        return started;
    }

    @Override
    public void started(Start start) {
        started = true;
        epochs = start.epochs();
        log.step("training on " + start.device() + ": " + Counted.of(start.trainImages(), "image") + " in batches of "
                + batchSize + ", " + Counted.of(start.stepsPerEpoch(), "step") + " an epoch, up to "
                + Counted.of(epochs, "epoch")
                + (start.trainImages() - start.stepsPerEpoch() * batchSize == 1
                        ? "; one image, another in each epoch, would be a batch of its own and is left out"
                        : ""));
        LeftOut.warning(start.skipped()).ifPresent(log::warn);
        start.notes().forEach(log::warn);
    }

    @Override
    public void progressed(Progress progress) {
        RunLog.Bar shown = bar;
        if (shown == null) {
            shown = log.bar("epoch " + progress.epoch() + "/" + epochs, progress.stepsPerEpoch(), "steps");
            bar = shown;
        }
        shown.to(progress.step());
        shown.say(
                String.format(Locale.ROOT, "loss %s, %.1f %% right", loss(progress.loss()), progress.accuracy() * 100));
    }

    @Override
    public void epochEnded(Epoch epoch, EpochVerdict verdict) {
        closeBar();
        log.step(String.format(
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
