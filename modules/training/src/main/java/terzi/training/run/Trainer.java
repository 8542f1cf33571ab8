package terzi.training.run;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import terzi.files.Machine;
import terzi.images.Preprocessing;
import terzi.training.recipe.NetworkShape;
import terzi.training.recipe.PrecisionChoice;
import terzi.training.torchscript.CompiledGraph;
import terzi.training.torchscript.Precision;
import terzi.training.torchscript.TorchScriptCompiler;

/**
 * Trains a network by gradient descent.
 *
 * <p>Every random choice derives from (seed, epoch, step or image), so a run that is resumed from its checkpoint {@code
 * last/} goes on as if it had never ended; with one thread to the last bit.
 */
public final class Trainer {
    private Trainer() {}

    /**
     * Runs a job to its end, on the calling thread.
     *
     * @param job what to train and how
     * @param listener told how the run goes, on the same thread
     * @return the networks and the history
     * @throws DivergedException if the loss is no longer finite, and {@code last/} and {@code kept/} stay as they were after
     *     the epoch before; or if it is far above the loss of guessing at the end. It holds the run up to the best epoch
     * @throws IllegalArgumentException if the network does not fit the images and labels, or a resumed run has other
     *     options, data or precision
     * @throws IOException if images cannot be reached, a class has none that can be decoded, or checkpoints cannot be
     *     written
     */
    public static TrainingResult train(TrainingJob job, TrainingListener listener) throws IOException {
        try {
            return run(Plan.of(job), listener);
        } finally {
            job.cancellation().runEnded();
        }
    }

    /**
     * Trains a network that has been trained before, or the last part of one, on the calling thread. The cancellation is
     * not told that the run has ended: that is for the work that this is a part of. Public for {@code
     * terzi.training.finetune}; applications fine-tune with {@code FineTuner}.
     *
     * @param job what to train and how
     * @param listener told how the run goes, on the same thread
     * @return the networks and the history
     * @throws DivergedException as {@link #train}
     * @throws IOException if images cannot be reached
     */
    public static TrainingResult tune(TuningJob job, TrainingListener listener) throws IOException {
        return run(Plan.of(job), listener);
    }

    private static TrainingResult run(Plan plan, TrainingListener listener) throws IOException {
        Path folder = plan.folder();
        Checkpoint checkpoint = folder != null && plan.resumes() ? Checkpoint.read(folder, Checkpoint.LAST) : null;
        Precision precision = precision(
                plan.options().execution().precision(),
                checkpoint == null ? null : checkpoint.progress().basis());
        CompiledGraph graph = TorchScriptCompiler.compile(plan.network(), precision);
        Preprocessing preprocessing = plan.train().preprocessing();
        if (preprocessing != null) {
            NetworkShape.check(plan.network(), preprocessing, plan.train().labels());
            if (plan.rates() == null) {
                int batchSize = plan.options().optimisation().batchSize();
                NetworkShape.checkVariance(plan.network(), preprocessing, Math.min(batchSize, plan.order(1).length));
            }
        }
        try (NDManager manager = Libtorch.manager()) {
            Learner.setThreads(plan.options().execution().threads());
            try (Learner learner = new Learner(
                    manager,
                    graph,
                    preprocessing,
                    plan.options(),
                    plan.classWeights(),
                    plan.rates(),
                    plan.teaching() == null ? null : plan.teaching().settings())) {
                return new TrainingLoop(plan, listener, manager, learner, checkpoint).run();
            }
        }
    }

    /** What the run computes in; with {@code auto}, a resumed run computes in what it began with, on any machine. */
    private static Precision precision(PrecisionChoice choice, @Nullable Basis began) {
        if (began != null && choice == PrecisionChoice.AUTO) {
            return began.precision();
        }
        return choice == PrecisionChoice.BF16
                        || (choice == PrecisionChoice.AUTO && Machine.here().computesInBfloat16())
                ? Precision.BF16
                : Precision.FP32;
    }
}
