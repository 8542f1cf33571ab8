package terzi.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Random numbers against the JDK's SplittableRandom, which is SplitMix64 too, and orders against what they promise. */
class SeedsTest {
    private static long mixed(long seed) {
        return new SplittableRandom(seed).nextLong();
    }

    @Property(tries = 100, seed = "20261130")
    void numbersAreThoseOfSplitMix64(@ForAll long seed, @ForAll long epoch, @ForAll long index) {
        long state = mixed(mixed(mixed(seed) ^ epoch) ^ index);
        assertEquals(state, Seeds.mix(seed, epoch, index));
        SplittableRandom jdk = new SplittableRandom(state);
        RandomGenerator ours = Seeds.of(seed, epoch, index);
        for (int i = 0; i < 3; i++) {
            assertEquals(jdk.nextLong(), ours.nextLong());
            assertEquals(jdk.nextDouble(), ours.nextDouble());
            assertEquals((int) (jdk.nextLong() >> 32), ours.nextInt(), "the upper half");
            assertEquals(jdk.nextLong() < 0, ours.nextBoolean());
            assertEquals(jdk.nextDouble() * 5 - 2, ours.nextDouble(-2, 3), 1e-12);
        }
    }

    @Property(tries = 100, seed = "20261130")
    void drawsBelowABoundAreTheUpperHalfTimesTheBound(
            @ForAll long seed,
            @ForAll @IntRange(min = 1) int bound,
            @ForAll @IntRange(min = -1000, max = 1000) int low) {
        SplittableRandom jdk = new SplittableRandom(Seeds.mix(seed, 1, 2));
        RandomGenerator ours = Seeds.of(seed, 1, 2);
        double share = (jdk.nextLong() >>> 32) / 0x1p32;
        int drawn = ours.nextInt(bound);
        assertTrue(drawn >= 0 && drawn < bound);
        assertEquals((int) Math.floor(share * bound), drawn);
        int high = (int) Math.min(Integer.MAX_VALUE, (long) low + bound);
        share = (jdk.nextLong() >>> 32) / 0x1p32;
        int between = ours.nextInt(low, high);
        assertTrue(between >= low && between < high);
        assertEquals((long) Math.floor(share * ((long) high - low)) + low, between);
        float single = ours.nextFloat();
        assertEquals((jdk.nextLong() >>> 40) / 0x1p24f, single);
        assertTrue(single >= 0 && single < 1);
    }

    @Example
    void impossibleBoundsAreRefused() {
        RandomGenerator random = Seeds.of(1, 2, 3);
        assertThrows(IllegalArgumentException.class, () -> random.nextInt(0));
        assertThrows(IllegalArgumentException.class, () -> random.nextInt(-1));
        assertThrows(IllegalArgumentException.class, () -> random.nextInt(3, 3));
        assertThrows(IllegalArgumentException.class, () -> random.nextInt(3, 2));
        assertEquals(0, random.nextInt(1));
        assertEquals(3, random.nextInt(3, 4));
        // the whole range of an int
        assertTrue(IntStream.range(0, 40).anyMatch(i -> random.nextInt(Integer.MIN_VALUE, Integer.MAX_VALUE) < 0));
    }

    /** Box and Muller: the radius is the root of -2 log(1 - u), the angle is 2 pi v. */
    @Property(tries = 50, seed = "20261130")
    void normalDrawsAreBoxAndMullers(@ForAll long seed) {
        SplittableRandom jdk = new SplittableRandom(Seeds.mix(seed, 0, 0));
        double u = jdk.nextDouble();
        double v = jdk.nextDouble();
        assertEquals(
                Math.sqrt(-2 * Math.log(1 - u)) * Math.cos(2 * Math.PI * v),
                Seeds.of(seed, 0, 0).nextGaussian(),
                1e-12);
    }

    @Example
    void allOrdersAreDrawnEquallyOften() {
        Map<String, Integer> counts = new TreeMap<>();
        for (int epoch = 0; epoch < 12_000; epoch++) {
            counts.merge(Arrays.toString(Seeds.permutation(4, 3, epoch)), 1, Integer::sum);
        }
        assertEquals(24, counts.size());
        counts.forEach((order, count) -> assertEquals(500, count, 4.5 * Math.sqrt(500), order));
    }
}
