package terzi.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import terzi.cli.terminal.ExitCode;

class CommandLineTest {
    @TempDir
    Path folder;

    @Test
    void helpListsEveryCommandAndGoesToStdout() {
        Cli cli = Cli.run("--help");
        assertEquals(ExitCode.OK, cli.exitCode());
        assertEquals("", cli.err());
        for (String command : new String[] {
            "demo",
            "finetune",
            "tune",
            "train",
            "evaluate",
            "report",
            "compare",
            "classify",
            "explain",
            "inspect",
            "backbones",
            "convert",
            "doctor"
        }) {
            assertTrue(cli.out().contains("\n  " + command), cli.out());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "demo",
                "finetune",
                "tune",
                "train",
                "evaluate",
                "report",
                "compare",
                "classify",
                "explain",
                "inspect",
                "backbones",
                "convert",
                "doctor"
            })
    void everyCommandHasHelpWithExamplesThatFitsATerminal(String command) {
        Cli cli = Cli.run(command, "--help");
        assertEquals(ExitCode.OK, cli.exitCode());
        assertTrue(cli.out().startsWith("Usage: terzi " + command), cli.out());
        assertTrue(cli.out().contains("Examples:\n  terzi " + command), cli.out());
        assertTrue(cli.out().contains("--json"), cli.out());
        assertFalse(cli.out().contains("%n") || cli.out().contains("%%"), cli.out());
        assertTrue(cli.out().lines().allMatch(line -> line.length() <= 80), cli.out());
    }

    @Test
    void versionNamesTerziAndJava() {
        Cli cli = Cli.run("--version");
        assertEquals(ExitCode.OK, cli.exitCode());
        assertTrue(cli.out().matches("(?s)terzi .*\\RJava .*"), cli.out());
    }

    @Test
    void helpOfACommandIsThatOfItsOption() {
        assertEquals(Cli.run("--help"), Cli.run("help"));
        assertEquals(Cli.run("train", "--help"), Cli.run("help", "train"));
        assertEquals(Cli.run("data", "check", "--help"), Cli.run("help", "data", "check"));
        assertTrue(Cli.run("help", "trian").err().contains("Did you mean train?"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                                    | no command given: one of demo, finetune",
                "trian                                 | there is no command 'trian'",
                "train                                 | name a recipe or a model folder",
                "train a --resume b                    | exclude each other",
                "train --resume b --seed 3             | a resumed run keeps",
                "train a --epochs many                 | --epochs: expected a whole number, found 'many'",
                "train a --set epochs                  | --set: expected KEY=VALUE, found 'epochs'",
                "train a --data                        | --data: expected a value, DATA, found none",
                "finetune --test half                  | --test: expected a number, found 'half'",
                "bench m --budget 5                    | --budget: expected a time such as 90s",
                "backbones list --hub ::               | --hub: expected an address",
                "compare a                             | RUN: expected 2 or more",
                "help trian                            | there is no command 'trian'",
                "classify m                            | IMAGE",
                "classify m p --top-k 0                | --top-k must be 1 or more, found 0",
                "classify m p --device tpu             | expected auto, cpu, cuda",
                "finetune --data d --folds 1           | expected 2 or more",
                "finetune --data d --test 1            | expected a share",
                "tune                                  | name the images with --data",
                "tune --data d --trials 0              | expected 1 or more",
                "tune --data d --resume r              | exclude each other",
                "explain m                             | IMAGE",
                "explain m a.png b.png --output c.png      | a folder",
                "evaluate m --gate accuracy            | such as accuracy>=0.93",
                "evaluate m --gate beauty>1            | there is no figure 'beauty'",
                "evaluate m --split half               | --split",
                "evaluate                              | MODEL",
                "inspect                               | FILE",
                "backbones                             | ACTION",
                "backbones fetch                       | ACTION: expected one of list, show, pull",
                "backbones show                        | show needs a NAME",
                "backbones pull                        | pull needs a NAME, such as resnet50",
                "convert                               | MODEL",
                "convert m.h5 --pixels blue            | expected zero-to-one, minus-one-to-one",
                "data check d --label-errors e.csv     | name it with --model",
                "doctor --wrong                        | --wrong"
            })
    void wrongUsageIsExplainedOnStderrWithStatus2(String line, String expected) {
        String[] arguments = line.isEmpty() ? new String[0] : line.split(" ");
        Cli cli = Cli.run(arguments);
        assertEquals(ExitCode.USAGE, cli.exitCode());
        assertEquals("", cli.out());
        assertTrue(cli.err().contains(expected), cli.err());
        assertTrue(cli.err().contains("--help'"), cli.err());
    }

    @Test
    void wrongUsageIsAJsonObjectWhereJsonIsAskedFor() {
        Cli cli = Cli.run("classify", "--json");
        assertEquals(ExitCode.USAGE, cli.exitCode());
        assertEquals("usage", cli.json().path("error").path("kind").asString());
        assertEquals(2, cli.json().path("error").path("exit_code").asInt());
        assertEquals("", cli.err());
    }

    @ParameterizedTest
    @ValueSource(strings = {"inspect", "evaluate", "train", "convert"})
    void aMissingFileIsNamed(String command) {
        String missing = folder.resolve("not here").toString();
        Cli cli = Cli.run(command, missing);
        assertEquals(ExitCode.FAILURE, cli.exitCode());
        assertEquals("", cli.out());
        assertTrue(cli.err().startsWith("error: " + missing), cli.err());
        assertFalse(cli.err().contains("Exception"), cli.err());
    }

    @Test
    void verboseShowsWhereAnErrorCameFrom() {
        Cli cli = Cli.run("inspect", folder.resolve("not here").toString(), "--verbose");
        assertTrue(cli.err().contains("\tat terzi.cli."), cli.err());
    }

    @Test
    void failuresAreJsonObjectsToo() throws IOException {
        Path file = Files.writeString(folder.resolve("text.onnx"), "this is not a model");
        Cli cli = Cli.run("inspect", file.toString(), "--json");
        assertEquals(ExitCode.FAILURE, cli.exitCode());
        assertTrue(cli.jsonError().startsWith(file + ": "), cli.out());
        assertEquals("", cli.err());
    }

    @Test
    void aFolderWithoutAClassifierSaysHowToGetOne() throws IOException {
        Files.writeString(folder.resolve("recipe.yaml"), "name: x");
        Cli model = Cli.run("classify", folder.toString(), "p.png");
        assertTrue(model.err().contains("make one with: terzi train " + folder), model.err());
        Files.writeString(folder.resolve("args.yaml"), "command: train");
        Cli run = Cli.run("classify", folder.toString(), "p.png");
        assertTrue(run.err().contains("terzi train --resume " + folder), run.err());
    }
}
