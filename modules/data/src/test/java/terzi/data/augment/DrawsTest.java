package terzi.data.augment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import terzi.data.Seeds;
import terzi.images.Image;

class DrawsTest {
    /** The lowest and the highest value of every setting of every augmentation, as its documentation states them. */
    @ParameterizedTest
    @CsvSource({
        "flip, horizontal, 0, 1",
        "flip, vertical, 0, 1",
        "shift, fraction, 0, 1",
        "rotate, degrees, 0, 180",
        "zoom, low, 0.01, 1.1",
        "zoom, high, 0.9, 100",
        "warp, degrees, 0, 180",
        "warp, scale, 0, 9",
        "warp, shear, 0, 2",
        "warp, shift, 0, 1",
        "warp, bend, 0, 1",
        "random_resized_crop, max_area, 0.35, 1",
        "random_resized_crop, max_aspect, 1, 10",
        "color_jitter, brightness, 0, 1",
        "color_jitter, contrast, 0, 1",
        "color_jitter, saturation, 0, 1",
        "grayscale, probability, 0, 1",
        "random_erasing, probability, 0, 1",
        "random_erasing, max_area, 0.02, 1",
        "random_erasing, max_aspect, 1, 10",
        "trivial_augment, strength, 0, 1",
        "rand_augment, strength, 0, 1"
    })
    void everySettingIsAcceptedUpToItsBoundsAndNotBeyond(String name, String setting, double low, double high) {
        assertDoesNotThrow(() -> Named.create(name, Map.of(setting, low)));
        assertDoesNotThrow(() -> Named.create(name, Map.of(setting, high)));
        for (double wrong : new double[] {Math.nextDown(low), Math.nextUp(high), Double.NaN}) {
            String message = assertThrows(
                            IllegalArgumentException.class, () -> Named.create(name, Map.of(setting, wrong)))
                    .getMessage();
            assertTrue(message.startsWith(name + ": "), message);
            assertTrue(message.endsWith("found " + wrong) || message.contains("found " + (float) wrong), message);
        }
    }

    @Test
    void wholeNumbersAndOpenBoundsAreCheckedToo() {
        for (int operations : new int[] {1, 10}) {
            assertDoesNotThrow(() -> Named.create("rand_augment", Map.of("operations", operations)));
        }
        for (int operations : new int[] {0, 11}) {
            refused("rand_augment", "operations", operations);
        }
        for (int cells : new int[] {1, 64}) {
            assertDoesNotThrow(() -> Named.create("warp", Map.of("cells", cells)));
        }
        for (int cells : new int[] {0, 65}) {
            refused("warp", "cells", cells);
        }
        for (String name : List.of("random_resized_crop", "random_erasing")) {
            assertDoesNotThrow(() -> Named.create(name, Map.of("min_area", 1e-300)));
            assertDoesNotThrow(() -> Named.create(name, Map.of("min_area", 1.0, "max_area", 1.0)));
            refused(name, "min_area", 0.0);
            refused(name, "min_area", Math.nextUp(1.0));
        }
        for (double alpha : new double[] {0.001, 1000}) {
            assertEquals(alpha, new Mixup(alpha).alpha());
            assertEquals(alpha, new CutMix(alpha).alpha());
        }
        for (double alpha : new double[] {Math.nextDown(0.001), Math.nextUp(1000.0)}) {
            assertThrows(IllegalArgumentException.class, () -> new Mixup(alpha));
            assertThrows(IllegalArgumentException.class, () -> new CutMix(alpha));
        }
    }

    private static void refused(String name, String setting, Number value) {
        assertThrows(IllegalArgumentException.class, () -> Named.create(name, Map.of(setting, value)));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.25, 1})
    void whatHappensWithAProbabilityHappensSoOften(double probability) {
        RandomGenerator random = Seeds.of(5, 0, 0);
        long happened = IntStream.range(0, 20_000)
                .filter(i -> Draws.happens(probability, random))
                .count();
        // three standard deviations of a binomial share
        assertEquals(probability, happened / 20_000.0, 3 * Math.sqrt(probability * (1 - probability) / 20_000));
        assertTrue(Draws.happens(0.3, new ListedDraws(Math.nextDown(0.3))));
        assertFalse(Draws.happens(0.3, new ListedDraws(0.3)));
    }

    @Test
    void anyValueBetweenTwoIsDrawnEvenly() {
        assertEquals(-2, Draws.between(-2, 6, new ListedDraws(0)));
        assertEquals(0, Draws.between(-2, 6, new ListedDraws(0.25)));
        assertEquals(6, Draws.between(-2, 6, new ListedDraws(1)));
    }

    @Test
    void allPermutationsAreDrawnEquallyOften() {
        Map<String, Integer> counts = new TreeMap<>();
        for (int i = 0; i < 24_000; i++) {
            counts.merge(Arrays.toString(Draws.permutation(4, Seeds.of(9, 1, i))), 1, Integer::sum);
        }
        assertEquals(24, counts.size());
        // four standard deviations of 1000
        counts.forEach((order, count) -> assertEquals(1000, count, 4 * Math.sqrt(1000 * 23.0 / 24), order));
        assertArrayEquals(new int[0], Draws.permutation(0, Seeds.of(9, 1, 0)));
    }

    /**
     * Shares of Beta(a, a) below 0.1 and below 0.3, from its distribution function: for a = 1 that is x, for a = 2 it is 3x^2
     * - 2x^3, for a = 1/2 it is 2/pi asin(sqrt(x)).
     */
    @ParameterizedTest
    @CsvSource({"1, 0.1, 0.3", "2, 0.028, 0.216", "0.5, 0.2048328, 0.3690101"})
    void theShareOfAMixHasABetaDistribution(double alpha, double below1, double below3) {
        int draws = 20_000;
        double[] shares = IntStream.range(0, draws)
                .mapToDouble(i -> Draws.beta(alpha, Seeds.of(2, 7, i)))
                .toArray();
        for (double[] bound : new double[][] {{0.1, below1}, {0.3, below3}, {0.5, 0.5}, {0.7, 1 - below3}}) {
            double below =
                    Arrays.stream(shares).filter(share -> share < bound[0]).count() / (double) draws;
            assertEquals(bound[1], below, 4 * Math.sqrt(bound[1] * (1 - bound[1]) / draws), "below " + bound[0]);
        }
    }

    @Test
    void aBoxOfCutMixHasItsSideAndPlaceFromTheDraws() {
        // with a huge alpha the share is near 1/2, and the sides are near 1/sqrt(2): 14.1 of 20 and 7.07 of 10 pixels
        BatchMix.Mix mix = new CutMix(1000).draw(3, 20, 10, Seeds.of(1, 2, 3));
        int width = mix.box().right() - mix.box().left();
        int height = mix.box().bottom() - mix.box().top();
        assertTrue(width <= 14 && height <= 7, mix.box().toString());
        boolean atAnEdge = mix.box().left() == 0
                || mix.box().top() == 0
                || mix.box().right() == 20
                || mix.box().bottom() == 10;
        assertTrue(atAnEdge || (width >= 13 && height >= 6), mix.box().toString());
        assertEquals(1 - width * height / 200.0, mix.share(), 1e-12);
    }

    /** The centre of an unclipped box is every pixel equally often; its sides are those of the share. */
    @Test
    void theCentresOfCutMixBoxesAreEvenAndTheirSidesFollowTheShare() {
        int[] lefts = new int[40];
        int whole = 0;
        for (int i = 0; i < 20_000; i++) {
            BatchMix.Mix mix = new CutMix(1000).draw(1, 40, 40, Seeds.of(8, 0, i));
            BatchMix.Box box = mix.box();
            boolean inside = box.left() > 0 && box.top() > 0 && box.right() < 40 && box.bottom() < 40;
            if (inside) {
                whole++;
                lefts[box.left()]++;
                assertEquals(box.right() - box.left(), box.bottom() - box.top());
                // 40 / sqrt(2) = 28.3; the share's deviation is 0.011, the side's 0.3
                assertEquals(28, box.right() - box.left(), 1.5);
            }
        }
        // (40 - 28 - 1)^2 of 1600 places
        assertEquals(11 * 11 / 1600.0, whole / 20_000.0, 0.012);
        for (int left = 1; left <= 10; left++) {
            assertEquals(whole / 11.0, lefts[left], 5 * Math.sqrt(whole / 11.0), "left " + left);
        }
    }

    @Test
    void aBoxWithoutPixelsMixesNothing() {
        // on one pixel every side is rounded down to 0
        BatchMix.Mix mix = new CutMix(1).draw(4, 1, 1, Seeds.of(1, 1, 1));
        assertEquals(1, mix.share());
        assertTrue(mix.box().isEmpty());
        assertEquals(BatchMix.Box.NONE, mix.box());
        assertTrue(new BatchMix.Box(2, 0, 2, 5).isEmpty());
        assertTrue(new BatchMix.Box(0, 3, 5, 3).isEmpty());
        assertFalse(new BatchMix.Box(2, 3, 3, 4).isEmpty());
        assertArrayEquals(new int[] {0, 1, 2}, BatchMix.Mix.none(3).partner());
        assertEquals(1, BatchMix.Mix.none(3).share());
    }

    private static int number(PolicyOperation operation) {
        return IntStream.range(0, PolicyOperation.COUNT)
                .filter(i -> PolicyOperation.at(i) == operation)
                .findFirst()
                .orElseThrow();
    }

    /** Operation k of n is drawn by nextInt, then the sign by a draw below or from one half. */
    @Test
    void policiesApplyTheOperationsTheyDraw() {
        Image image = AugmentationContractTest.drawn(12, 10, 3);
        int solarize = number(PolicyOperation.SOLARIZE);
        int brightness = number(PolicyOperation.BRIGHTNESS);
        assertEquals(14, PolicyOperation.COUNT, "IDENTITY and RandAugment's thirteen others");
        double first = (solarize + 0.5) / PolicyOperation.COUNT;
        double second = (brightness + 0.5) / PolicyOperation.COUNT;
        Image solarized = PolicyOperation.SOLARIZE.apply(image, 0.4, Border.EDGE);
        ListedDraws draws = new ListedDraws(first, 0.2, second, 0.5);
        assertEquals(
                PolicyOperation.BRIGHTNESS.apply(solarized, -0.4, Border.EDGE),
                new RandAugment(2, 0.4, Border.EDGE).apply(image, draws));
        assertTrue(draws.isUsedUp());
        assertEquals(
                PolicyOperation.BRIGHTNESS.apply(image, 0.4, Border.EDGE),
                new RandAugment(1, 0.4, Border.EDGE).apply(image, new ListedDraws(second, Math.nextDown(0.5))));
        // TrivialAugment draws its strength from -s to s: -0.8 + 0.75 * 1.6 = 0.4
        assertEquals(
                PolicyOperation.BRIGHTNESS.apply(image, 0.4, Border.EDGE),
                new TrivialAugment(0.8, Border.EDGE).apply(image, new ListedDraws(second, 0.75)));
    }
}
