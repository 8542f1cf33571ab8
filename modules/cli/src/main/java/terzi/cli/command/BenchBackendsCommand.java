package terzi.cli.command;

import picocli.CommandLine.Command;
import terzi.cli.terminal.Console;

/** {@code terzi bench backends}. */
@Command(
        name = "backends",
        description = "Lists the backends that bench can measure, with their settings; the first value is the default.",
        footer = {"  terzi bench backends"})
final class BenchBackendsCommand extends TerziCommand {
    @Override
    int run(Console console) {
        return BenchRun.listBackends(console);
    }
}
