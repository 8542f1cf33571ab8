package terzi.onnx.build;

/** Checks of arguments, so that a record states its rule and its message in one line. */
final class Require {

    private Require() {}

    @SuppressWarnings("AnnotateFormatMethod") // the annotation would be a dependency at run time
    static void that(boolean holds, String message, Object... arguments) {
        if (!holds) {
            throw new IllegalArgumentException(String.format(message, arguments));
        }
    }

    /** Refuses values outside [1, most]. */
    static void upTo(String where, String what, int most, int value) {
        that(value > 0 && value <= most, "%s: %s must be from 1 to %s, not %s", where, what, most, value);
    }
}
