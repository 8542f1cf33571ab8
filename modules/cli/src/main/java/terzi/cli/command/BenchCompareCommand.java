package terzi.cli.command;

import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import terzi.cli.terminal.Console;

/** {@code terzi bench compare}. */
@Command(
        name = "compare",
        description = {
            "Says what changed between two reports of the same model beyond noise: faster, slower, or no difference, for each"
                    + " backend that both have.",
            "Exit status 3 when something became slower or no longer runs, so that a build can stop there. A figure counts as"
                    + " changed when the 95 %% interval of its ratio leaves 1 out and it is at least the reports' margin."
        },
        footer = {"  terzi bench compare runs/bench/mnist runs/bench/mnist-2"})
final class BenchCompareCommand extends TerziCommand {
    @Parameters(index = "0", paramLabel = "OLD", description = "A results.json, or the folder with it.")
    private Path before;

    @Parameters(index = "1", paramLabel = "NEW", description = "The same of the later measurement.")
    private Path now;

    @Override
    int run(Console console) throws Exception {
        return BenchRun.compare(console, before, now);
    }
}
