package terzi.training.recipe;

/** The checks of option values; every message says which option, what is allowed and what was found. */
final class Require {
    /** The largest positive setting: what is larger does not fit into a float32 once it is multiplied with anything. */
    static final double MOST = 1e30;

    private Require() {}

    /** Refuses whole numbers outside [low, high]. */
    static void whole(String name, long low, long high, long value) {
        if (value < low || value > high) {
            throw new IllegalArgumentException(
                    name + " must be a whole number from " + low + " to " + high + ", not " + value);
        }
    }

    static void positive(String name, double value) {
        positive(name, MOST, value);
    }

    /** Refuses values outside (0, most]. */
    static void positive(String name, double most, double value) {
        if (!(value > 0 && value <= most)) {
            throw new IllegalArgumentException(name + " must be greater than 0 and at most " + most + ", not " + value);
        }
    }

    static void notNegative(String name, double value) {
        between(name, 0, MOST, value);
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
