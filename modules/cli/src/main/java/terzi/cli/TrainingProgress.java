package terzi.cli;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import terzi.training.Epoch;
import terzi.training.TrainingListener;

/** Shows a training run: a bar for the epoch in progress where there is a terminal, and one line for each that is done. */
final class TrainingProgress implements TrainingListener, AutoCloseable {
    private final Console console;
    private int epochs;
    private @Nullable ProgressLine bar;

    TrainingProgress(Console console) {
        this.console = console;
    }

    @Override
    public void started(Start start) {
        epochs = start.epochs();
        console.progress("training on " + start.device() + ": " + Sizes.count(start.trainPictures()) + " pictures in "
                + Sizes.count(start.stepsPerEpoch()) + " steps an epoch, up to " + epochs + " epochs");
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
        shown.say(String.format(Locale.ROOT, "loss %.4f, %.1f %% right", progress.loss(), progress.accuracy() * 100));
    }

    @Override
    public void epochEnded(Epoch epoch, EpochVerdict verdict) {
        closeBar();
        console.progress(String.format(
                Locale.ROOT,
                "epoch %d/%d  train loss %.4f, %.2f %%  validation loss %.4f, %.2f %%  lr %.2g  %s%s%s",
                epoch.number(),
                epochs,
                epoch.trainLoss(),
                epoch.trainAccuracy() * 100,
                epoch.validationLoss(),
                epoch.validationAccuracy() * 100,
                epoch.learningRate(),
                Sizes.duration(epoch.seconds()),
                verdict.best() ? "  best so far" : "",
                verdict.learningRateReduced() ? "  learning rate goes down" : ""));
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
