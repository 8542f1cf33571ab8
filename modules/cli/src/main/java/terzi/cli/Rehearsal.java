package terzi.cli;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import terzi.cli.terminal.Streams;
import terzi.cli.terminal.Terminal;

/**
 * Runs the commands once, for nothing, while the JVM writes down which classes they need: the launcher then starts from
 * that archive. Not a command.
 */
final class Rehearsal {
    private Rehearsal() {}

    public static void main(String[] arguments) {
        PrintWriter nowhere = new PrintWriter(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        Streams streams = new Streams(nowhere, nowhere, InputStream.nullInputStream(), Terminal.none());
        Terzi.run(streams, "--help");
        for (String command : Terzi.commandLine(streams).getSubcommands().keySet()) {
            Terzi.run(streams, command, "--help");
        }
        Terzi.run(streams, "--version");
        Terzi.run(streams, "nonsense", "--json");
        Terzi.run(streams, "doctor", "--json");
    }
}
