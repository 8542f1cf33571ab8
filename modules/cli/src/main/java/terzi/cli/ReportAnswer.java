package terzi.cli;

import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import terzi.runs.Reported;
import terzi.runs.Reporting;
import terzi.runs.Topics;

/** Carries {@code terzi report} out and prints its answer. */
final class ReportAnswer {
    private ReportAnswer() {}

    static int run(Console console, Reporting request) throws IOException {
        Reported reported = request.run(console.listener());
        print(console, reported.conclusions());
        console.print("");
        console.print("report: " + reported.page());
        console.json(reported);
        return ExitCode.OK;
    }

    /** What each sentence is about, and the sentence; several things to try are below each other. */
    static void print(Console console, Map<String, String> conclusions) {
        conclusions.forEach((topic, text) -> console.print(String.format(
                Locale.ROOT, "%-14s %s", Topics.title(topic), text.replace("\n", "\n" + " ".repeat(15)))));
    }
}
