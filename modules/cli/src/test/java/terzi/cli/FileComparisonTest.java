package terzi.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import terzi.cli.terminal.ExitCode;
import tools.jackson.databind.JsonNode;

class FileComparisonTest {
    @TempDir
    Path folder;

    @Test
    void modelsWithoutPredictionsAreComparedByWhatTheirFilesHoldWithTheCommandsForATest() {
        Cli cli = Cli.run("compare", "../../models/mnist", "../../models/mnist-best");
        assertEquals(ExitCode.OK, cli.exitCode(), cli.err());
        // 99.50 and 99.70 % of the same 10,000 images, as their READMEs say
        assertTrue(cli.out().contains("99.50 %") && cli.out().contains("99.70 %"), cli.out());
        assertTrue(cli.out().contains("mnist-best has a higher accuracy than mnist: +0.20 points"), cli.out());
        assertTrue(cli.out().contains("on the same 10,000 test images"), cli.out());
        assertTrue(
                cli.out()
                        .contains("next: terzi evaluate ../../models/mnist --data mnist --output runs/compare/mnist\n"),
                cli.out());
        assertTrue(cli.out().endsWith("next: terzi compare runs/compare/mnist runs/compare/mnist-best\n"), cli.out());
        JsonNode json = Cli.run("compare", "../../models/mnist", "../../models/mnist-best", "--json")
                .json();
        assertEquals(0.997, json.path("runs").path(1).path("accuracy").asDouble());
        assertEquals(10_000, json.path("runs").path(1).path("count").asInt());
        assertTrue(!json.path("differences").path(0).path("tested").asBoolean());
        assertEquals(3, json.path("next").size());
    }

    @Test
    void modelsOfOtherDataAreShownButNotCompared() {
        Cli cli = Cli.run("compare", "../../models/mnist", "../../models/fashion-mnist-simple");
        assertTrue(cli.out().contains("were measured on different images"), cli.out());
    }

    @Test
    void aPageNeedsPredictionsAndSaysHowToMakeThem() {
        Path page = folder.resolve("page.html");
        Cli cli = Cli.run("compare", "../../models/mnist", "../../models/mnist-best", "--output", page.toString());
        assertEquals(ExitCode.FAILURE, cli.exitCode());
        assertTrue(cli.err().contains("make one with: terzi report ../../models/mnist"), cli.err());
    }
}
