package terzi.cli.command;

import java.util.Locale;
import picocli.CommandLine.Command;
import terzi.cli.terminal.Colour;
import terzi.cli.terminal.Console;
import terzi.cli.terminal.ExitCode;
import terzi.runs.Diagnosed;
import terzi.runs.Diagnosing;
import terzi.runs.Finding;

/** {@code terzi doctor}. */
@Command(
        name = "doctor",
        description = {
            "Check this machine: Java, cores, memory, the engines for training and inference, caches, disk.",
            "Each line says ok, warn or fail; a warn or fail comes with a remedy. The exit status is 1 if a line"
                    + " says fail."
        },
        footer = {"  terzi doctor", "  terzi doctor --json"})
final class DoctorCommand extends TerziCommand {
    @Override
    int run(Console console) {
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
