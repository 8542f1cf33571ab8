package terzi.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import terzi.data.DuplicateCandidates.Match;
import terzi.images.Image;
import terzi.images.Resize;

/** Every bound of the search for near duplicates, on both of its sides, and its parts against SciPy's and PIL's. */
class DuplicateBoundsTest {
    private static final int SAMPLES = 16 * 16 * 3;
    /** With this contrast a difference of 40 in every sample is a distance of 1. */
    private static final double CONTRAST = 40;

    /**
     * Fingerprints whose thumbnails are 100 everywhere, and 1 more in some of the samples for each step: a distance is the
     * number of steps that differ, in units of 1 / 30720.
     */
    /** The same drawing as in benchmarks/peers/resize_golden.py. */
    private static Image drawn(int width, int height, int channels) {
        byte[] pixels = new byte[width * height * channels];
        int o = 0;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                for (int c = 0; c < channels; c++) {
                    long noise = (x * 7919L + y * 104729L + c * 1299709L) % 65521 * 31 % 256;
                    int stripes = 255 * ((x / 5 + y / 3 + c) % 2);
                    pixels[o++] = (byte) ((x + y) % 4 < 2 ? noise : stripes);
                }
            }
        }
        return new Image(width, height, channels, pixels);
    }

    private static Fingerprint print(int id, long hash, int first, int steps) {
        byte[] thumbnail = new byte[SAMPLES];
        Arrays.fill(thumbnail, (byte) 100);
        for (int i = 0; i < steps; i++) {
            thumbnail[first + i % (SAMPLES / 2)]++;
        }
        return new Fingerprint("image " + id, hash, ~hash, thumbnail, CONTRAST);
    }

    private static long bits(int count) {
        return count == 0 ? 0 : -1L >>> (64 - count);
    }

    private static boolean isCandidate(List<Fingerprint> prints) {
        return DuplicateCandidates.among(prints).stream().anyMatch(m -> m.first() == 0 && m.second() == 1);
    }

    @ParameterizedTest
    @CsvSource({"7679, 0, true", "7680, 0, false", "100, 12, true", "100, 13, false"})
    void twoImagesAreCandidatesBelowAQuarterOfTheirContrastAndUpToTwelveBits(int steps, int bits, boolean candidate) {
        // 0.25 x 30720 = 7680
        List<Fingerprint> prints = List.of(print(0, 0, 0, 0), print(1, bits(bits), 0, steps));
        assertEquals(candidate, isCandidate(prints));
        if (candidate) {
            assertEquals(
                    List.of(new Match(0, 1, steps / 30720.0)),
                    DuplicateCandidates.among(prints).stream()
                            .map(m -> new Match(m.first(), m.second(), m.distance()))
                            .toList());
        }
    }

    /**
     * One image at distance d and {@code inner} others at 1.5 d of the first are followed by others at a distance of their
     * own. The nearest image counts if it is at most half as far as the twelfth nearest.
     */
    private static List<Fingerprint> around(int d, int inner, int innerBits, int outer) {
        List<Fingerprint> prints = new ArrayList<>(List.of(print(0, 0, 0, 0), print(1, 0, 0, d)));
        for (int i = 0; i < inner; i++) {
            prints.add(print(2 + i, bits(innerBits), SAMPLES / 2, d * 3 / 2));
        }
        for (int i = 0; i < 20; i++) {
            prints.add(print(100 + i, 0, SAMPLES / 2, outer));
        }
        return prints;
    }

    @ParameterizedTest
    @CsvSource({
        "1000, 10, 0, 2000, true",
        "1000, 10, 0, 1999, false",
        "1000, 10, 0, 15000, true",
        "1000, 11, 0, 15000, false",
        "1000, 11, 20, 15000, false",
        "1000, 11, 21, 15000, true"
    })
    void aCandidateIsAtMostHalfAsFarAsTheTwelfthNearest(int d, int inner, int bits, int outer, boolean candidate) {
        assertEquals(candidate, isCandidate(around(d, inner, bits, outer)));
    }

    @ParameterizedTest
    @CsvSource({"2000, true", "1999, false"})
    void theSecondNearestIsHeldAgainstTheFourteenth(int outer, boolean candidate) {
        List<Fingerprint> prints =
                new ArrayList<>(List.of(print(0, 0, 0, 0), print(1, 0, 0, 1000), print(2, 0, 0, 500)));
        // ranks 3 to 13 are near, the 14th decides
        for (int i = 0; i < 11; i++) {
            prints.add(print(3 + i, 0, SAMPLES / 2, 1500));
        }
        for (int i = 0; i < 20; i++) {
            prints.add(print(100 + i, 0, SAMPLES / 2, outer));
        }
        assertEquals(candidate, isCandidate(prints));
    }

    @Test
    void bothImagesOfAPairMustAgree() {
        // the second has twelve others at its own distance from the first
        List<Fingerprint> prints = new ArrayList<>(List.of(print(0, 0, 0, 0), print(1, 0, 0, 1000)));
        for (int i = 0; i < 12; i++) {
            prints.add(print(2 + i, 0, 0, 2000 + i));
        }
        assertFalse(isCandidate(prints));
        assertTrue(isCandidate(prints.subList(0, 2)));
    }

    @Test
    void distancesAreSharesOfTheLargerContrast() {
        Fingerprint plain = print(0, 0, 0, 0);
        assertEquals(0, plain.distance(print(0, 0, 0, 0)), "equal digests");
        assertEquals(1e-6, plain.distance(print(1, 0, 0, 0)), "other pixels with the same thumbnail");
        assertEquals(768 / 30720.0, plain.distance(print(1, 0, 0, 768)), 1e-12);
        Fingerprint faint = new Fingerprint("faint", 0, 0, plain.thumbnail(), 1);
        Fingerprint fainter =
                new Fingerprint("fainter", 0, 0, print(1, 0, 0, 768).thumbnail(), 0);
        assertEquals(768 / (4.0 * SAMPLES), faint.distance(fainter), 1e-12, "noise on empty images is no contrast");
        assertEquals(768 / 30720.0, faint.distance(print(1, 0, 0, 768)), 1e-12);
        short[] sums = print(1, 0, 0, 384).sums();
        assertEquals(48, sums.length);
        // a square of 4 x 4 pixels; the first 384 samples are its upper eight rows
        assertEquals(16 * 101, sums[0]);
        assertEquals(16 * 101, sums[23]);
        assertEquals(16 * 100, sums[24]);
        assertEquals(16 * 100, sums[47]);
        byte[] last = plain.thumbnail().clone();
        last[3 * 5 + 1] = 107; // x = 5, y = 0, green, which was 100
        assertEquals(16 * 100 + 7, new Fingerprint("x", 0, 0, last, 1).sums()[3 + 1]);
    }

    @Test
    void theHashAndTheThumbnailAreSciPysAndPils() throws IOException {
        int count = 0;
        for (String[] row : golden("print")) {
            int channels = Integer.parseInt(row[1]);
            Fingerprint print = Fingerprint.of(drawn(32, 32, channels));
            assertEquals(row[2], String.format("%016x", print.hash()));
            assertEquals(Double.parseDouble(row[3]), print.contrast(), 1e-9);
            assertArrayEquals(HexFormat.of().parseHex(row[4]), print.thumbnail());
            count++;
        }
        assertEquals(2, count);
        Fingerprint gray = Fingerprint.of(drawn(9, 9, 1));
        assertEquals(
                gray.digest(), Fingerprint.of(drawn(9, 9, 1).withChannels(3)).digest());
        for (int i = 0; i < 3; i++) {
            byte[] other = drawn(9, 9, 1).withChannels(3).pixels().clone();
            other[240 + i]++;
            assertFalse(
                    gray.digest()
                            .equals(Fingerprint.of(new Image(9, 9, 3, other)).digest()),
                    "channel " + i);
        }
        assertFalse(gray.digest()
                .equals(Fingerprint.of(new Image(3, 27, 1, drawn(9, 9, 1).pixels()))
                        .digest()));
    }

    @Test
    void blursAndMeansAreSciPys() throws IOException {
        float[] samples = new float[77];
        byte[] pixels = drawn(11, 7, 1).pixels();
        for (int i = 0; i < samples.length; i++) {
            samples[i] = pixels[i] & 0xff;
        }
        Plane plane = new Plane(11, 7, samples);
        List<String[]> goldens =
                Stream.concat(golden("blur").stream(), golden("mean").stream()).toList();
        for (String[] row : goldens) {
            Plane ours = row[0].equals("blur")
                    ? plane.blurred(Double.parseDouble(row[1]))
                    : plane.mean(Integer.parseInt(row[1]));
            double[] expected = Stream.of(row[2].split(",", -1))
                    .mapToDouble(Double::parseDouble)
                    .toArray();
            Plane rest = plane.without(1.5);
            for (int i = 0; i < expected.length; i++) {
                assertEquals(expected[i], ours.at(i), 1e-3, row[0] + " " + row[1] + " at " + i);
                if (row[0].equals("blur") && row[1].equals("1.5")) {
                    assertEquals(samples[i] - expected[i], rest.at(i), 1e-3);
                }
            }
        }
        assertEquals(5, goldens.size());
    }

    @Test
    void planesAreComparedByTheFormulas() {
        Plane a = new Plane(2, 2, new float[] {3, 4, 0, 0});
        Plane b = new Plane(2, 2, new float[] {4, 3, 0, 0});
        Plane flat = new Plane(2, 2, new float[4]);
        assertEquals(24 / 25.0, a.correlation(b), 1e-12);
        assertEquals(0, a.correlation(flat));
        assertEquals(0, flat.correlation(a));
        assertEquals(25 / 4.0, a.meanSquare(), 1e-12);
        assertArrayEquals(new float[] {12, 12, 0, 0}, a.times(b).samples());
        assertArrayEquals(new float[] {-1, 1, 0, 0}, a.minus(b).samples());
        assertEquals(4, a.size());
        assertEquals(3, a.clamped(-5, -1));
        assertEquals(4, a.clamped(5, 0));
        assertEquals(0, a.clamped(1, 2));
    }

    /**
     * One of two patterns of black and white pixels that have nothing in common (the second is the first with every other
     * pixel reversed), and a mixture: of the first as much as the share says.
     */
    private static Image mixed(int side, double share, int from, double inside) {
        byte[] pixels = new byte[side * side];
        for (int i = 0; i < pixels.length; i++) {
            int x = i % side;
            int y = i / side;
            boolean isInside = x >= from && x < from + 11 && y >= from && y < from + 11;
            double c = isInside ? inside : share;
            int first = Seeds.mix(7, x, y) < 0 ? -1 : 1;
            int second = (x + y) % 2 == 0 ? first : -first;
            double value = c * first + Math.sqrt(1 - c * c) * second;
            pixels[i] = (byte) Math.round(128 + 60 * value);
        }
        return new Image(side, side, 1, pixels);
    }

    /** The correlation of two such images is their share; small images need 0.85, from 48 pixels on 0.75 is enough. */
    @ParameterizedTest
    @CsvSource({
        "47, 0.86, true",
        "47, 0.84, false",
        "48, 0.84, true",
        "48, 0.76, true",
        "48, 0.74, false",
        "64, 0.74, false"
    })
    void detailAgreesFromItsBoundOn(int side, double share, boolean same) {
        Detail a = Detail.of(mixed(side, 1, 0, 1));
        Detail b = Detail.of(mixed(side, share, 0, share));
        assertEquals(same, a.matches(b));
        assertEquals(same, b.matches(a));
    }

    /**
     * Where 11 x 11 pixels of a small image differ, their correlation c counts: (e c + f) / (e + f) must be at least 0.6,
     * with the energy e and the floor f = 0.02 e + 1, about c = 0.59.
     */
    @ParameterizedTest
    @CsvSource({"0.62, true", "0.58, false"})
    void noPartOfASmallImageMayDiffer(double inside, boolean same) {
        Detail whole = Detail.of(mixed(40, 1, 0, 1));
        assertEquals(same, whole.matches(Detail.of(mixed(40, 1, 14, inside))));
        Detail large = Detail.of(mixed(60, 1, 0, 1));
        assertTrue(large.matches(Detail.of(mixed(60, 1, 14, inside))), "a large image is judged as a whole");
    }

    /** A share p of pixels that are one level brighter has a mean square of p (1 - p): 5/36 = 0.139 or 8/81 = 0.099. */
    @ParameterizedTest
    @CsvSource({"2, true", "3, false"})
    void faintDetailIsNone(int period, boolean same) {
        byte[] pixels = new byte[60 * 60];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (i % 60 % 3 == 0 && i / 60 % period == 0 ? 101 : 100);
        }
        Detail detail = Detail.of(new Image(60, 60, 1, pixels));
        assertEquals(same, detail.matches(detail));
    }

    @Test
    void detailIsComparedOnTheSmallerGrid() {
        assertEquals("64 x 64 gray", Detail.of(drawn(300, 65, 3)).luma().toString());
        assertEquals("64 x 40 gray", Detail.of(drawn(64, 40, 1)).luma().toString());
        Image large = drawn(64, 64, 1);
        assertTrue(Detail.of(large).matches(Detail.of(Resize.resize(large, 64, 50))));
    }

    /** A plane that is drawn from waves, so that it can be sampled between its cells. */
    private static Plane waves(int width, int height, double[] moves) {
        float[] samples = new float[width * height];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                double u = x + moves[0] + moves[1] * (2.0 * x / (width - 1) - 1);
                double v = y + moves[2] + moves[3] * (2.0 * y / (height - 1) - 1);
                samples[y * width + x] = (float) (60 * Math.sin(u / 3.1) * Math.cos(v / 4.3)
                        + 40 * Math.sin((u + 2 * v) / 5.7)
                        + 30 * Math.cos((u - v) / 2.9));
            }
        }
        return new Plane(width, height, samples);
    }

    @ParameterizedTest
    @CsvSource({"0, 0, 0, 0", "1.5, 0, 0, 0", "0, 1.2, 0, 0", "0, 0, -1.4, 0", "0, 0, 0, -1.1", "1, -0.8, 0.7, 1.3"})
    void anAlignmentFindsTheMoveThatWasMade(double x, double stretchX, double y, double stretchY) {
        double[] made = {x, stretchX, y, stretchY};
        Plane still = waves(60, 50, new double[4]);
        // what is at u in the one is where x is in the other: fixed(x) = moving(x + move)
        Alignment found = Alignment.of(waves(60, 50, made), still);
        for (int i = 0; i < 4; i++) {
            // what moves in at the edges is not what was there
            assertEquals(made[i], found.moves()[i], 0.17, "move " + i);
        }
        assertTrue(found.correlation(waves(60, 50, made), still) > 0.995);
        if (Arrays.stream(made).anyMatch(move -> move != 0)) {
            assertTrue(new Alignment(new double[4]).correlation(waves(60, 50, made), still)
                    < found.correlation(waves(60, 50, made), still));
        }
    }

    @Test
    void anAlignmentMovesNoFurtherThanSixPercentOfASide() {
        for (double move : new double[] {5, -5}) {
            Alignment found = Alignment.of(waves(60, 50, new double[] {move, 0, 0, 0}), waves(60, 50, new double[4]));
            assertTrue(Math.abs(found.moves()[0]) <= 3.6 + 1e-9, Arrays.toString(found.moves()));
            Alignment down = Alignment.of(waves(60, 50, new double[] {0, 0, move, 0}), waves(60, 50, new double[4]));
            assertTrue(Math.abs(down.moves()[2]) <= 3 + 1e-9, Arrays.toString(down.moves()));
        }
    }

    @Test
    void onlyWhatLiesInsideBothIsCorrelated() {
        // two equal rows: moved by one, four cells of each meet; those outside would count as their neighbours
        Plane a = new Plane(5, 2, new float[] {1, 2, 3, 4, 9, 1, 2, 3, 4, 9});
        Plane b = new Plane(5, 2, new float[] {7, 1, 2, 3, 4, 7, 1, 2, 3, 4});
        Alignment one = new Alignment(new double[] {1, 0, 0, 0});
        assertEquals(1, one.correlation(a, b), 1e-9);
        Alignment half = new Alignment(new double[] {0.5, 0, 0, 0});
        // b between its cells: 4, 1.5, 2.5, 3.5 under 1, 2, 3, 4
        double expected = (4 + 3 + 7.5 + 14) / Math.sqrt(30 * (16 + 2.25 + 6.25 + 12.25));
        assertEquals(expected, half.correlation(a, b), 1e-9);
        assertEquals(0, one.correlation(a, new Plane(5, 2, new float[10])));
        assertEquals(0, one.correlation(new Plane(5, 2, new float[10]), a));
    }

    @Test
    void nearDuplicatesJoinOnlyWhileTheirGroupIsSmall() {
        int[] images = {1, 200, 219, 220, 2000, 4000, 4020, 100_000};
        int[] most = {10, 10, 10, 11, 100, 200, 200, 200};
        for (int i = 0; i < images.length; i++) {
            assertEquals(most[i], DuplicateGroups.mostNear(images[i]), images[i] + " images");
        }
        DuplicateGroups chain = new DuplicateGroups(100);
        for (int i = 1; i < 15; i++) {
            chain.joinNear(i - 1, i);
        }
        assertEquals(0, chain.number(9), "ten are one group");
        assertEquals(10, chain.number(10), "the eleventh begins another");
        assertEquals(10, chain.number(14));
        chain.joinNear(9, 10);
        assertEquals(10, chain.number(10), "10 and 5 are too many");
        chain.joinEqual(14, 3);
        assertArrayEquals(new int[15], IntStream.range(0, 15).map(chain::number).toArray(), "equal pixels always join");
        chain.joinNear(2, 5);
        chain.joinNear(20, 20);
        assertEquals(20, chain.number(20));
        chain.joinNear(20, 21);
        assertEquals(20, chain.number(21));
    }

    private static List<String[]> golden(String kind) throws IOException {
        try (InputStream stream = DuplicateBoundsTest.class.getResourceAsStream("duplicates.tsv")) {
            return new String(stream.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .map(line -> line.split("\t", -1))
                    .filter(row -> row[0].equals(kind))
                    .toList();
        }
    }
}
