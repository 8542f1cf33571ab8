package terzi.training.recipe;

import terzi.files.Defaults;

/** How the learning rate changes over a run; the optimizer's learning rate is what gets scaled. */
public sealed interface Schedule {
    /** The same learning rate throughout. */
    record Constant() implements Schedule {}

    /** Multiplied by {@code factor} after every {@code epochs} epochs. */
    record Step(int epochs, double factor) implements Schedule {
        /**
         * Creates the schedule.
         *
         * @param epochs epochs between two reductions, at least 1
         * @param factor what the learning rate is multiplied by, 0..1
         * @throws IllegalArgumentException if a value is out of its range
         */
        public Step {
            Require.whole("epochs", 1, 1_000_000, epochs);
            Require.between("factor", 0, 1, factor);
        }

        /** {@return a tenth every 10 epochs} */
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
        /**
         * Creates the schedule.
         *
         * @param warmupEpochs epochs of linear warm-up, also fractions of one; 0 = none
         * @param finalFraction share of the learning rate at the end, 0..1
         * @throws IllegalArgumentException if a value is out of its range
         */
        public Cosine {
            Require.notNegative("warmup_epochs", warmupEpochs);
            Require.between("final_fraction", 0, 1, finalFraction);
        }

        /** {@return down to 0, without warm-up} */
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
        /**
         * Creates the schedule.
         *
         * @param warmupFraction share of the steps in which the learning rate rises, 0..1
         * @param startDivisor learning rate over the first one, above 0
         * @param endDivisor first learning rate over the last one, above 0
         * @throws IllegalArgumentException if a value is out of its range
         */
        public OneCycle {
            Require.between("warmup_fraction", 0, 1, warmupFraction);
            Require.positive("start_divisor", startDivisor);
            Require.positive("end_divisor", endDivisor);
        }

        /** {@return up over three tenths of the steps, from a 25th of the learning rate} */
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
        /**
         * Creates the schedule.
         *
         * @param monitor the figure that must improve
         * @param factor what the learning rate is multiplied by, 0..1 without 1
         * @param patience epochs without an improvement that are waited for
         * @param threshold smallest improvement that counts, as a share of the best value
         * @param minimum smallest learning rate
         * @throws IllegalArgumentException if a value is out of its range
         */
        public ReduceOnPlateau {
            Require.within("factor", 0, 1, factor);
            Require.whole("patience", 0, 1_000_000, patience);
            Require.notNegative("threshold", threshold);
            Require.notNegative("minimum", minimum);
        }

        /** {@return a tenth after 10 epochs without a lower loss} */
        @Defaults
        public static ReduceOnPlateau defaults() {
            return new ReduceOnPlateau(Monitor.LOSS, 0.1, 10, 1e-4, 0);
        }
    }
}
