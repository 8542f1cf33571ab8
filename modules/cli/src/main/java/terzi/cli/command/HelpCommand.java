package terzi.cli.command;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.UnmatchedArgumentException;

/** {@code terzi help}. */
@Command(
        name = "help",
        helpCommand = true,
        description = "Show the help of a command.",
        footer = {"  terzi help", "  terzi help train", "  terzi help data check"})
final class HelpCommand extends CommandGroup {
    @Parameters(arity = "0..*", paramLabel = "COMMAND", description = "The command (default: terzi itself).")
    private List<String> words = new ArrayList<>();

    @Override
    public void run() {
        CommandLine shown = spec.root().commandLine();
        for (String word : words) {
            CommandLine below = shown.getSubcommands().get(word);
            if (below == null) {
                throw new UnmatchedArgumentException(shown, List.of(word));
            }
            shown = below;
        }
        shown.usage(shown.getOut());
    }
}
