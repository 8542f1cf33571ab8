package terzi.training.finetune;

/** The checks of option values; every message begins with the option's name. */
final class Check {
    private Check() {}

    static void atLeast(String name, long minimum, long value) {
        if (value < minimum) {
            throw new IllegalArgumentException(name + " must be at least " + minimum + ", not " + value);
        }
    }

    static void share(String name, double low, double high, double value) {
        if (!(value >= low && value <= high)) {
            throw new IllegalArgumentException(name + " must be between " + low + " and " + high + ", not " + value);
        }
    }

    static void positive(String name, double value) {
        if (!(value > 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(name + " must be greater than 0, not " + value);
        }
    }
}
