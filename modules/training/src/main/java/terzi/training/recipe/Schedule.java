package terzi.training.recipe;

import terzi.files.Defaults;

/** How the learning rate changes over a run; the optimizer's learning rate is what gets scaled. */
public sealed interface Schedule {
    /** The same learning rate throughout. */
    record Constant() implements Schedule {
        @Defaults
        public static Constant defaults() {
            return new Constant();
        }
    }

    /** Multiplied by {@code factor} after every {@code epochs} epochs. */
    record Step(int epochs, double factor) implements Schedule {
        public Step {
            Require.whole("epochs", 1, 1_000_000, epochs);
            Require.between("factor", 0, 1, factor);
        }

        @Defaults
        public static Step defaults() {
            return new Step(10, 0.1);
        }
    }

    /**
     * Half a cosine from the learning rate down to {@code finalFraction} of it (Loshchilov and Hutter, 2017), after a
     * linear warm-up over {@code warmupEpochs}; changes with every step.
     */
    record Cosine(double warmupEpochs, double finalFraction) implements Schedule {
        public Cosine {
            Require.notNegative("warmup_epochs", warmupEpochs);
            Require.between("final_fraction", 0, 1, finalFraction);
        }

        @Defaults
        public static Cosine defaults() {
            return new Cosine(0, 0);
        }
    }

    /**
     * The one-cycle policy with cosine arcs (Smith and Topin, 2018): from learningRate / startDivisor up to the
     * learning rate over {@code warmupFraction} of the steps, then down to start / endDivisor. Momentum stays as it is.
     */
    record OneCycle(double warmupFraction, double startDivisor, double endDivisor) implements Schedule {
        public OneCycle {
            Require.between("warmup_fraction", 0, 1, warmupFraction);
            Require.positive("start_divisor", startDivisor);
            Require.positive("end_divisor", endDivisor);
        }

        @Defaults
        public static OneCycle defaults() {
            return new OneCycle(0.3, 25, 1e4);
        }
    }

    /**
     * Multiplied by {@code factor} when the monitored value has not improved for more than {@code patience} epochs,
     * never below {@code minimum}. An improvement is relative: {@code threshold} of the best value.
     */
    record ReduceOnPlateau(Monitor monitor, double factor, int patience, double threshold, double minimum)
            implements Schedule {
        public ReduceOnPlateau {
            Require.within("factor", 0, 1, factor);
            Require.whole("patience", 0, 1_000_000, patience);
            Require.notNegative("threshold", threshold);
            Require.notNegative("minimum", minimum);
        }

        @Defaults
        public static ReduceOnPlateau defaults() {
            return new ReduceOnPlateau(Monitor.LOSS, 0.1, 10, 1e-4, 0);
        }
    }
}
