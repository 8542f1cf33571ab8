package terzi.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import terzi.cli.terminal.ExitCode;
import terzi.training.recipe.FineTuningRecipe;

class TuneTest {
    @TempDir
    Path folder;

    @Test
    void theBestRecipeIsOneThatFinetuneReadsAndASearchGoesOnWhereItStopped() throws IOException {
        Path images = folder.resolve("images");
        Path backbone = folder.resolve("backbone.onnx");
        FinetuneTest.write(images, backbone);
        Path space = Files.writeString(
                folder.resolve("space.yaml"), "views.count: [1, 2]\nsampling: [plain, over]\nfeature_stages: [1]\n");
        Cli cli = Cli.run(
                "tune",
                "--data",
                images.toString(),
                "--backbone",
                backbone.toString(),
                "--recipe",
                "fast",
                "--space",
                space.toString(),
                "--trials",
                "3",
                "--threads",
                "1",
                "--runs-dir",
                folder.resolve("runs").toString(),
                "--json");
        assertEquals(ExitCode.OK, cli.exitCode(), cli.err() + cli.out());
        assertEquals(3, cli.json().path("trials").size());
        Path run = Path.of(cli.json().path("run").asString());
        FineTuningRecipe best =
                FineTuningRecipe.read(Path.of(cli.json().path("recipe").asString()), List.of(), note -> {});
        assertEquals(
                cli.json().path("best").path("settings").path("views.count").asString(),
                Integer.toString(best.finetune().images().views().count()));
        assertEquals(4, Files.readAllLines(run.resolve("results.csv")).size());

        long before = Files.getLastModifiedTime(run.resolve("trials.json")).toMillis();
        Cli resumed = Cli.run("tune", "--resume", run.toString(), "--json");
        assertEquals(ExitCode.OK, resumed.exitCode(), resumed.err() + resumed.out());
        assertEquals(cli.json().path("best"), resumed.json().path("best"));
        assertEquals(
                before, Files.getLastModifiedTime(run.resolve("trials.json")).toMillis());

        // as a search of before version 0.1 has it
        for (String file : List.of("trials.json", "space.yaml", "recipe.yaml")) {
            Path old = run.resolve(file);
            Files.writeString(old, Files.readString(old).replace("feature_stages", "featureStages"));
        }
        Cli older = Cli.run("tune", "--resume", run.toString(), "--json");
        assertEquals(ExitCode.OK, older.exitCode(), older.err() + older.out());
        assertEquals(cli.json().path("best"), older.json().path("best"));
        assertEquals(3, older.err().split("write feature_stages for featureStages", -1).length, older.err());
        assertEquals(best, FineTuningRecipe.read(run.resolve("best-recipe.yaml"), List.of(), note -> {}));
    }
}
