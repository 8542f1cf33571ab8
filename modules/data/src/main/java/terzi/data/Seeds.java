package terzi.data;

import java.util.random.RandomGenerator;

/**
 * Random numbers that depend on nothing but (seed, epoch, index): the same on every JDK, thread and order of calls, so
 * that a resumed run repeats itself to the bit.
 */
public final class Seeds {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private Seeds() {}

    /**
     * {@return a fresh generator for one image (or batch, with another seed) of one epoch}
     *
     * @param seed random seed of the run
     * @param epoch number of the epoch
     * @param index position of the image in the dataset
     */
    public static RandomGenerator of(long seed, long epoch, long index) {
        return new SplitMix(mix(seed, epoch, index));
    }

    /**
     * {@return one well-mixed number from three, for seeding other generators}
     *
     * @param seed random seed of the run
     * @param epoch number of the epoch
     * @param index position of the image in the dataset
     */
    public static long mix(long seed, long epoch, long index) {
        long mixed = scramble(seed + GOLDEN);
        mixed = scramble((mixed ^ epoch) + GOLDEN);
        return scramble((mixed ^ index) + GOLDEN);
    }

    /**
     * {@return the order of images in an epoch, a permutation of {@code 0..size-1} (Fisher–Yates)}
     *
     * @param size number of images
     * @param seed random seed of the run
     * @param epoch number of the epoch
     */
    public static int[] permutation(int size, long seed, long epoch) {
        int[] order = new int[size];
        for (int i = 0; i < size; i++) {
            order[i] = i;
        }
        shuffle(order, of(seed, epoch, -1));
        return order;
    }

    static void shuffle(int[] values, RandomGenerator random) {
        for (int i = values.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int kept = values[i];
            values[i] = values[j];
            values[j] = kept;
        }
    }

    /** The finaliser of SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014). */
    private static long scramble(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** SplitMix64, with every derived draw spelled out: the JDK does not promise how its defaults derive them. */
    private static final class SplitMix implements RandomGenerator {
        private long state;

        SplitMix(long state) {
            this.state = state;
        }

        @Override
        public long nextLong() {
            state += GOLDEN;
            return scramble(state);
        }

        @Override
        public int nextInt() {
            return (int) (nextLong() >>> 32);
        }

        @Override
        public int nextInt(int bound) {
            if (bound < 1) {
                throw new IllegalArgumentException("expected a bound of at least 1, found " + bound);
            }
            return (int) (((nextLong() >>> 32) * bound) >>> 32);
        }

        @Override
        public int nextInt(int origin, int bound) {
            if (origin >= bound) {
                throw new IllegalArgumentException("expected origin < bound, found " + origin + " and " + bound);
            }
            return (int) (origin + (((nextLong() >>> 32) * ((long) bound - origin)) >>> 32));
        }

        @Override
        public boolean nextBoolean() {
            return nextLong() < 0;
        }

        @Override
        public double nextDouble() {
            return (nextLong() >>> 11) * 0x1p-53;
        }

        @Override
        public double nextDouble(double origin, double bound) {
            return origin + nextDouble() * (bound - origin);
        }

        @Override
        public float nextFloat() {
            return (nextLong() >>> 40) * 0x1p-24f;
        }

        /** Box and Muller, one of the pair. */
        @Override
        public double nextGaussian() {
            double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - nextDouble()));
            return radius * StrictMath.cos(2 * StrictMath.PI * nextDouble());
        }
    }
}
