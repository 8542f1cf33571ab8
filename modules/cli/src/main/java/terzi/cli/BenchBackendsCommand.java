package terzi.cli;

import java.util.Map;
import picocli.CommandLine.Command;
import terzi.bench.Backends;

/** {@code terzi bench backends}. */
@Command(
        name = "backends",
        description = "Lists the backends that bench can measure, with their settings; the first value is the default.",
        footer = {"  terzi bench backends"})
final class BenchBackendsCommand extends TerziCommand {
    @Override
    int run(Console console) {
        Map<String, String> backends = Backends.descriptions();
        int width = backends.keySet().stream().mapToInt(String::length).max().orElse(0);
        backends.forEach((name, title) -> console.print(("%-" + width + "s  %s").formatted(name, title)));
        console.json(Map.of("backends", backends));
        return ExitCode.OK;
    }
}
