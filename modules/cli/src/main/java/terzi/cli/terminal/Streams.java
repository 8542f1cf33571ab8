package terzi.cli.terminal;

import java.io.InputStream;
import java.io.PrintWriter;

/**
 * The standard streams of a command, and the terminal behind them.
 *
 * @param out what the command answers goes here
 * @param err logs, progress and error messages go here
 * @param in read where a command takes {@code -} for a file
 */
public record Streams(PrintWriter out, PrintWriter err, InputStream in, Terminal terminal) {
    Streams onStderr() {
        return new Streams(err, err, in, terminal.onStderr());
    }
}
