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

    static void positive(String where, String what, int value) {
        that(value > 0, "%s: %s must be positive, not %s", where, what, value);
    }
}
