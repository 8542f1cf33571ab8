package terzi.cli;

import picocli.CommandLine.Command;

/** {@code terzi doctor}. */
@Command(
        name = "doctor",
        description = {
            "Checks this machine: Java, cores, memory, the engines that train and classify, caches, disk.",
            "Every line says ok, warn or fail; what is not ok comes with a remedy. The exit status is 1 when a line"
                    + " says fail."
        },
        footer = {"  terzi doctor", "  terzi doctor --json"})
final class DoctorCommand extends TerziCommand {
    @Override
    int run(Console console) {
        return DoctorAnswer.run(console);
    }
}
