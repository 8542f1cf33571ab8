package terzi.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Tries many settings briefly and only the better ones for longer (Jamieson and Talwalkar, "Non-stochastic Best Arm Identification
 * and Hyperparameter Optimization", 2016): of each round, the best third goes on with three times the effort.
 */
final class SuccessiveHalving {
    private static final int KEPT = 3;

    private SuccessiveHalving() {}

    /**
     * What one trial brought in one round.
     *
     * @param trial from 0
     * @param round from 0
     * @param effort share of the full effort, 0..1
     * @param accuracy on validation images
     * @param logLoss on the same
     */
    record Outcome(
            int trial,
            int round,
            double effort,
            double accuracy,
            double logLoss,
            double trainAccuracy,
            double seconds,
            Map<String, String> settings) {
        boolean failed() {
            return Double.isNaN(accuracy);
        }

        static final Comparator<Outcome> BEST_FIRST = Comparator.comparing(Outcome::failed)
                .thenComparing(Comparator.comparingDouble(Outcome::accuracy).reversed())
                .thenComparingDouble(Outcome::logLoss)
                .thenComparingInt(Outcome::trial);
    }

    /** Tries settings with a share of the full effort. */
    interface Trial {
        Outcome run(int trial, int round, double effort) throws IOException;
    }

    /** Hears of every outcome as soon as it is there. */
    interface Listener {
        void ended(Outcome outcome, int done, int total) throws IOException;
    }

    /** How many trials each round has: 12, 4, 1. */
    static List<Integer> rounds(int trials, boolean scalable) {
        List<Integer> rounds = new ArrayList<>(List.of(trials));
        while (scalable && rounds.get(rounds.size() - 1) > 1) {
            rounds.add(Math.max(1, rounds.get(rounds.size() - 1) / KEPT));
        }
        return rounds;
    }

    /**
     * Runs all rounds.
     *
     * @param scalable whether less effort can be made; otherwise there is one round
     * @param known outcomes of an earlier, interrupted search, which are not computed again
     * @return all outcomes, in the order of rounds and trials
     */
    static List<Outcome> search(int trials, boolean scalable, List<Outcome> known, Trial trial, Listener listener)
            throws IOException {
        Map<String, Outcome> done = new HashMap<>();
        known.forEach(outcome -> done.put(outcome.round() + "/" + outcome.trial(), outcome));
        List<Integer> rounds = rounds(trials, scalable);
        int total = rounds.stream().mapToInt(Integer::intValue).sum();
        List<Outcome> all = new ArrayList<>();
        List<Integer> going = new ArrayList<>();
        for (int i = 0; i < trials; i++) {
            going.add(i);
        }
        for (int round = 0; round < rounds.size(); round++) {
            List<Outcome> outcomes = new ArrayList<>();
            double effort = Math.pow(KEPT, round - (rounds.size() - 1));
            for (int number : going) {
                Outcome outcome = done.get(round + "/" + number);
                if (outcome == null) {
                    outcome = trial.run(number, round, effort);
                    outcomes.add(outcome);
                    all.add(outcome);
                    listener.ended(outcome, all.size(), total);
                } else {
                    outcomes.add(outcome);
                    all.add(outcome);
                }
            }
            if (round + 1 < rounds.size()) {
                going = outcomes.stream()
                        .sorted(Outcome.BEST_FIRST)
                        .limit(rounds.get(round + 1))
                        .map(Outcome::trial)
                        .sorted()
                        .toList();
            }
        }
        return all;
    }
}
