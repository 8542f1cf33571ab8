package terzi.training.run;

import java.util.List;
import org.jspecify.annotations.Nullable;
import terzi.training.recipe.EarlyStopping;
import terzi.training.recipe.Keep;
import terzi.training.recipe.Monitor;

/**
 * Which epoch is the best, which is kept and whether to go on; a function of the epochs alone, so that a resumed run agrees. Of
 * epochs with the same accuracy the one with the lower loss is the best: a few thousand validation images often give the same count.
 *
 * <p>An epoch has diverged when its validation loss is not finite or more than {@link #FAR_ABOVE} times the loss of guessing,
 * ln K. A network that learns, or only over-fits, does not come near: it would have to be wrong about every image with a margin
 * of more than 100 between its logits. A diverged epoch is never the best and never kept.
 */
final class EpochSelection {
    /** So many times the loss of guessing is diverged. */
    private static final double FAR_ABOVE = 100;

    /** So many diverged epochs without a lower loss do not come back; before that, a warm-up or a plateau may save the run. */
    private static final int HOPELESS = 3;

    private final Keep keep;
    private final double guessing;
    private final Monitor monitor;
    private final @Nullable EarlyStopping earlyStopping;
    private double best;
    private double bestLoss = Double.POSITIVE_INFINITY;
    private int keptEpoch;
    private double reference;
    private int withoutImprovement;
    private double leastDiverged = Double.POSITIVE_INFINITY;
    private int divergedEpochs;
    private boolean diverged;

    /** @param classes how many the network tells apart */
    EpochSelection(Keep keep, @Nullable EarlyStopping earlyStopping, int classes) {
        this.keep = keep;
        this.guessing = Math.log(classes);
        this.earlyStopping = earlyStopping;
        this.monitor = monitor(earlyStopping);
        this.best = worst(monitor);
        this.reference = worst(monitor);
    }

    static boolean isBetter(Monitor monitor, double value, double than) {
        return monitor == Monitor.LOSS ? value < than : value > than;
    }

    static double worst(Monitor monitor) {
        return monitor == Monitor.LOSS ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
    }

    static double figure(Monitor monitor, Epoch epoch) {
        return monitor == Monitor.LOSS ? epoch.validationLoss() : epoch.validationAccuracy();
    }

    /** What says which epoch is the best. */
    static Monitor monitor(@Nullable EarlyStopping earlyStopping) {
        return earlyStopping == null ? Monitor.ACCURACY : earlyStopping.monitor();
    }

    /**
     * Takes note of an epoch.
     *
     * @return whether it is the best so far
     */
    boolean epochEnded(Epoch epoch) {
        double value = figure(monitor, epoch);
        double change = earlyStopping == null ? 0 : earlyStopping.minimumChange();
        if (isBetter(monitor, value, monitor == Monitor.LOSS ? reference - change : reference + change)) {
            reference = value;
            withoutImprovement = 0;
        } else {
            withoutImprovement++;
        }
        double loss = epoch.validationLoss();
        boolean sane = loss <= FAR_ABOVE * guessing;
        diverged = !sane;
        divergedEpochs = sane ? 0 : loss < leastDiverged ? 1 : divergedEpochs + 1;
        leastDiverged = sane ? Double.POSITIVE_INFINITY : Math.min(leastDiverged, loss);
        boolean isBest = sane && (isBetter(monitor, value, best) || (value == best && loss < bestLoss));
        if (isBest) {
            best = value;
            bestLoss = loss;
        }
        if (isBest || (keep == Keep.LAST && sane)) {
            keptEpoch = epoch.number();
        }
        return isBest;
    }

    void replay(List<Epoch> history) {
        history.forEach(this::epochEnded);
    }

    /** The mean cross-entropy of answering each class with the same probability. */
    double guessing() {
        return guessing;
    }

    /** Whether the last epoch had diverged. */
    boolean hasDiverged() {
        return diverged;
    }

    /** Whether the loss has been far above that of guessing for several epochs and does not fall. */
    boolean isHopeless() {
        return divergedEpochs >= HOPELESS;
    }

    /** 0 when no epoch had a figure that can be compared. */
    int keptEpoch() {
        return keptEpoch;
    }

    int epochsWithoutImprovement() {
        return withoutImprovement;
    }

    boolean shouldStop() {
        return earlyStopping != null && withoutImprovement >= earlyStopping.patience();
    }
}
