package terzi.training;

/** The figure on the validation set that decides what is better. */
public enum Monitor {
    /** Mean cross-entropy, without class weights and label smoothing; lower is better. */
    LOSS,
    /** Share of right answers; higher is better. */
    ACCURACY;

    boolean isBetter(double value, double than) {
        return this == LOSS ? value < than : value > than;
    }

    double worst() {
        return this == LOSS ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
    }

    double of(Epoch epoch) {
        return this == LOSS ? epoch.validationLoss() : epoch.validationAccuracy();
    }
}
