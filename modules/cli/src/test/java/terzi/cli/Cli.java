package terzi.cli;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import terzi.cli.terminal.Streams;
import terzi.cli.terminal.Terminal;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Runs the command line in this JVM and keeps what it prints. */
public record Cli(int exitCode, String out, String err) {
    public static Cli run(String... arguments) {
        return runWithInput(new byte[0], arguments);
    }

    public static Cli runWithInput(byte[] input, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode =
                Terzi.run(new PrintWriter(out), new PrintWriter(err), new ByteArrayInputStream(input), arguments);
        return new Cli(exitCode, out.toString(), err.toString());
    }

    /** With a terminal behind the streams. */
    public static Cli runOn(Terminal terminal, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        InputStream in = new ByteArrayInputStream(new byte[0]);
        int exitCode = Terzi.run(new Streams(new PrintWriter(out), new PrintWriter(err), in, terminal), arguments);
        return new Cli(exitCode, out.toString(), err.toString());
    }

    public JsonNode json() {
        return JsonMapper.shared().readTree(out);
    }

    /** What went wrong, from the JSON object that stdout must hold. */
    public String jsonError() {
        return json().path("error").path("message").asString();
    }
}
