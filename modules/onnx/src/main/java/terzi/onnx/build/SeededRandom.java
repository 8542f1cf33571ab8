package terzi.onnx.build;

import java.util.random.RandomGenerator;

/**
 * SplitMix64 (Steele, Lea, Flood 2014), written out: initial weights must not change with the Java version, and the JDK does not
 * promise the sequence of its own generators.
 */
final class SeededRandom implements RandomGenerator {

    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private long state;

    /** An independent stream for each pair. */
    SeededRandom(long seed, long stream) {
        state = mix(seed) ^ mix(stream * GOLDEN_GAMMA + 1);
    }

    @Override
    public long nextLong() {
        state += GOLDEN_GAMMA;
        return mix(state);
    }

    /** Uniform in {@code [-bound, bound)}, from the top 24 bits. */
    float nextSymmetric(double bound) {
        return (float) (((nextLong() >>> 40) * 0x1p-23 - 1) * bound);
    }

    private static long mix(long value) {
        long mixed = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }
}
