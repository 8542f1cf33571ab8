package terzi.training.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FineTuningRecipeTest {
    @TempDir
    Path folder;

    private FineTuningRecipe read(String text, String... overrides) throws IOException {
        Files.writeString(folder.resolve("recipe.yaml"), text);
        return FineTuningRecipe.read(folder, List.of(overrides), note -> {});
    }

    @Test
    void aPresetIsWhereSettingsStartFromDownToTheLastOne() throws IOException {
        FineTuningRecipe recipe = read(
                """
                        name: product-categories
                        labels: [All_Beauty, Digital_Music]
                        finetune:
                          preset: best
                          size: 288
                          unfreeze: {views: 3}
                          training:
                            epochs: 5
                            optimizer: {adamw: {learning_rate: 0.002}}
                        """,
                "finetune.views.count=7");
        FineTuningOptions best = Preset.BEST.options();
        FineTuningOptions read = recipe.finetune();
        assertEquals("resnet50", recipe.backbone());
        assertEquals(List.of("All_Beauty", "Digital_Music"), recipe.labels());
        assertEquals(288, read.input().size());
        assertEquals(7, read.images().views().count());
        assertEquals(best.images().views().augment(), read.images().views().augment());
        assertEquals(
                new Unfreezing(
                        best.unfreeze().depth(),
                        3,
                        best.unfreeze().memoryMegabytes(),
                        best.unfreeze().rateDecay()),
                read.unfreeze());
        assertEquals(
                best.training()
                        .withEpochs(5)
                        .withOptimizer(read.training().optimisation().optimizer()),
                read.training());
        Optimizer.AdamW optimizer =
                (Optimizer.AdamW) read.training().optimisation().optimizer();
        assertEquals(0.002, optimizer.learningRate());
        assertEquals(best.training().optimisation().optimizer().weightDecay(), optimizer.weightDecay());
    }

    @Test
    void anotherChoiceStartsFromItsOwnDefaults() throws IOException {
        FineTuningOptions read = read("name: a\nfinetune: {training: {optimizer: sgd}, unfreeze: {depth: {blocks: 2}}}")
                .finetune();
        assertEquals(Optimizer.Sgd.defaults(), read.training().optimisation().optimizer());
        assertEquals(new Depth.Blocks(2), read.unfreeze().depth());
        assertEquals(
                Preset.BALANCED.options().training().regularisation().ema(),
                read.training().regularisation().ema());
    }

    @Test
    void writesWhatItReads() throws IOException {
        FineTuningRecipe recipe = read("name: a\nfinetune: {preset: balanced, head_at: pool5, sampling: over}");
        assertEquals("pool5", recipe.finetune().input().headAt());
        assertEquals(recipe, read(recipe.yaml()));
        for (Preset preset : Preset.values()) {
            assertEquals(preset.options(), preset.options().with(List.of()));
        }
    }

    @Test
    void unknownKeysAndPresetsAreRefusedWithTheirLine() {
        RecipeException key =
                assertThrows(RecipeException.class, () -> read("name: a\nfinetune:\n  preset: fast\n  sise: 3\n"));
        assertTrue(
                key.getMessage().contains("recipe.yaml:4") && key.getMessage().contains("size"), key.getMessage());
        RecipeException preset =
                assertThrows(RecipeException.class, () -> read("name: a\nfinetune:\n  preset: fats\n"));
        assertTrue(
                preset.getMessage().contains("recipe.yaml:3")
                        && preset.getMessage().contains("balanced, best, fast"),
                preset.getMessage());
        RecipeException value =
                assertThrows(RecipeException.class, () -> read("name: a\nfinetune:\n  views:\n    count: 0\n"));
        assertTrue(value.getMessage().contains("recipe.yaml:4"), value.getMessage());
    }

    @Test
    void settingsCanBeChangedOneByOne() throws IOException {
        FineTuningOptions changed =
                Preset.FAST.options().with(List.of("training.epochs=3", "unfreeze.depth.stages=2", "head.folds=4"));
        assertEquals(3, changed.training().optimisation().epochs());
        assertEquals(
                Preset.FAST.options().training().optimisation().optimizer(),
                changed.training().optimisation().optimizer());
        assertEquals(new Depth.Stages(2), changed.unfreeze().depth());
        assertEquals(4, changed.head().folds());
        assertEquals(HeadFitting.defaults().strengths(), changed.head().strengths());
        assertThrows(RecipeException.class, () -> Preset.FAST.options().with(List.of("training.epoch=3")));
    }

    /** The example in docs/fine-tuning.md is one that can be run. */
    @Test
    void theDocumentsExampleIsARecipe() throws IOException {
        String page = Files.readString(Path.of("../../docs/fine-tuning.md"));
        int start = page.indexOf("```yaml\n") + 8;
        FineTuningRecipe recipe = read(page.substring(start, page.indexOf("```", start)));
        assertEquals("product-categories", recipe.name());
        assertEquals(Sampling.OVER, recipe.finetune().images().sampling());
        assertEquals(new Depth.Blocks(2), recipe.finetune().unfreeze().depth());
    }
}
