package terzi.data.augment;

import java.util.Arrays;
import java.util.Iterator;
import java.util.random.RandomGenerator;

/** A generator whose draws, 0 to 1, are given; a whole number below {@code bound} is the draw times the bound. */
final class ListedDraws implements RandomGenerator {
    private final Iterator<Double> draws;

    ListedDraws(double... draws) {
        this.draws = Arrays.stream(draws).iterator();
    }

    @Override
    public long nextLong() {
        throw new IllegalStateException("nextDouble or nextInt is expected");
    }

    @Override
    public double nextDouble() {
        return draws.next();
    }

    @Override
    public int nextInt(int bound) {
        return (int) (draws.next() * bound);
    }

    boolean isUsedUp() {
        return !draws.hasNext();
    }
}
