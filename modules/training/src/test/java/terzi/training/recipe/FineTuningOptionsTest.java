package terzi.training.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import terzi.images.Preprocessing;
import terzi.training.recipe.FineTuningOptions.Images;
import terzi.training.recipe.FineTuningOptions.Input;

class FineTuningOptionsTest {
    private static final FineTuningOptions DEFAULTS = FineTuningOptions.defaults();

    @Test
    void eachChangeChangesItsOwnSettingAlone() throws ReflectiveOperationException {
        Map<String, UnaryOperator<FineTuningOptions>> changes = Map.ofEntries(
                Map.entry("input", o -> o.withInput(new Input("pool5", 1, 96, 2, Preprocessing.Fit.CROP))),
                Map.entry("images", o -> o.withImages(new Images(0.3, Sampling.OVER, new Views(5)))),
                Map.entry(
                        "head",
                        o -> o.withHead(new HeadFitting(
                                HeadForm.LINEAR,
                                List.of(1.0),
                                3,
                                200,
                                1e-5,
                                HeadFitting.Kernel.defaults(),
                                HeadFitting.Discriminant.defaults()))),
                Map.entry("unfreeze", o -> o.withUnfreeze(Unfreezing.defaults())),
                Map.entry("testViews", o -> o.withTestViews(7)),
                Map.entry("training", o -> o.withTraining(TrainingOptions.defaults())));
        RecordComponent[] components = FineTuningOptions.class.getRecordComponents();
        assertEquals(components.length, changes.size());
        for (RecordComponent changed : components) {
            FineTuningOptions options = changes.get(changed.getName()).apply(DEFAULTS);
            for (RecordComponent component : components) {
                Object before = component.getAccessor().invoke(DEFAULTS);
                Object after = component.getAccessor().invoke(options);
                if (component.equals(changed)) {
                    assertNotEquals(before, after, component.getName());
                } else {
                    assertEquals(before, after, component.getName() + " when " + changed.getName() + " changes");
                }
            }
        }
    }

    @Test
    void bordersAreAllowedAndWhatLiesBeyondIsRefusedByName() {
        new Input(null, 1, 0, 16, null);
        new Input(null, 2, Preprocessing.LONGEST_SIDE, 1e-9, null);
        new Images(0, Sampling.PLAIN, new Views(1));
        new Images(0.9, Sampling.PLAIN, new Views(1000));
        DEFAULTS.withTestViews(0).withTestViews(1000);
        new Unfreezing(new Depth.None(), 1, 0, 0);
        new Unfreezing(new Depth.None(), 1000, 16_777_216, 1);
        refused("feature_stages", () -> new Input(null, -1, 0, 1, null));
        refused("feature_stages", () -> new Input(null, 3, 0, 1, null));
        refused("size", () -> new Input(null, 1, -1, 1, null));
        refused("size", () -> new Input(null, 1, Preprocessing.LONGEST_SIDE + 1, 1, null));
        refused("enlarge", () -> new Input(null, 1, 0, 0, null));
        refused("enlarge", () -> new Input(null, 1, 0, 16.1, null));
        refused("validation", () -> new Images(0.91, Sampling.PLAIN, new Views(1)));
        refused("validation", () -> new Images(-0.01, Sampling.PLAIN, new Views(1)));
        refused("test_views", () -> DEFAULTS.withTestViews(1001));
        refused("count", () -> new Views(0));
        refused("views", () -> new Unfreezing(new Depth.None(), 0, 0, 1));
        refused("memory_megabytes", () -> new Unfreezing(new Depth.None(), 1, -1, 1));
        refused("rate_decay", () -> new Unfreezing(new Depth.None(), 1, 1, 1.1));
        refused("blocks", () -> new Depth.Blocks(0));
        refused("stages", () -> new Depth.Stages(0));
    }

    @Test
    void theHeadsSettingsHaveRanges() {
        HeadFitting.Kernel kernel = HeadFitting.Kernel.defaults();
        List<Double> one = List.of(1.0);
        new HeadFitting(HeadForm.LINEAR, one, 2, 1, 1e-12, kernel, HeadFitting.Discriminant.defaults());
        new HeadFitting.Kernel(one, one, one, 40_000, 40_000);
        refused(
                "strengths",
                () -> new HeadFitting(
                        HeadForm.LINEAR, List.of(), 2, 1, 1, kernel, HeadFitting.Discriminant.defaults()));
        refused(
                "strengths",
                () -> new HeadFitting(
                        HeadForm.LINEAR, List.of(0.0), 2, 1, 1, kernel, HeadFitting.Discriminant.defaults()));
        refused(
                "folds",
                () -> new HeadFitting(HeadForm.LINEAR, one, 1, 1, 1, kernel, HeadFitting.Discriminant.defaults()));
        refused(
                "iterations",
                () -> new HeadFitting(HeadForm.LINEAR, one, 2, 0, 1, kernel, HeadFitting.Discriminant.defaults()));
        refused(
                "tolerance",
                () -> new HeadFitting(HeadForm.LINEAR, one, 2, 1, 0, kernel, HeadFitting.Discriminant.defaults()));
        refused("powers", () -> new HeadFitting.Kernel(List.of(1.1), one, one, 1, 1));
        refused("powers", () -> new HeadFitting.Kernel(List.of(), one, one, 1, 1));
        refused("gammas", () -> new HeadFitting.Kernel(one, List.of(-1.0), one, 1, 1));
        refused("strengths", () -> new HeadFitting.Kernel(one, one, List.of(), 1, 1));
        refused("max_rows", () -> new HeadFitting.Kernel(one, one, one, 0, 1));
        refused("max_rows", () -> new HeadFitting.Kernel(one, one, one, 40_001, 1));
        refused("landmarks", () -> new HeadFitting.Kernel(one, one, one, 1, 0));
        refused("landmarks", () -> new HeadFitting.Kernel(one, one, one, 1, 40_001));
        new HeadFitting.Discriminant(one, one);
        refused("powers", () -> new HeadFitting.Discriminant(List.of(1.1), one));
        refused("shrinkages", () -> new HeadFitting.Discriminant(one, List.of(0.0)));
        refused("shrinkages", () -> new HeadFitting.Discriminant(one, List.of(1.01)));
        refused("shrinkages", () -> new HeadFitting.Discriminant(one, List.of()));
    }

    private static void refused(String name, Runnable made) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, made::run);
        assertTrue(e.getMessage().startsWith(name + " must "), e.getMessage());
    }
}
