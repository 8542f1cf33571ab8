package terzi.training.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import terzi.data.augment.Mixup;

class TrainingOptionsTest {
    private static final TrainingOptions DEFAULTS = TrainingOptions.defaults();

    @Test
    void eachChangeChangesItsOwnSettingAlone() {
        Map<String, UnaryOperator<TrainingOptions>> changes = Map.ofEntries(
                Map.entry("epochs", o -> o.withEpochs(3)),
                Map.entry("batch_size", o -> o.withBatchSize(5)),
                Map.entry("optimizer", o -> o.withOptimizer(Optimizer.Sgd.defaults())),
                Map.entry("schedule", o -> o.withSchedule(new Schedule.Constant())),
                Map.entry("loss", o -> o.withLoss(new Loss(0.1, new ClassWeighting.Equal()))),
                Map.entry("mix", o -> o.withMix(new Mixup(0.2))),
                Map.entry("plain_epochs", o -> o.withPlainEpochs(2)),
                Map.entry("clip_norm", o -> o.withClipNorm(1.5)),
                Map.entry("ema", o -> o.withEma(0.9)),
                Map.entry("keep", o -> o.withSelection(new TrainingOptions.Selection(Keep.LAST, null))),
                Map.entry(
                        "early_stopping",
                        o -> o.withSelection(new TrainingOptions.Selection(Keep.BEST, EarlyStopping.defaults()))),
                Map.entry("precision", o -> o.withPrecision(PrecisionChoice.BF16)),
                Map.entry("seed", o -> o.withSeed(7)),
                Map.entry("threads", o -> o.withThreads(1)));
        List<RecordType.Setting> settings = RecordType.of(TrainingOptions.class).settings();
        assertEquals(settings.size(), changes.size());
        for (RecordType.Setting changed : settings) {
            TrainingOptions options = changes.get(changed.name()).apply(DEFAULTS);
            for (RecordType.Setting setting : settings) {
                Object before = setting.of(DEFAULTS);
                Object after = setting.of(options);
                if (setting.equals(changed)) {
                    assertNotEquals(before, after, setting.name());
                } else {
                    assertEquals(before, after, setting.name() + " when " + changed.name() + " changes");
                }
            }
        }
    }

    @ParameterizedTest(name = "{1} plain of {0} epochs")
    @CsvSource({"10, 0, 11, 0", "10, 1, 10, 10", "10, 3, 8, 8", "10, 10, 1, 1", "10, 12, 1, 1", "1, 1, 1, 1"})
    void theLastEpochsArePlain(int epochs, int plain, int firstPlain, int plainFrom) {
        TrainingOptions options = DEFAULTS.withEpochs(epochs).withPlainEpochs(plain);
        for (int epoch = 1; epoch <= epochs; epoch++) {
            assertEquals(epoch >= firstPlain, options.isPlain(epoch), "epoch " + epoch);
        }
        assertEquals(plainFrom, options.plainFrom(true));
        assertEquals(0, options.plainFrom(false), "neither augmented nor mixed, all are alike");
        assertEquals(plainFrom, options.withMix(new Mixup(0.2)).plainFrom(false));
    }

    @Test
    void aWarmUpMayTakeTheWholeRunButNotMore() {
        TrainingOptions five = DEFAULTS.withEpochs(5);
        five.withSchedule(new Schedule.Cosine(5, 0));
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> five.withSchedule(new Schedule.Cosine(5.01, 0)));
        assertTrue(e.getMessage().contains("at most the number of epochs, 5, not 5.01"), e.getMessage());
    }

    @Test
    void bordersAreAllowedAndWhatLiesBeyondIsNot() {
        DEFAULTS.withEpochs(1)
                .withBatchSize(1)
                .withClipNorm(0)
                .withEma(0)
                .withThreads(0)
                .withPlainEpochs(0);
        DEFAULTS.withEpochs(1_000_000)
                .withBatchSize(65_536)
                .withEma(Math.nextDown(1.0))
                .withThreads(1024);
        List<UnaryOperator<TrainingOptions>> refused = List.of(
                o -> o.withEpochs(0),
                o -> o.withEpochs(1_000_001),
                o -> o.withBatchSize(0),
                o -> o.withBatchSize(65_537),
                o -> o.withPlainEpochs(-1),
                o -> o.withClipNorm(-1e-9),
                o -> o.withClipNorm(Double.NaN),
                o -> o.withEma(1),
                o -> o.withEma(-1e-9),
                o -> o.withThreads(-1),
                o -> o.withThreads(1025));
        for (int i = 0; i < refused.size(); i++) {
            UnaryOperator<TrainingOptions> change = refused.get(i);
            assertThrows(IllegalArgumentException.class, () -> change.apply(DEFAULTS), "change " + i);
        }
    }

    @Test
    void lossAndClassWeightsHaveRanges() {
        new Loss(0, new ClassWeighting.Equal());
        new ClassWeighting.Listed(List.of(0.0, 1.0));
        ClassWeighting equal = new ClassWeighting.Equal();
        assertThrows(IllegalArgumentException.class, () -> new Loss(1, equal));
        assertThrows(IllegalArgumentException.class, () -> new Loss(-0.1, equal));
        assertThrows(IllegalArgumentException.class, () -> new ClassWeighting.Listed(List.of()));
        assertThrows(IllegalArgumentException.class, () -> new ClassWeighting.Listed(List.of(1.0, -1.0)));
        assertEquals(new ClassWeighting.Balanced(), Loss.defaults().classWeights());
    }

    @Test
    void optimizersHaveRanges() {
        new Optimizer.Sgd(1e-9, 0, false, 0);
        new Optimizer.Adam(1, 0, 0, 1e-12, 0);
        List<Runnable> refused = List.of(
                () -> new Optimizer.Sgd(0, 0, false, 0),
                () -> new Optimizer.Sgd(1, 1, false, 0),
                () -> new Optimizer.Sgd(1, 0, true, 0),
                () -> new Optimizer.Sgd(1, 0.5, true, -1),
                () -> new Optimizer.Adam(0, 0.9, 0.9, 1e-8, 0),
                () -> new Optimizer.Adam(1, 1, 0.9, 1e-8, 0),
                () -> new Optimizer.Adam(1, 0.9, 1, 1e-8, 0),
                () -> new Optimizer.Adam(1, 0.9, 0.9, 0, 0),
                () -> new Optimizer.Adam(1, 0.9, 0.9, 1e-8, -1),
                () -> new Optimizer.AdamW(0, 0.9, 0.9, 1e-8, 0),
                () -> new Optimizer.AdamW(1, 0.9, 1, 1e-8, 0),
                () -> new Optimizer.RmsProp(0, 0.9, 1e-8, 0, false, 0),
                () -> new Optimizer.RmsProp(1, 1, 1e-8, 0, false, 0),
                () -> new Optimizer.RmsProp(1, 0.9, 0, 0, false, 0),
                () -> new Optimizer.RmsProp(1, 0.9, 1e-8, 1, false, 0),
                () -> new Optimizer.RmsProp(1, 0.9, 1e-8, 0, false, -1),
                () -> new Optimizer.Nadam(0, 0.9, 0.9, 1e-8, 0, 0),
                () -> new Optimizer.Nadam(1, 0.9, 0.9, 1e-8, -1, 0),
                () -> new Optimizer.Muon(0, 0.9, true, 0),
                () -> new Optimizer.Muon(1, 1, true, 0),
                () -> new Optimizer.Muon(1, 0.9, true, -1));
        for (int i = 0; i < refused.size(); i++) {
            Runnable made = refused.get(i);
            assertThrows(IllegalArgumentException.class, made::run, "optimizer " + i);
        }
    }
}
