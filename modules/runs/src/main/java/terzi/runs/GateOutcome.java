package terzi.runs;

import java.util.List;
import terzi.evaluation.Evaluation;

/**
 * A condition on a figure, and the figure.
 *
 * @param gate the condition, such as {@code accuracy>=0.93}
 * @param value the measured figure
 * @param passed whether the condition is met
 */
public record GateOutcome(String gate, double value, boolean passed) {

    static List<GateOutcome> of(List<Gate> gates, Evaluation evaluation) {
        return gates.stream()
                .map(gate -> new GateOutcome(gate.toString(), gate.value(evaluation), gate.isMet(evaluation)))
                .toList();
    }

    static boolean allPassed(List<GateOutcome> outcomes) {
        return outcomes.stream().allMatch(GateOutcome::passed);
    }
}
