package terzi.cli;

import java.io.IOException;
import java.util.Optional;
import terzi.runs.FineTuned;
import terzi.runs.FineTuning;
import terzi.runs.ShellWords;

/** Carries {@code terzi finetune} out and prints its answer. */
final class FinetuneAnswer {
    private FinetuneAnswer() {}

    static int run(Console console, FineTuning request) throws IOException {
        Optional<FineTuned> result = Interruption.run(console, request.execution(), request);
        if (result.isEmpty()) {
            return ExitCode.INTERRUPTED;
        }
        FineTuned tuned = result.get();
        print(console, tuned);
        console.json(tuned);
        return tuned.passed() ? ExitCode.OK : ExitCode.GATE_FAILED;
    }

    private static void print(Console console, FineTuned tuned) {
        tuned.reported().ifPresent(shown -> {
            console.print(shown.text().stripTrailing());
            console.print("");
        });
        ReportAnswer.print(console, tuned.conclusions());
        EvaluateAnswer.printGates(console, tuned.gates());
        console.print("");
        console.print("classifier: " + tuned.classifier());
        console.print("report: " + tuned.page().orElse(tuned.folder().resolve("report.md")));
        console.print("next: terzi classify " + ShellWords.quoted(tuned.folder()) + " IMAGE");
    }
}
