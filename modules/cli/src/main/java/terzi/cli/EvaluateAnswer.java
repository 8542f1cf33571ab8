package terzi.cli;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import terzi.evaluation.Evaluation;
import terzi.evaluation.Interval;
import terzi.evaluation.report.Counted;
import terzi.runs.Evaluated;
import terzi.runs.Evaluating;
import terzi.runs.GateOutcome;

/** Carries {@code terzi evaluate} out and prints its answer. */
final class EvaluateAnswer {
    private EvaluateAnswer() {}

    static int run(Console console, Evaluating request) throws IOException {
        Evaluated evaluated = request.run(console.listener());
        console.print(evaluated.metrics().text().stripTrailing());
        console.print("");
        console.print(sentence(evaluated.metrics(), evaluated.device()));
        evaluated
                .together()
                .ifPresent(description -> console.print("the mean of " + evaluated.answers()
                        + " answers to each image: " + description + "; a file alone answers once"));
        printGates(console, evaluated.gates());
        evaluated.output().ifPresent(folder -> console.progress("files are in " + folder));
        console.json(evaluated);
        return evaluated.passed() ? ExitCode.OK : ExitCode.GATE_FAILED;
    }

    static void printGates(Console console, List<GateOutcome> gates) {
        for (GateOutcome gate : gates) {
            console.print((gate.passed() ? "gate met: " : "gate not met: ") + gate.gate() + ", found "
                    + String.format(Locale.ROOT, "%.4f", gate.value()));
        }
    }

    /** The result in words: {@code 93.51 % of 10,000 images right (95 % interval 93.01 to 93.98 %), on cpu}. */
    static String sentence(Evaluation evaluation, String device) {
        Interval interval = evaluation.accuracyInterval();
        return String.format(
                Locale.ROOT,
                "%.2f %% of %s right (95 %% interval %.2f to %.2f %%), on %s through ONNX Runtime",
                evaluation.accuracy() * 100,
                Counted.of(evaluation.count(), "image"),
                interval.low() * 100,
                interval.high() * 100,
                device);
    }
}
