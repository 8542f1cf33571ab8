package terzi.training;

/** The checks of option values; every message says which option, what is allowed and what was found. */
final class Require {
    private Require() {}

    static void atLeast(String name, long minimum, long value) {
        if (value < minimum) {
            throw new IllegalArgumentException(name + " must be at least " + minimum + ", not " + value);
        }
    }

    static void positive(String name, double value) {
        if (!(value > 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(name + " must be greater than 0, not " + value);
        }
    }

    static void notNegative(String name, double value) {
        if (!(value >= 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(name + " must be 0 or greater, not " + value);
        }
    }

    /** Refuses values outside [low, high). */
    static void within(String name, double low, double high, double value) {
        if (!(value >= low && value < high)) {
            throw new IllegalArgumentException(
                    name + " must be at least " + low + " and less than " + high + ", not " + value);
        }
    }

    /** Refuses values outside [low, high]. */
    static void between(String name, double low, double high, double value) {
        if (!(value >= low && value <= high)) {
            throw new IllegalArgumentException(name + " must be between " + low + " and " + high + ", not " + value);
        }
    }
}
