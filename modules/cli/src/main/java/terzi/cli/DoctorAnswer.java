package terzi.cli;

import java.util.Locale;
import terzi.runs.Diagnosed;
import terzi.runs.Diagnosing;
import terzi.runs.Finding;

/** Prints what {@code terzi doctor} finds, line by line. */
final class DoctorAnswer {
    private DoctorAnswer() {}

    static int run(Console console) {
        Diagnosed diagnosed =
                new Diagnosing().run(console.listener(), finding -> console.print(line(console, finding)));
        console.json(diagnosed);
        return diagnosed.healthy() ? ExitCode.OK : ExitCode.FAILURE;
    }

    private static String line(Console console, Finding finding) {
        Colour colour =
                switch (finding.status()) {
                    case OK -> Colour.GREEN;
                    case WARN -> Colour.YELLOW;
                    case FAIL -> Colour.RED;
                };
        String label = String.format("%-5s", finding.status().name().toLowerCase(Locale.ROOT));
        String line = console.coloured(colour, label) + String.format(" %-16s %s", finding.subject(), finding.detail());
        return finding.remedy().isEmpty()
                ? line
                : line + System.lineSeparator() + " ".repeat(23) + "-> " + finding.remedy();
    }
}
