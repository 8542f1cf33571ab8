package terzi.runs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import terzi.runs.Tuned.Outcome;

/**
 * Tries many settings briefly and only the better ones for longer (Jamieson and Talwalkar, "Non-stochastic Best Arm Identification
 * and Hyperparameter Optimization", 2016): of each round, the best third goes on with three times the effort.
 */
final class SuccessiveHalving {
    private static final int KEPT = 3;

    static final Comparator<Outcome> BEST_FIRST = Comparator.comparing(Outcome::failed)
            .thenComparing(Comparator.comparingDouble(Outcome::accuracy).reversed())
            .thenComparingDouble(Outcome::logLoss)
            .thenComparingInt(Outcome::trial);

    private SuccessiveHalving() {}

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
                        .sorted(BEST_FIRST)
                        .limit(rounds.get(round + 1))
                        .map(Outcome::trial)
                        .sorted()
                        .toList();
            }
        }
        return all;
    }
}
