package terzi.cli;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import terzi.evaluation.report.Counted;
import terzi.training.Epoch;
import terzi.training.TrainingListener;
import terzi.training.finetune.FineTuningListener;
import terzi.training.finetune.FineTuningResult;

/** Shows how fine-tuning goes: a bar where there is a terminal, and a line for everything that is done. */
final class FinetuneProgress implements FineTuningListener, AutoCloseable {
    private final Console console;
    private @Nullable ProgressLine bar;
    private @Nullable Work shown;

    FinetuneProgress(Console console) {
        this.console = console;
    }

    @Override
    public void planned(Plan plan) {
        console.progress("new head in place of " + plan.head());
        console.progress(
                "trains: " + plan.learns() + "; on " + Counted.of(plan.trainImages(), "image") + ", validated on "
                        + (plan.validationImages() == 0
                                ? "folds of them in turn"
                                : Counted.of(plan.validationImages(), "other")));
    }

    @Override
    public void foldStarted(int fold, int folds) {
        closeBar();
        console.progress("fold " + fold + " of " + folds + " is held out, the others train");
    }

    @Override
    public void progressed(Progress progress) {
        ProgressLine line = bar;
        if (line == null || shown != progress.work()) {
            closeBar();
            line = ProgressLine.start(
                    console,
                    switch (progress.work()) {
                        case FEATURES -> "computing features";
                        case HEAD -> "fitting the head";
                        case TUNING -> "tuning";
                    },
                    progress.total(),
                    switch (progress.work()) {
                        case FEATURES -> "views";
                        case HEAD -> "fits";
                        case TUNING -> "steps";
                    });
            bar = line;
            shown = progress.work();
        }
        line.to(progress.done());
        if (progress.done() >= progress.total()) {
            closeBar();
        }
    }

    @Override
    public void headFitted(FineTuningResult.HeadReport head) {
        closeBar();
        console.progress(String.format(
                Locale.ROOT,
                "head fitted (%s): %.1f %% right on held-out images",
                head.chosen(),
                head.figures().accuracy() * 100));
    }

    @Override
    public void stepped(TrainingListener.Progress progress) {
        ProgressLine line = bar;
        if (line != null) {
            line.say(String.format(Locale.ROOT, "loss %.3f", progress.loss()));
        }
    }

    @Override
    public void epochEnded(Epoch epoch, TrainingListener.EpochVerdict verdict) {
        closeBar();
        console.progress(String.format(
                Locale.ROOT,
                "pass %d: validation %.1f %% right, loss %.4f, %s%s",
                epoch.number(),
                epoch.validationAccuracy() * 100,
                epoch.validationLoss(),
                Sizes.duration(epoch.seconds()),
                verdict.best() ? ", best so far" : ""));
    }

    @Override
    public void noted(String note) {
        closeBar();
        console.progress("note: " + note);
    }

    private void closeBar() {
        if (bar != null) {
            bar.close();
            bar = null;
            shown = null;
        }
    }

    @Override
    public void close() {
        closeBar();
    }
}
