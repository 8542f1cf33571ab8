package terzi.training.run;

import java.util.List;
import terzi.training.recipe.Monitor;
import terzi.training.recipe.Schedule;

/** The learning rate at every step, from the schedule and, for plateaus, from the epochs so far. */
final class LearningRate {
    /** A plateau's reduction smaller than this is not worth making, as in PyTorch. */
    private static final double SMALLEST_REDUCTION = 1e-8;

    private final double base;
    private final Schedule schedule;
    private final int stepsPerEpoch;
    private final long totalSteps;
    private double current;
    private double best = Double.POSITIVE_INFINITY; // of no epoch yet
    private int badEpochs;

    LearningRate(double base, Schedule schedule, int stepsPerEpoch, int epochs) {
        this.base = base;
        this.schedule = schedule;
        this.stepsPerEpoch = stepsPerEpoch;
        this.totalSteps = (long) stepsPerEpoch * epochs;
        this.current = base;
    }

    /** The rate of a step counted from 0 over the whole run. */
    double at(long step) {
        if (schedule instanceof Schedule.Step steps) {
            long reductions = step / stepsPerEpoch / steps.epochs();
            return base * Math.pow(steps.factor(), (double) reductions);
        } else if (schedule instanceof Schedule.Cosine cosine) {
            return cosine(cosine, step);
        } else if (schedule instanceof Schedule.OneCycle cycle) {
            return oneCycle(cycle, step);
        }
        return current;
    }

    private double cosine(Schedule.Cosine cosine, long step) {
        long warmup = Math.round(cosine.warmupEpochs() * stepsPerEpoch);
        if (step < warmup) {
            return base * (step + 1) / warmup;
        }
        double done = totalSteps == warmup ? 1 : (double) (step - warmup) / (totalSteps - warmup);
        return anneal(base, base * cosine.finalFraction(), done);
    }

    private double oneCycle(Schedule.OneCycle cycle, long step) {
        double start = base / cycle.startDivisor();
        double peak = cycle.warmupFraction() * totalSteps - 1;
        double end = totalSteps - 1.0;
        if (step <= peak) {
            return anneal(start, base, peak == 0 ? 1 : step / peak);
        }
        return anneal(base, start / cycle.endDivisor(), end == peak ? 1 : (step - peak) / (end - peak));
    }

    /** Half a cosine from one value to another. */
    private static double anneal(double from, double to, double done) {
        return to + (from - to) / 2 * (1 + Math.cos(Math.PI * done));
    }

    /**
     * Takes note of an epoch.
     *
     * @return whether a plateau has just reduced the rate
     */
    boolean epochEnded(Epoch epoch) {
        if (!(schedule instanceof Schedule.ReduceOnPlateau plateau)) {
            return false;
        }
        double value = EpochSelection.figure(plateau.monitor(), epoch);
        double margin = plateau.monitor() == Monitor.LOSS ? 1 - plateau.threshold() : 1 + plateau.threshold();
        if (Double.isInfinite(best) || EpochSelection.isBetter(plateau.monitor(), value, best * margin)) {
            best = value;
            badEpochs = 0;
        } else {
            badEpochs++;
        }
        if (badEpochs <= plateau.patience()) {
            return false;
        }
        badEpochs = 0;
        double reduced = Math.max(current * plateau.factor(), plateau.minimum());
        if (current - reduced <= SMALLEST_REDUCTION) {
            return false;
        }
        current = reduced;
        return true;
    }

    /** Takes note of the epochs of an earlier part of the run. */
    void replay(List<Epoch> history) {
        history.forEach(this::epochEnded);
    }
}
