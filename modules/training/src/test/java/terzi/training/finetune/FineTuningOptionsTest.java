package terzi.training.finetune;

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
import terzi.training.TrainingOptions;

class FineTuningOptionsTest {
    private static final FineTuningOptions DEFAULTS = FineTuningOptions.defaults();

    @Test
    void eachChangeChangesItsOwnSettingAlone() throws ReflectiveOperationException {
        Map<String, UnaryOperator<FineTuningOptions>> changes = Map.ofEntries(
                Map.entry("headAt", o -> o.withHeadAt("pool5")),
                Map.entry("featureStages", o -> o.withFeatureStages(1)),
                Map.entry("size", o -> o.withSize(96)),
                Map.entry("enlarge", o -> o.withEnlarge(2)),
                Map.entry("fit", o -> o.withFit(Preprocessing.Fit.CROP)),
                Map.entry("validation", o -> o.withValidation(0.3)),
                Map.entry("sampling", o -> o.withSampling(Sampling.OVER)),
                Map.entry("views", o -> o.withViews(new Views(5))),
                Map.entry("head", o -> o.withHead(Shapes.fitting())),
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
        DEFAULTS.withSize(0).withEnlarge(16).withValidation(0).withTestViews(0).withFeatureStages(2);
        DEFAULTS.withSize(Preprocessing.LONGEST_SIDE)
                .withEnlarge(1e-9)
                .withValidation(0.9)
                .withTestViews(1000);
        new Unfreezing(new Depth.None(), 1, 0, 0);
        new Unfreezing(new Depth.None(), 1000, 16_777_216, 1);
        refused("feature_stages", () -> DEFAULTS.withFeatureStages(0));
        refused("feature_stages", () -> DEFAULTS.withFeatureStages(3));
        refused("size", () -> DEFAULTS.withSize(-1));
        refused("size", () -> DEFAULTS.withSize(Preprocessing.LONGEST_SIDE + 1));
        refused("enlarge", () -> DEFAULTS.withEnlarge(0));
        refused("enlarge", () -> DEFAULTS.withEnlarge(16.1));
        refused("validation", () -> DEFAULTS.withValidation(0.91));
        refused("validation", () -> DEFAULTS.withValidation(-0.01));
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
        new HeadFitting(HeadForm.LINEAR, one, 2, 1, 1e-12, kernel);
        new HeadFitting.Kernel(one, one, one, 40_000);
        refused("strengths", () -> new HeadFitting(HeadForm.LINEAR, List.of(), 2, 1, 1, kernel));
        refused("strengths", () -> new HeadFitting(HeadForm.LINEAR, List.of(0.0), 2, 1, 1, kernel));
        refused("folds", () -> new HeadFitting(HeadForm.LINEAR, one, 1, 1, 1, kernel));
        refused("iterations", () -> new HeadFitting(HeadForm.LINEAR, one, 2, 0, 1, kernel));
        refused("tolerance", () -> new HeadFitting(HeadForm.LINEAR, one, 2, 1, 0, kernel));
        refused("powers", () -> new HeadFitting.Kernel(List.of(1.1), one, one, 1));
        refused("powers", () -> new HeadFitting.Kernel(List.of(), one, one, 1));
        refused("gammas", () -> new HeadFitting.Kernel(one, List.of(-1.0), one, 1));
        refused("strengths", () -> new HeadFitting.Kernel(one, one, List.of(), 1));
        refused("max_rows", () -> new HeadFitting.Kernel(one, one, one, 0));
        refused("max_rows", () -> new HeadFitting.Kernel(one, one, one, 40_001));
    }

    private static void refused(String name, Runnable made) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, made::run);
        assertTrue(e.getMessage().startsWith(name + " must "), e.getMessage());
    }
}
