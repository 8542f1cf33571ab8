package terzi.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import terzi.cli.terminal.ExitCode;

class DemoTest {
    @TempDir
    Path folder;

    @Test
    void withoutTheLargeNetworkItSaysSoAndLearnsFromTheSamplesAlone() {
        Cli cli =
                Cli.run("demo", "--backbone", folder.resolve("none.onnx").toString(), "--runs-dir", folder.toString());
        assertEquals(ExitCode.OK, cli.exitCode(), cli.err() + cli.out());
        assertTrue(cli.out().contains("not available here: " + folder.resolve("none.onnx")), cli.out());
        assertTrue(
                cli.out().contains("new images classified correctly, with a small network trained from scratch"),
                cli.out());
        for (int step = 1; step <= 4; step++) {
            assertTrue(cli.out().contains("\n" + step + "/4 ") || cli.out().startsWith(step + "/4 "), cli.out());
        }
        Path run = folder.resolve("demo/products/train/small");
        assertTrue(Files.exists(run.resolve("classifier.onnx")));
        assertTrue(Files.exists(run.resolve("explained/contact-sheet.png")));
    }
}
