package terzi.data.augment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import terzi.data.Seeds;
import terzi.images.Image;

class AugmentationsTest {
    static Stream<String> names() {
        return Named.names().stream();
    }

    private static Image drawn(int width, int height, int channels) {
        byte[] pixels = new byte[width * height * channels];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (40 + (i * 7 + i / 13 * 31) % 170);
        }
        return new Image(width, height, channels, pixels);
    }

    private static final class Fixed implements RandomGenerator {
        private final double value;

        Fixed(double value) {
            this.value = value;
        }

        @Override
        public double nextDouble() {
            return value;
        }

        @Override
        public int nextInt(int bound) {
            return (int) (value * bound);
        }

        @Override
        public long nextLong() {
            return 0;
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void keepsTheShapeLeavesTheOriginalAndRepeatsItself(String name) {
        AugmentationChain chain = AugmentationChain.of(Named.create(name, Map.of()));
        int[][] shapes = {{28, 28, 1}, {32, 24, 3}, {1, 1, 3}, {1, 9, 1}, {64, 2, 3}};
        for (int[] shape : shapes) {
            Image image = drawn(shape[0], shape[1], shape[2]);
            byte[] before = image.pixels().clone();
            boolean changed = false;
            for (int index = 0; index < 60; index++) {
                Image once = chain.apply(image, 5, 2, index);
                assertEquals(image.toString(), once.toString());
                assertEquals(once, chain.apply(image, 5, 2, index));
                changed |= !once.equals(image);
            }
            assertArrayEquals(before, image.pixels());
            boolean colourOnly = name.equals("grayscale") && shape[2] == 1;
            assertTrue(changed || colourOnly || shape[0] == 1, name + " never does anything to " + image);
        }
    }

    @Test
    void flipMirrors() {
        Image image = new Image(3, 2, 1, new byte[] {1, 2, 3, 4, 5, 6});
        assertArrayEquals(
                new byte[] {3, 2, 1, 6, 5, 4},
                new Flip(1, 0).apply(image, new Fixed(0.5)).pixels());
        assertArrayEquals(
                new byte[] {4, 5, 6, 1, 2, 3},
                new Flip(0, 1).apply(image, new Fixed(0.5)).pixels());
        assertArrayEquals(new byte[] {3, 2, 1, 6, 5, 4}, Flip.mirrored(image).pixels());
        assertEquals(image, new Flip(0, 0).apply(image, new Fixed(0)));
    }

    @Test
    void shiftMovesAndFillsAsItsBorderSays() {
        Image image = new Image(3, 3, 1, new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9});
        // the highest draw moves by one to the right and down
        RandomGenerator most = new Fixed(0.99);
        assertArrayEquals(
                new byte[] {0, 0, 0, 0, 1, 2, 0, 4, 5},
                new Shift(0.34, Border.BLACK).apply(image, most).pixels());
        assertArrayEquals(
                new byte[] {1, 1, 2, 1, 1, 2, 4, 4, 5},
                new Shift(0.34, Border.EDGE).apply(image, most).pixels());
        assertArrayEquals(
                new byte[] {5, 4, 5, 2, 1, 2, 5, 4, 5},
                new Shift(0.34, Border.MIRROR).apply(image, most).pixels());
    }

    @Test
    void rotateByAQuarterTurnsEveryPixel() {
        Image image = new Image(2, 2, 1, new byte[] {1, 2, 3, 4});
        // a draw of 1 gives +90 degrees: clockwise
        assertArrayEquals(
                new byte[] {3, 1, 4, 2},
                new Rotate(90, Border.EDGE).apply(image, new Fixed(1)).pixels());
        assertEquals(image, new Rotate(90, Border.EDGE).apply(image, new Fixed(0.5)));
    }

    @Test
    void warpAgreesWithRotateZoomAndShiftWhenItDoesOneOfThem() {
        Image image = drawn(9, 7, 3);
        RandomGenerator most = new Fixed(1);
        assertEquals(image, new Warp(0, 0, 0, 0, 0, 1, Border.BLACK).apply(image, most));
        assertEquals(
                new Rotate(25, Border.MIRROR).apply(image, most),
                new Warp(25, 0, 0, 0, 0, 3, Border.MIRROR).apply(image, most));
        assertEquals(
                new Zoom(1.5, 1.5, Border.BLACK).apply(image, most),
                new Warp(0, 0.5, 0, 0, 0, 3, Border.BLACK).apply(image, most));
        Image small = new Image(3, 3, 1, new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9});
        assertArrayEquals(
                new byte[] {0, 0, 0, 0, 1, 2, 0, 4, 5},
                new Warp(0, 0, 0, 1.0 / 3, 0, 2, Border.BLACK)
                        .apply(small, most)
                        .pixels());
        // the slant moves the row above the centre to the right and the one below to the left
        assertArrayEquals(
                new byte[] {0, 1, 2, 4, 5, 6, 8, 9, 0},
                new Warp(0, 0, 1, 0, 0, 2, Border.BLACK).apply(small, most).pixels());
    }

    @Test
    void warpBendsStraightLines() {
        Image line = new Image(21, 21, 1, new byte[21 * 21]);
        for (int y = 0; y < 21; y++) {
            line.pixels()[y * 21 + 10] = 100;
        }
        Image bent = new Warp(0, 0, 0, 0, 0.1, 3, Border.EDGE).apply(line, Seeds.of(1, 2, 3));
        double[] places = IntStream.range(0, 21)
                .mapToDouble(y -> IntStream.range(0, 21)
                                .mapToDouble(x -> x * bent.sample(x, y, 0))
                                .sum()
                        / IntStream.range(0, 21).map(x -> bent.sample(x, y, 0)).sum())
                .toArray();
        double most = Arrays.stream(places).max().orElseThrow();
        double least = Arrays.stream(places).min().orElseThrow();
        assertTrue(most - least > 0.8 && most - least < 4.3, Arrays.toString(places));
        for (int y = 1; y < 21; y++) {
            assertEquals(places[y - 1], places[y], 1, Arrays.toString(places));
        }
    }

    @Test
    void zoomByTwoShowsTheMiddle() {
        byte[] pixels = new byte[64];
        for (int y = 2; y < 6; y++) {
            Arrays.fill(pixels, y * 8 + 2, y * 8 + 6, (byte) 200);
        }
        Image zoomed = new Zoom(2, 2, Border.BLACK).apply(new Image(8, 8, 1, pixels), new Fixed(0));
        assertEquals(200, zoomed.sample(1, 1, 0));
        assertEquals(200, zoomed.sample(6, 6, 0));
        Image shrunk = new Zoom(0.5, 0.5, Border.WHITE).apply(drawn(8, 8, 1), new Fixed(0));
        assertEquals(255, shrunk.sample(0, 0, 0));
    }

    @Test
    void colourJitterAtItsMiddleChangesNothing() {
        assertEquals(drawn(9, 9, 3), new ColorJitter(1, 1, 1).apply(drawn(9, 9, 3), new Fixed(0.5)));
        Image dark = new ColorJitter(1, 0, 0).apply(drawn(9, 9, 3), new Fixed(0));
        assertTrue(IntStream.range(0, 81).allMatch(i -> dark.pixels()[i] == 0));
        Image gray = new ColorJitter(0, 0, 1).apply(drawn(9, 9, 3), new Fixed(0));
        assertEquals(drawn(9, 9, 3).withChannels(1).withChannels(3), gray);
    }

    @Test
    void erasingCoversTheShareItSays() {
        Image white = new Image(100, 100, 1, filled(10_000, 255));
        Image erased = new RandomErasing(1, 0.25, 0.25, 1, RandomErasing.Fill.BLACK).apply(white, new Fixed(0.3));
        long black =
                IntStream.range(0, 10_000).filter(i -> erased.pixels()[i] == 0).count();
        assertEquals(2500, black);
    }

    private static byte[] filled(int length, int value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    @Test
    void policyOperationsDoWhatTheirNamesSay() {
        Image image = drawn(24, 16, 3);
        for (PolicyOperation operation : PolicyOperation.values()) {
            Image once = operation.apply(image, 0.7, Border.EDGE);
            assertEquals(image.toString(), once.toString());
            assertEquals(operation == PolicyOperation.IDENTITY, once.equals(image), operation.name());
            boolean needsNoStrength =
                    operation == PolicyOperation.AUTO_CONTRAST || operation == PolicyOperation.EQUALIZE;
            assertEquals(
                    needsNoStrength, !operation.apply(image, 0, Border.EDGE).equals(image), operation.name());
        }
        assertArrayEquals(
                new byte[] {0, 0, 127, (byte) 255},
                PolicyOperation.AUTO_CONTRAST
                        .apply(new Image(4, 1, 1, new byte[] {10, 10, 60, 110}), 1, Border.EDGE)
                        .pixels());
        // as PIL, which leaves images of fewer than 255 pixels beside the brightest as they are
        assertArrayEquals(
                new byte[] {7, 8, 9, 100},
                PolicyOperation.EQUALIZE
                        .apply(new Image(4, 1, 1, new byte[] {7, 8, 9, 100}), 1, Border.EDGE)
                        .pixels());
        Image gray = new Image(2, 1, 1, new byte[] {(byte) 0xf7, 0x13});
        assertArrayEquals(
                new byte[] {(byte) 0xf0, 0x10},
                PolicyOperation.POSTERIZE.apply(gray, 1, Border.EDGE).pixels());
        assertArrayEquals(
                new byte[] {8, 0x13},
                PolicyOperation.SOLARIZE.apply(gray, 0.5, Border.EDGE).pixels());
        assertArrayEquals(
                new byte[] {0, 0, 1, 2, 3, 4, 5, 6, 7, 8},
                PolicyOperation.TRANSLATE_X
                        .apply(new Image(10, 1, 1, new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}), 0.67, Border.BLACK)
                        .pixels());
    }

    @Test
    void aTrivialPolicyDrawsEveryOperation() {
        Image image = drawn(24, 24, 3);
        long different = IntStream.range(0, 400)
                .mapToObj(i -> new TrivialAugment(1, Border.EDGE).apply(image, Seeds.of(1, 0, i)))
                .distinct()
                .count();
        assertTrue(different > 150, "only " + different + " results in 400 draws");
        assertEquals(
                image.toString(),
                new RandAugment(10, 1, Border.MIRROR)
                        .apply(image, Seeds.of(1, 0, 0))
                        .toString());
    }

    @Test
    void anotherSeedEpochOrIndexDrawsAnew() {
        AugmentationChain chain = AugmentationChain.of(
                new Rotate(45, Border.BLACK), new RandomErasing(1, .1, .2, 2, RandomErasing.Fill.NOISE));
        Image image = drawn(20, 20, 3);
        Image one = chain.apply(image, 1, 1, 1);
        assertNotEquals(one, chain.apply(image, 2, 1, 1));
        assertNotEquals(one, chain.apply(image, 1, 2, 1));
        assertNotEquals(one, chain.apply(image, 1, 1, 2));
        assertNotSame(image, one);
        assertEquals(image, AugmentationChain.NONE.apply(image, 1, 1, 1));
    }

    @Test
    void mixupDrawsSharesFromABetaDistribution() {
        for (double alpha : new double[] {0.2, 1, 4}) {
            double sum = 0;
            double squares = 0;
            int draws = 20_000;
            for (int i = 0; i < draws; i++) {
                BatchMix.Mix mix = new Mixup(alpha).draw(4, 8, 8, Seeds.of(3, 0, i));
                assertTrue(mix.share() >= 0 && mix.share() <= 1 && mix.box().isEmpty());
                sum += mix.share();
                squares += mix.share() * mix.share();
            }
            double mean = sum / draws;
            assertEquals(0.5, mean, 0.01);
            // the variance of Beta(a, a)
            assertEquals(1 / (4 * (2 * alpha + 1)), squares / draws - mean * mean, 0.004);
        }
        assertThrows(IllegalArgumentException.class, () -> new Mixup(0));
    }

    @Test
    void cutMixStatesTheShareThatReallyStays() {
        double sum = 0;
        for (int i = 0; i < 5000; i++) {
            BatchMix.Mix mix = new CutMix(1).draw(7, 32, 20, Seeds.of(4, 0, i));
            BatchMix.Box box = mix.box();
            assertTrue(box.left() >= 0 && box.top() >= 0 && box.right() <= 32 && box.bottom() <= 20);
            double covered = box.isEmpty() ? 0 : (box.right() - box.left()) * (box.bottom() - box.top()) / 640.0;
            assertEquals(1 - covered, mix.share(), 1e-12);
            assertEquals(
                    List.of(0, 1, 2, 3, 4, 5, 6),
                    Arrays.stream(mix.partner()).sorted().boxed().toList());
            sum += mix.share();
        }
        assertTrue(sum / 5000 > 0.5 && sum / 5000 < 0.75, "clipping at the edge leaves more than half: " + sum / 5000);
    }
}
