package terzi.training.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import terzi.data.augment.Augmentation;
import terzi.data.augment.AugmentationChain;
import terzi.data.augment.Augmentations;
import terzi.data.augment.Border;
import terzi.data.augment.Flip;
import terzi.data.augment.Grayscale;
import terzi.data.augment.RandAugment;
import terzi.data.augment.RandomResizedCrop;
import terzi.data.augment.Rotate;
import terzi.files.Defaults;
import terzi.onnx.build.Layer;

/** The rules by which records and YAML correspond. */
class RecordBinderTest {
    /** Anything that a recipe may hold. */
    record Everything(
            AugmentationChain augment,
            Recipe.NetworkSource network,
            Optimizer optimizer,
            Schedule schedule,
            ClassWeighting weights,
            List<Path> files) {
        @Defaults
        static Everything defaults() {
            return new Everything(
                    AugmentationChain.NONE,
                    new Recipe.Base(Path.of("/a.onnx")),
                    Optimizer.Adam.defaults(),
                    new Schedule.Constant(),
                    new ClassWeighting.Equal(),
                    List.of());
        }
    }

    /** Two settings that must be in order, and a third that has a limit of its own. */
    record Ordered(int low, int high, int other) {
        Ordered {
            if (low > high) {
                throw new IllegalArgumentException("the lower one is above the upper one");
            }
            if (other > 9) {
                throw new IllegalArgumentException("too much");
            }
        }

        @Defaults
        static Ordered defaults() {
            return new Ordered(1, 2, 0);
        }
    }

    /** One setting that must be given, with a limit. */
    record Limited(int most, int other) {
        Limited {
            if (most > 9) {
                throw new IllegalArgumentException("too much");
            }
        }

        @Defaults
        Limited(int most) {
            this(most, 0);
        }
    }

    /** A record whose defaults take what it does not have. */
    record Wrong(int a) {
        @Defaults
        static Wrong defaults(int b) {
            return new Wrong(b);
        }
    }

    /** Settings of which some are in a record of their own, and some of those in another. */
    record Grouped(int first, @Unwrapped Middle middle, int last) {
        @Defaults
        static Grouped defaults(int first) {
            return new Grouped(first, new Middle(2, new Inner(3, null), 5), 6);
        }

        record Middle(int second, @Unwrapped Inner inner, int fifth) {
            Middle {
                if (second > fifth) {
                    throw new IllegalArgumentException("the second is above the fifth");
                }
            }
        }

        record Inner(int third, @Nullable Integer fourthOne) {}
    }

    /** Settings without defaults. */
    record Pair(int one, Limited two) {}

    private static <T> T read(String text, Class<T> type) throws IOException {
        return new RecordBinder(Path.of("/folder"), Optional.empty()).read(YamlTree.parse(text, "x"), type, null);
    }

    private static String refusal(String text, Class<?> type) {
        return assertThrows(RecipeException.class, () -> read(text, type)).getMessage();
    }

    @Test
    void settingsOfAnUnwrappedRecordStandBesideTheOthers() throws IOException {
        Grouped defaults = Grouped.defaults(1);
        assertEquals(defaults, read("first: 1", Grouped.class));
        Grouped read = read("{first: 7, third: 8, fourthOne: 9, last: 10}", Grouped.class);
        assertEquals(new Grouped(7, new Grouped.Middle(2, new Grouped.Inner(8, 9), 5), 10), read);
        assertEquals(
                "{first=7, second=2, third=8, fourth_one=9, fifth=5, last=10}",
                RecordBinder.write(read).toString());
        assertEquals(
                "fourth_one",
                RecordType.spelled(Grouped.class, List.of("fourthOne").iterator()));
        assertTrue(refusal("{first: 1, middle: {second: 1}}", Grouped.class).contains("unknown key 'middle'"));
    }

    @Test
    void aRefusalOfAnUnwrappedRecordNamesTheLineOfItsSetting() {
        assertEquals(
                "x:3: the second is above the fifth", refusal("first: 1\nlast: 9\nsecond: 6\nthird: 1", Grouped.class));
    }

    private static AugmentationChain augment(String text) throws IOException {
        return read("augment: " + text, Everything.class).augment();
    }

    @Test
    void augmentationsHaveTheirDefaultsAndTheSettingsThatAreGiven() throws IOException {
        assertEquals(
                AugmentationChain.of(
                        new Flip(0.5, 0),
                        new Rotate(15, Border.MIRROR),
                        new RandomResizedCrop(0.5, 1, 4.0 / 3),
                        new RandAugment(3, 0.5, Border.EDGE),
                        new Grayscale(0.25)),
                augment("[flip, rotate: {degrees: 15, border: Mirror}, random_resized_crop: {min_area: 1/2},"
                        + " rand_augment: {operations: 3}, grayscale: 0.25]"));
        for (Augmentation each : Augmentations.all()) {
            String name = RecordType.name(each.getClass());
            assertEquals(AugmentationChain.of(each), augment("[" + name + "]"), name);
            assertEquals(AugmentationChain.of(each), augment("[" + name + ": {}]"), name);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'[rand_augment: {operations: 1.5}]', 'augment[0].rand_augment.operations: expected a whole number'",
        "'[flip, rotat]', 'augment[1]: expected one of color_jitter, flip, grayscale'",
        "'[flip, rotat]', 'found ''rotat''; did you mean ''rotate''?'",
        "'[rotat: 3]', 'found ''rotat''; did you mean ''rotate''?'",
        "'[rotate: {angle: 3}]', 'unknown key ''angle'' in augment[0].rotate. Allowed: degrees, border'",
        "'[rotate: {degrees: 400}]', 'rotate: degrees: expected a number from 0.0 to 180.0'",
        "'[rotate: {degrees: many}]', 'augment[0].rotate.degrees: expected a number, found ''many'''",
        "'[rotate: {border: pink}]', 'expected one of black, white, edge, mirror, found ''pink'''",
        "'[rotate: 3]', 'augment[0].rotate: expected keys and values, of degrees, border, found ''3'''",
        "'[grayscale: often]', 'x:1: augment[0].grayscale: expected a number, found ''often'''",
        "'[[flip]]', 'augment[0]: expected one of'",
        "flip, 'augment: expected a list, found ''flip'''"
    })
    void aWrongAugmentationIsRefusedWithItsPlace(String augment, String expected) {
        String message = refusal("augment: " + augment, Everything.class);
        assertTrue(message.startsWith("x:1: ") && message.contains(expected), message);
    }

    @Test
    void aListStandsForTheRecordThatIsMadeOfOne() throws IOException {
        Everything read = read("network: [flatten, dense: 3]\nweights: [1, 2.5]", Everything.class);
        assertEquals(new Recipe.Layers(List.of(new Layer.Flatten(), new Layer.Dense(3))), read.network());
        assertEquals(new ClassWeighting.Listed(List.of(1.0, 2.5)), read.weights());
        assertEquals(
                read, read("network: {layers: [flatten, dense: 3]}\nweights: {listed: [1, 2.5]}", Everything.class));
        assertTrue(
                refusal("optimizer: [sgd]", Everything.class).contains("optimizer: expected one of adam, adamw, muon"));
        assertTrue(refusal("network: 3", Everything.class)
                .contains("network: expected a list or one of base, layers, found '3'"));
        assertTrue(refusal("network: []", Everything.class).contains("x:1: network: the list of layers is empty"));
    }

    @Test
    void filesStartFromTheFolderAndOneIsAListOfOne() throws IOException {
        Everything read = read("network: {base: a/../b.onnx}\nfiles: c.onnx", Everything.class);
        Path folder = Path.of("/folder").toAbsolutePath();
        assertEquals(new Recipe.Base(folder.resolve("b.onnx")), read.network());
        assertEquals(List.of(folder.resolve("c.onnx")), read.files());
    }

    @Test
    void everyRecordThatCanBeChosenIsReadAsItIsWritten() throws IOException {
        List<Everything> all = new ArrayList<>();
        Everything usual = Everything.defaults();
        List<Layer> layers = List.of(
                new Layer.Linear(),
                new Layer.LeakyRelu(0.2),
                new Layer.Conv2d(3, 5).withActivation(new Layer.LeakyRelu()),
                new Layer.DepthwiseConv2d(3, 2, Layer.Padding.SAME, false, new Layer.Gelu()),
                new Layer.MaxPool(2),
                new Layer.AveragePool(3, 1, Layer.Padding.SAME),
                new Layer.GlobalAveragePool(),
                new Layer.BatchNorm(0.5, 1e-3),
                new Layer.Dropout(0.25),
                new Layer.Residual(List.of(new Layer.Relu()), List.of()),
                new Layer.Dense(7));
        for (Augmentation each : Augmentations.all()) {
            all.add(new Everything(
                    AugmentationChain.of(each, each),
                    new Recipe.Layers(layers),
                    new Optimizer.AdamW(0.1, 0.2, 0.3, 0.4, 0.5),
                    new Schedule.OneCycle(0.1, 2, 3),
                    new ClassWeighting.Listed(List.of(0.0, 2.0)),
                    List.of(Path.of("/x").toAbsolutePath(), Path.of("/y").toAbsolutePath())));
        }
        all.add(usual);
        YamlRecords<Everything> format = YamlRecords.of(Everything.class);
        for (Everything each : all) {
            assertEquals(each, read(format.write(each), Everything.class));
        }
        assertTrue(format.write(all.get(0)).contains("- dropout: 0.25"), format.write(all.get(0)));
    }

    @ParameterizedTest
    @CsvSource({
        "'low: 3', 1, the lower one is above the upper one",
        "'other: 8;low: 3', 2, the lower one is above the upper one",
        "'low: 3;high: 4;other: 10', 3, too much",
        "'high: 0;low: 0;other: 10', 3, too much",
        "'low: 4;high: 3', 1, the lower one is above the upper one",
        "'other: 10;low: 3', 2, the lower one is above the upper one"
    })
    void aRefusalNamesTheLineOfTheSettingWithoutWhichThereWouldBeNone(String text, int line, String message) {
        assertEquals("x:" + line + ": " + message, refusal(text.replace(';', '\n'), Ordered.class));
    }

    @Test
    void aRefusalOfWhatMustBeGivenNamesItsLine() throws IOException {
        assertEquals(new Limited(3, 0), read("most: 3", Limited.class));
        assertEquals("x:2: too much", refusal("other: 1\nmost: 10", Limited.class));
        assertEquals("x:2: two: too much", refusal("one: 1\ntwo: 10", Pair.class));
        assertEquals(new Pair(1, new Limited(3, 0)), read("one: 1\ntwo: 3", Pair.class));
        assertEquals("x:1: the recipe lacks two", refusal("one: 1", Pair.class));
    }

    @Test
    void defaultsAreMarkedAndTakeComponentsOnly() {
        assertThrows(IllegalStateException.class, () -> RecordType.of(Wrong.class));
        assertEquals(
                List.of("most"),
                RecordType.of(Limited.class).required().stream()
                        .map(RecordType.Setting::name)
                        .toList());
    }
}
