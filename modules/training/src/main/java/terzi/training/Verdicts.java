package terzi.training;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which epoch is the best, which is kept and whether to go on; a function of the epochs alone, so that a resumed run agrees. Of
 * epochs with the same accuracy the one with the lower loss is the best: a few thousand validation pictures often give the same count.
 */
final class Verdicts {
    private final Keep keep;
    private final Monitor monitor;
    private final @Nullable EarlyStopping earlyStopping;
    private double best;
    private double bestLoss = Double.POSITIVE_INFINITY;
    private int keptEpoch;
    private double reference;
    private int withoutImprovement;

    Verdicts(Keep keep, @Nullable EarlyStopping earlyStopping) {
        this.keep = keep;
        this.earlyStopping = earlyStopping;
        this.monitor = monitor(earlyStopping);
        this.best = monitor.worst();
        this.reference = monitor.worst();
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
        double value = monitor.of(epoch);
        double change = earlyStopping == null ? 0 : earlyStopping.minimumChange();
        if (monitor.isBetter(value, monitor == Monitor.LOSS ? reference - change : reference + change)) {
            reference = value;
            withoutImprovement = 0;
        } else {
            withoutImprovement++;
        }
        double loss = epoch.validationLoss();
        boolean isBest = monitor.isBetter(value, best) || (value == best && loss < bestLoss);
        if (isBest) {
            best = value;
            bestLoss = loss;
        }
        if (isBest || (keep == Keep.LAST && Double.isFinite(loss))) {
            keptEpoch = epoch.number();
        }
        return isBest;
    }

    void replay(List<Epoch> history) {
        history.forEach(this::epochEnded);
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
