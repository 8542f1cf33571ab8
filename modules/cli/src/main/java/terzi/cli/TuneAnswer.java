package terzi.cli;

import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import terzi.runs.ResumedTuning;
import terzi.runs.ShellWords;
import terzi.runs.Sizes;
import terzi.runs.Tuned;
import terzi.runs.Tuning;

/** What {@code terzi tune} prints. */
final class TuneAnswer {
    private TuneAnswer() {}

    static int run(Console console, Tuning request) throws IOException {
        return answer(console, Interruption.run(console, request.execution(), request));
    }

    static int run(Console console, ResumedTuning request) throws IOException {
        return answer(console, Interruption.run(console, request.execution(), request));
    }

    private static int answer(Console console, Optional<Tuned> found) {
        if (found.isEmpty()) {
            return ExitCode.INTERRUPTED;
        }
        print(console, found.get());
        console.json(found.get());
        return ExitCode.OK;
    }

    private static void print(Console console, Tuned result) {
        console.print(table(result));
        console.print(String.format(
                Locale.ROOT,
                "best: trial %d, %.1f %% of the validation images right. Of %d trials the best is also the luckiest:"
                        + " expect less on other images",
                result.best().trial() + 1,
                result.best().accuracy() * 100,
                result.trials().stream().filter(outcome -> outcome.round() == 0).count()));
        console.print("recipe: " + result.recipe());
        console.print("next: terzi finetune --data " + ShellWords.quoted(result.data()) + " --recipe "
                + ShellWords.quoted(result.recipe()));
    }

    private static String table(Tuned result) {
        StringBuilder table = new StringBuilder(String.format(
                Locale.ROOT,
                "%5s %5s %10s %9s %8s  %s%n",
                "trial",
                "round",
                "validation",
                "log-loss",
                "time",
                "settings"));
        for (Tuned.Outcome outcome : result.trials()) {
            table.append(String.format(
                    Locale.ROOT,
                    "%5d %5d %8.1f %% %9.3f %8s  %s%n",
                    outcome.trial() + 1,
                    outcome.round() + 1,
                    outcome.accuracy() * 100,
                    outcome.logLoss(),
                    Sizes.duration(outcome.seconds()),
                    outcome.settings().entrySet().stream()
                            .map(setting -> setting.getKey() + "=" + setting.getValue())
                            .collect(Collectors.joining(" "))));
        }
        return table.toString();
    }
}
