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
        Terzi.run(nowhere, nowhere, InputStream.nullInputStream(), "--help");
        for (String command : Terzi.commandLine(
                        new Streams(nowhere, nowhere, InputStream.nullInputStream(), Terminal.none()))
                .getSubcommands()
                .keySet()) {
            Terzi.run(nowhere, nowhere, InputStream.nullInputStream(), command, "--help");
        }
        Terzi.run(nowhere, nowhere, InputStream.nullInputStream(), "--version");
        Terzi.run(nowhere, nowhere, InputStream.nullInputStream(), "nonsense", "--json");
        Terzi.run(nowhere, nowhere, InputStream.nullInputStream(), "doctor", "--json");
    }
}
