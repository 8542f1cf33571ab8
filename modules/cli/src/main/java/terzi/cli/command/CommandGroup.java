package terzi.cli.command;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command that leads to others. */
@Command(
        versionProvider = RootCommand.Version.class,
        synopsisHeading = "Usage: ",
        synopsisSubcommandLabel = "COMMAND",
        parameterListHeading = "%nArguments:%n",
        commandListHeading = "%nCommands:%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n")
abstract class CommandGroup implements Runnable {
    @Spec
    CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Show the version.")
    boolean version;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "no command given: one of "
                        + String.join(", ", spec.subcommands().keySet()) + " is expected");
    }
}
