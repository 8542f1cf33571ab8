package terzi.training.finetune;

/** The checks of option values; every message begins with the option's name. */
final class Check {
    private Check() {}

    static void whole(String name, long low, long high, long value) {
        if (value < low || value > high) {
            throw new IllegalArgumentException(
                    name + " must be a whole number from " + low + " to " + high + ", not " + value);
        }
    }

    static void share(String name, double low, double high, double value) {
        if (!(value >= low && value <= high)) {
            throw new IllegalArgumentException(name + " must be between " + low + " and " + high + ", not " + value);
        }
    }

    static void positive(String name, double most, double value) {
        if (!(value > 0 && value <= most)) {
            throw new IllegalArgumentException(name + " must be greater than 0 and at most " + most + ", not " + value);
        }
    }
}
