package terzi.training.finetune;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import terzi.data.PackedImages;
import terzi.data.Seeds;
import terzi.data.Splits;
import terzi.training.recipe.FineTuningOptions;
import terzi.training.recipe.HeadFitting;
import terzi.training.recipe.HeadForm;
import terzi.training.run.Cancellation;
import terzi.training.run.TrainingEngine;

class HeadSearchTest {
    private static final int NARROW = 3;
    private static final int WIDE = 5;

    @TempDir
    Path cache;

    private static int[] labels(int each) {
        return IntStream.range(0, 3 * each).map(i -> i % 3).toArray();
    }

    /** Each class has its feature, among the first three or among the last. */
    private static float[][] rows(int[] labels, boolean[] informative) {
        float[][] rows = new float[labels.length][WIDE];
        for (int i = 0; i < rows.length; i++) {
            RandomGenerator random = Seeds.of(4, 0, i);
            for (int f = 0; f < WIDE; f++) {
                rows[i][f] = (float) (random.nextGaussian() + (informative[f] && f % 3 == labels[i] ? 2.5 : 0));
            }
        }
        return rows;
    }

    private static HeadFit fit(float[][] rows, int[] labels, HeadFitting options) {
        TrainingEngine.useThreads(1);
        double[] ones = new double[labels.length];
        Arrays.fill(ones, 1);
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            return HeadSearch.fit(
                    manager,
                    new HeadFitter.Data((image, view) -> rows[image], labels, ones, 3, WIDE, 1),
                    List.of(
                            new FeatureSet(NARROW, " on the last stage", true),
                            new FeatureSet(WIDE, " on the last two stages", false)),
                    options,
                    new HeadSearch.Divisions(Splits.folds(labels, 3, 1), Optional.empty()),
                    new Cancellation(),
                    FineTuningListener.NONE);
        }
    }

    private static final boolean[] IN_THE_LAST_STAGE = {true, true, true, false, false};
    private static final boolean[] IN_BOTH = {false, false, true, true, true};

    private static Set<String> kinds(HeadFit fit) {
        Set<String> kinds = new HashSet<>();
        fit.tried().forEach(trial -> kinds.add(trial.setting().replaceAll(",.*", "")));
        return kinds;
    }

    @Test
    void tenImagesOfAClassGetOneSettingOnTheLastStage() {
        int[] few = labels(10);
        HeadFit fit = fit(rows(few, IN_BOTH), few, HeadFitting.defaults());
        assertEquals(1, fit.tried().size(), fit.tried().toString());
        assertEquals("discriminant on the last stage, power 0.5, shrinkage 0.95", fit.chosen());
        assertEquals(NARROW, fit.head().width());
        int[] more = Arrays.copyOf(labels(11), 31);
        assertTrue(
                fit(rows(more, IN_BOTH), more, HeadFitting.defaults()).tried().size() > 10, "one image more");
        HeadFit asked = fit(rows(few, IN_BOTH), few, HeadFitting.defaults().withForm(HeadForm.DISCRIMINANT));
        assertTrue(asked.tried().size() > 10, "a form that is asked for is fitted by choice");
    }

    @Test
    void bothSetsOfFeaturesAreTriedAndTheBetterIsTaken() {
        int[] labels = labels(30);
        HeadFit both = fit(rows(labels, IN_BOTH), labels, HeadFitting.defaults());
        assertEquals(
                Set.of(
                        "discriminant on the last stage",
                        "kernel on the last stage",
                        "discriminant on the last two stages",
                        "kernel on the last two stages"),
                kinds(both));
        assertEquals(WIDE, both.head().width(), both.chosen());
        HeadFit last = fit(rows(labels, IN_THE_LAST_STAGE), labels, HeadFitting.defaults());
        assertEquals(NARROW, last.head().width(), last.chosen());
        assertTrue(last.chosen().startsWith("discriminant on the last stage"), "normal classes: " + last.tried());
    }

    private static Set<String> kindsAbove(int maxRows, int[] labels) {
        HeadFitting defaults = HeadFitting.defaults();
        HeadFitting.Kernel kernel = defaults.kernel();
        return kinds(fit(
                rows(labels, IN_BOTH),
                labels,
                new HeadFitting(
                        HeadForm.AUTO,
                        List.of(0.1, 1.0),
                        3,
                        50,
                        1e-4,
                        new HeadFitting.Kernel(kernel.powers(), kernel.gammas(), kernel.strengths(), maxRows, 40),
                        defaults.discriminant())));
    }

    private static Set<String> onBothSets(String... forms) {
        return Arrays.stream(forms)
                .flatMap(form -> Stream.of(form + " on the last stage", form + " on the last two stages"))
                .collect(Collectors.toSet());
    }

    @Test
    void moreImagesThanAKernelIsSolvedForAreComparedWithLandmarks() {
        assertEquals(onBothSets("discriminant", "kernel"), kindsAbove(89, labels(30)));
    }

    /** 35 images are fewer than four for each of nine numbers. */
    @Test
    void tooFewOfThemToMapLogitsGetALinearHeadToo() {
        int[] few = Arrays.copyOf(labels(12), 35);
        assertEquals(onBothSets("discriminant", "kernel", "linear"), kindsAbove(34, few));
        assertEquals(onBothSets("discriminant", "kernel"), kindsAbove(35, few), "an exact kernel");
    }

    /**
     * Images of one colour for each of twelve groups, whose label is drawn for the group: only another image of the group can
     * tell it.
     */
    private static PackedImages colours(int each) {
        int size = Shapes.SIZE;
        byte[] pixels = new byte[12 * each * size * size * 3];
        int[] labels = new int[12 * each];
        for (int i = 0; i < labels.length; i++) {
            int group = i % 12;
            int[] level = {group / 4, group / 2 % 2, group % 2};
            labels[i] = (level[0] + level[1] + level[2]) % 2;
            RandomGenerator random = Seeds.of(7, 0, i);
            for (int p = 0; p < size * size * 3; p++) {
                int colour = p % 3 == 0 ? 50 + 70 * level[0] : 50 + 140 * level[p % 3];
                pixels[i * size * size * 3 + p] = (byte) (colour + random.nextInt(10));
            }
        }
        return PackedImages.of(List.of("cats", "dogs"), new PackedImages.Shape(size, size, 3), pixels, labels);
    }

    /** Groups of an object, and within them copies: the smaller groups are pairs. */
    @Test
    void imagesOfAGroupAreInOneFoldAndCannotTellItsLabel() throws IOException {
        PackedImages images = colours(8);
        FineTuningOptions options = Shapes.headOnly()
                .withInput(Shapes.input(0))
                .withHead(HeadFitting.defaults().withForm(HeadForm.KERNEL))
                .with(List.of("views.count=1"));
        FineTuningJob job = new FineTuningJob(Shapes.network(1), Shapes.PREPROCESSING, images, options, cache);
        List<Integer> groups =
                IntStream.range(0, images.size()).map(i -> i % 12).boxed().toList();
        List<Integer> pairs = IntStream.range(0, images.size())
                .map(i -> i % 12 + i / 24 * 12)
                .boxed()
                .toList();
        FineTuningResult.OutOfFold found = FineTuner.run(
                        job.withGroups(new FineTuningJob.Groups(groups, pairs)), FineTuningListener.NONE)
                .outOfFold();
        assertEquals(images.size(), found.predictions().size());
        assertFoldsOf(groups, found.predictions());
        FineTuningResult.OutOfFold alone =
                FineTuner.run(job, FineTuningListener.NONE).outOfFold();
        assertTrue(alone.ungrouped().isEmpty());
        double honest = accuracy(found.predictions());
        double leaking = accuracy(alone.predictions());
        double divided = accuracy(found.ungrouped());
        assertTrue(leaking > 0.9, "without groups: " + leaking);
        assertTrue(divided > 0.9, "other pairs of the group: " + divided);
        assertTrue(honest < 0.65, "with groups: " + honest);
    }

    private static void assertFoldsOf(List<Integer> groups, List<CrossValidation.Prediction> predictions) {
        Map<Integer, Set<Integer>> folds = new HashMap<>();
        for (int i = 0; i < groups.size(); i++) {
            folds.computeIfAbsent(groups.get(i), group -> new HashSet<>())
                    .add(predictions.get(i).fold());
        }
        List<Set<Integer>> divided = new ArrayList<>(
                folds.values().stream().filter(of -> of.size() > 1).toList());
        assertEquals(List.of(), divided);
        assertTrue(folds.values().stream().distinct().count() > 1, folds.toString());
    }

    private static double accuracy(List<CrossValidation.Prediction> predictions) {
        long right = predictions.stream()
                .filter(one -> {
                    float[] logits = new float[one.logits().size()];
                    for (int c = 0; c < logits.length; c++) {
                        logits[c] = one.logits().get(c);
                    }
                    return LogitMetrics.answer(logits) == one.truth();
                })
                .count();
        return (double) right / predictions.size();
    }
}
