package terzi.cli;

import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import terzi.runs.Execution;
import terzi.runs.Run;
import terzi.runs.ShellWords;
import terzi.runs.Sizes;
import terzi.runs.Trained;

/** Carries {@code terzi train} out and prints its answer. */
final class TrainAnswer {
    private TrainAnswer() {}

    static int run(Console console, Execution execution, Run<Trained> request) throws IOException {
        Optional<Trained> result = Interruption.run(console, execution, request);
        if (result.isEmpty()) {
            return ExitCode.INTERRUPTED;
        }
        Trained trained = result.get();
        print(console, trained);
        console.json(trained);
        trained.error().ifPresent(error -> console.error(error.message()));
        return trained.error().isPresent() ? ExitCode.FAILURE : ExitCode.OK;
    }

    private static void print(Console console, Trained trained) {
        console.print(trained.metrics().text().stripTrailing());
        console.print("");
        console.print(EvaluateAnswer.sentence(trained.metrics(), trained.device())
                + (trained.measuredOn().equals("test") ? "" : "; these are validation images"));
        console.print("kept epoch " + trained.keptEpoch() + " of " + trained.epochs() + stopped(trained)
                + ", trained in " + Sizes.duration(trained.seconds()));
        console.print("classifier: " + trained.classifier());
        console.print("report: " + trained.page());
        console.print("next: terzi classify " + ShellWords.quoted(trained.folder()) + " IMAGE");
    }

    private static String stopped(Trained trained) {
        return switch (trained.stopped()) {
            case "completed" -> "";
            case "early_stopping" -> " (stopped early)";
            default -> " (" + trained.stopped().toLowerCase(Locale.ROOT) + ")";
        };
    }
}
