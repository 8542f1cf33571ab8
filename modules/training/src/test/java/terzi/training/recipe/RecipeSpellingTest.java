package terzi.training.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import terzi.data.augment.Augmentation;
import terzi.data.augment.AugmentationChain;

/** Names in recipes as they are written now, and as they were written before version 0.1. */
class RecipeSpellingTest {
    private static final String PLAIN =
            """
            name: small
            data: somewhere
            input: {width: 8, height: 8, channels: gray}
            network: [flatten, dense: 3]
            """;

    /** Settings of a training recipe in the old spelling, in the new one, and the names that differ. */
    private static final String[] TRAINING = {
        "training.batchSize=7 | training.batch_size=7 | batch_size for batchSize",
        "training.plainEpochs=3 | training.plain_epochs=3 | plain_epochs for plainEpochs",
        "training.clipNorm=2 | training.clip_norm=2 | clip_norm for clipNorm",
        "training.earlyStopping.minimumChange=0.1 | training.early_stopping.minimum_change=0.1"
                + " | early_stopping for earlyStopping, minimum_change for minimumChange",
        "training.loss.labelSmoothing=0.1 | training.loss.label_smoothing=0.1 | label_smoothing for labelSmoothing",
        "training.loss.classWeights=equal | training.loss.class_weights=equal | class_weights for classWeights",
        "training.optimizer.adamW.learningRate=0.1 | training.optimizer.adamw.learning_rate=0.1"
                + " | adamw for adamW, learning_rate for learningRate",
        "training.optimizer.rmsProp.weightDecay=0.1 | training.optimizer.rmsprop.weight_decay=0.1"
                + " | rmsprop for rmsProp, weight_decay for weightDecay",
        "training.optimizer.nadam.momentumDecay=0.1 | training.optimizer.nadam.momentum_decay=0.1"
                + " | momentum_decay for momentumDecay",
        "training.schedule.cosine.warmupEpochs=1 | training.schedule.cosine.warmup_epochs=1"
                + " | warmup_epochs for warmupEpochs",
        "training.schedule.cosine.finalFraction=0.1 | training.schedule.cosine.final_fraction=0.1"
                + " | final_fraction for finalFraction",
        "training.schedule=oneCycle | training.schedule=one_cycle | one_cycle for oneCycle",
        "training.schedule.oneCycle.warmupFraction=0.1 | training.schedule.one_cycle.warmup_fraction=0.1"
                + " | one_cycle for oneCycle, warmup_fraction for warmupFraction",
        "training.schedule.oneCycle.startDivisor=9 | training.schedule.one_cycle.start_divisor=9"
                + " | one_cycle for oneCycle, start_divisor for startDivisor",
        "training.schedule.oneCycle.endDivisor=9 | training.schedule.one_cycle.end_divisor=9"
                + " | one_cycle for oneCycle, end_divisor for endDivisor",
        "training.schedule.reduceOnPlateau.patience=2 | training.schedule.reduce_on_plateau.patience=2"
                + " | reduce_on_plateau for reduceOnPlateau",
        "training.mix.cutMix.alpha=2 | training.mix.cutmix.alpha=2 | cutmix for cutMix",
        "input={width: 8, height: 8, channels: gray, fit: crop, resizeTo: 9}"
                + " | input={width: 8, height: 8, channels: gray, fit: crop, resize_to: 9} | resize_to for resizeTo",
        "input.cropOrigin=half_to_even | input.crop_origin=half_to_even | crop_origin for cropOrigin",
        "network=[leakyRelu] | network=[leaky_relu] | leaky_relu for leakyRelu",
        "network=[hardSwish] | network=[hard_swish] | hard_swish for hardSwish",
        "network=[depthwiseConv2d: 3] | network=[depthwise_conv2d: 3] | depthwise_conv2d for depthwiseConv2d",
        "network=[maxPool: {size: 2}] | network=[max_pool: 2] | max_pool for maxPool",
        "network=[averagePool: 2] | network=[average_pool: 2] | average_pool for averagePool",
        "network=[globalAveragePool] | network=[global_average_pool] | global_average_pool for globalAveragePool",
        "network=[batchNorm] | network=[batch_norm] | batch_norm for batchNorm",
        "network=[conv2d: {filters: 2, kernel: 3, activation: leakyRelu}]"
                + " | network=[conv2d: {filters: 2, kernel: 3, activation: leaky_relu}] | leaky_relu for leakyRelu",
    };

    /** The same for the section {@code finetune} of a fine-tuning recipe. */
    private static final String[] FINE_TUNING = {
        "headAt=pool5 | head_at=pool5 | head_at for headAt",
        "featureStages=1 | feature_stages=1 | feature_stages for featureStages",
        "testViews=5 | test_views=5 | test_views for testViews",
        "head.kernel.maxRows=99 | head.kernel.max_rows=99 | max_rows for maxRows",
        "unfreeze.memoryMegabytes=99 | unfreeze.memory_megabytes=99 | memory_megabytes for memoryMegabytes",
        "unfreeze.rateDecay=0.1 | unfreeze.rate_decay=0.1 | rate_decay for rateDecay",
        "training.batchSize=7 | training.batch_size=7 | batch_size for batchSize",
    };

    @TempDir
    Path folder;

    private final List<String> notes = new ArrayList<>();

    static Stream<List<String>> training() {
        return Arrays.stream(TRAINING).map(RecipeSpellingTest::cells);
    }

    static Stream<List<String>> fineTuning() {
        return Arrays.stream(FINE_TUNING).map(RecipeSpellingTest::cells);
    }

    private static List<String> cells(String row) {
        return List.of(row.split(" \\| "));
    }

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("recipe.yaml"), text);
    }

    private static String key(String override) {
        return override.substring(0, override.indexOf('='));
    }

    @ParameterizedTest
    @MethodSource("training")
    void anOldNameInATrainingRecipeIsReadWithANote(List<String> row) throws IOException {
        Path file = file(PLAIN);
        Recipe now = Recipe.read(file, List.of(row.get(1)), notes::add);
        assertEquals(List.of(), notes);
        assertEquals(now, Recipe.read(file, List.of(row.get(0)), notes::add));
        assertEquals(List.of(file + ": names are in an old spelling, which is still read; write " + row.get(2)), notes);
        assertEquals(key(row.get(1)), Recipe.FORMAT.spelled(key(row.get(0))));
        assertEquals(now, Recipe.read(file(now.yaml()), List.of(), notes::add));
        assertEquals(1, notes.size(), "what is written is in the new spelling");
    }

    @ParameterizedTest
    @MethodSource("fineTuning")
    void anOldNameInAFineTuningRecipeIsReadWithANote(List<String> row) throws IOException {
        FineTuningOptions options = FineTuningOptions.defaults();
        FineTuningOptions now = options.with(List.of(row.get(1)), notes::add);
        assertEquals(List.of(), notes);
        assertEquals(now, options.with(List.of(row.get(0)), notes::add));
        assertEquals(
                List.of("overrides: names are in an old spelling, which is still read; write " + row.get(2)), notes);
        FineTuningRecipe recipe =
                FineTuningRecipe.read(file("name: a\n"), List.of("finetune." + row.get(0)), notes::add);
        assertEquals(now, recipe.finetune());
        assertEquals(recipe, FineTuningRecipe.read(file(recipe.yaml()), List.of(), notes::add));
        assertEquals(2, notes.size(), "what is written is in the new spelling");
    }

    /** Names of several words are those that had another spelling; augmentations were in snake_case before. */
    @Test
    void everyNameThatWasSpelledDifferentlyIsInTheTables() {
        Set<String> names = new TreeSet<>();
        collect(Recipe.class, names, new HashSet<>());
        collect(FineTuningRecipe.class, names, new HashSet<>());
        Set<String> tested = Stream.of(TRAINING, FINE_TUNING)
                .flatMap(Arrays::stream)
                .flatMap(row -> Arrays.stream(cells(row).get(2).split(", ")))
                .map(change -> change.replaceFirst(" for .*", ""))
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(tested, names);
    }

    private static void collect(Type type, Set<String> names, Set<Type> seen) {
        if (type == AugmentationChain.class || !seen.add(type)) {
            return;
        }
        if (type instanceof ParameterizedType list) {
            collect(list.getActualTypeArguments()[0], names, seen);
        } else if (type instanceof Class<?> raw && raw.isRecord()) {
            for (RecordType.Setting key : RecordType.of(raw).settings()) {
                if (!key.name().equals(key.component().getName())) {
                    names.add(key.name());
                }
                collect(key.type(), names, seen);
            }
        } else if (type instanceof Class<?> raw && RecordType.isChoice(raw)) {
            RecordType.choices(raw).forEach((name, leaf) -> {
                if (!name.equalsIgnoreCase(leaf.getSimpleName())
                        || List.of("adamw", "rmsprop", "cutmix").contains(name)) {
                    names.add(name);
                }
                collect(leaf, names, seen);
            });
        }
    }

    @Test
    void severalOldNamesInAFileAreOneNote() throws IOException {
        Path file = file(
                """
                name: small
                data: somewhere
                input: {width: 8, height: 8, channels: gray}
                network:
                  - conv2d: {filters: 2, kernel: 3}
                  - batchNorm
                  - maxPool: 2
                  - conv2d: {filters: 2, kernel: 3}
                  - batchNorm
                training:
                  batchSize: 9
                """);
        assertEquals(
                9,
                Recipe.read(file, List.of(), notes::add)
                        .training()
                        .optimisation()
                        .batchSize());
        assertEquals(
                List.of(file + ": names are in an old spelling, which is still read; write batch_norm for batchNorm,"
                        + " max_pool for maxPool, batch_size for batchSize"),
                notes);
    }

    @ParameterizedTest
    @CsvSource({"'training: {batchSize: 9}', training.batch_size=4", "'training: {batch_size: 9}', training.batchSize=4"
    })
    void anOverrideWinsOverTheOtherSpellingOfItsKey(String given, String override) throws IOException {
        assertEquals(
                4,
                Recipe.read(file(PLAIN + given + "\n"), List.of(override), notes::add)
                        .training()
                        .optimisation()
                        .batchSize());
    }

    @Test
    void anOverrideReachesIntoAChoiceInTheOtherSpelling() throws IOException {
        Path file = file(PLAIN + "training: {optimizer: {adamW: {learningRate: 0.5, weightDecay: 0.25}}}\n");
        assertEquals(
                new Optimizer.AdamW(0.125, 0.9, 0.999, 1e-8, 0.25),
                Recipe.read(file, List.of("training.optimizer.adamw.learning_rate=0.125"), notes::add)
                        .training()
                        .optimisation()
                        .optimizer());
    }

    @Test
    void oneKeyInTwoSpellingsIsGivenTwice() throws IOException {
        Path file = file(PLAIN + "training:\n  batchSize: 9\n  batch_size: 9\n");
        RecipeException e = assertThrows(RecipeException.class, () -> Recipe.read(file));
        assertEquals(file + ":7: the key 'batch_size' is given twice, first at " + file + ":6", e.getMessage());
    }

    @Test
    void anUnknownKeyIsNamedAsItIsWritten() throws IOException {
        Path file = file(PLAIN + "training:\n  batchSiez: 9\n");
        String message =
                assertThrows(RecipeException.class, () -> Recipe.read(file)).getMessage();
        assertTrue(
                message.startsWith(file + ":6: unknown key 'batchSiez' in training; did you mean 'batch_size'?"),
                message);
    }

    @Test
    void aKeyThatIsNotKnownStaysAsItIs() {
        assertEquals("training.batchSiez.x", Recipe.FORMAT.spelled("training.batchSiez.x"));
        assertEquals("training.optimizer.adamX", Recipe.FORMAT.spelled("training.optimizer.adamX"));
        assertEquals("a", Recipe.FORMAT.spelled("a"));
        assertEquals("training.batch_size.more", Recipe.FORMAT.spelled("training.batchSize.more"));
    }

    /** As the name of the class in lower case with underscores, where one word ends and the next begins. */
    @Test
    void theAugmentationsAreThose() {
        assertEquals(
                Set.of(
                        "flip",
                        "shift",
                        "rotate",
                        "zoom",
                        "warp",
                        "random_resized_crop",
                        "color_jitter",
                        "grayscale",
                        "random_erasing",
                        "trivial_augment",
                        "rand_augment"),
                RecordType.choices(Augmentation.class).keySet());
    }
}
