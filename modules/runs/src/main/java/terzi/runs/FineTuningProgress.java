package terzi.runs;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import terzi.evaluation.report.Counted;
import terzi.training.finetune.FineTuningListener;
import terzi.training.finetune.FineTuningResult;
import terzi.training.run.Epoch;
import terzi.training.run.TrainingListener;

/** Shows how fine-tuning goes: a bar where there is a terminal, and a line for everything that is done. */
final class FineTuningProgress implements FineTuningListener, AutoCloseable {
    private final RunLog log;
    private RunLog.@Nullable Bar bar;
    private @Nullable Work shown;

    FineTuningProgress(RunLog log) {
        this.log = log;
    }

    @Override
    public void planned(Plan plan) {
        log.step("new head in place of " + plan.head());
        log.step("training " + plan.learns() + "; " + Counted.of(plan.trainImages(), "image") + ", validated on "
                + (plan.validationImages() == 0
                        ? "each of their folds in turn"
                        : Counted.of(plan.validationImages(), "other")));
    }

    @Override
    public void foldStarted(int fold, int folds) {
        closeBar();
        log.step("fold " + fold + " of " + folds + " is held out, training on the others");
    }

    @Override
    public void progressed(Progress progress) {
        RunLog.Bar line = bar;
        if (line == null || shown != progress.work()) {
            closeBar();
            line = log.bar(
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
        log.step(String.format(
                Locale.ROOT,
                "head fitted (%s): %.1f %% right on held-out images",
                head.chosen(),
                head.figures().accuracy() * 100));
    }

    @Override
    public void stepped(TrainingListener.Progress progress) {
        RunLog.Bar line = bar;
        if (line != null) {
            line.say(String.format(Locale.ROOT, "loss %.3f", progress.loss()));
        }
    }

    @Override
    public void epochEnded(Epoch epoch, TrainingListener.EpochVerdict verdict) {
        closeBar();
        log.step(String.format(
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
        log.note(note);
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
