package terzi.training.torchscript;

import java.util.OptionalLong;

/**
 * A whole number of the script: a literal, or an expression such as {@code torch.size(x, 0)} that the host cannot evaluate.
 *
 * @param text the expression; safe to use as an operand
 * @param value its value when it is a literal
 */
record Size(String text, OptionalLong value) {

    static Size of(long value) {
        return new Size(Long.toString(value), OptionalLong.of(value));
    }

    static Size of(String expression) {
        return new Size(expression, OptionalLong.empty());
    }

    boolean isKnown() {
        return value.isPresent();
    }

    private boolean is(long number) {
        return value.isPresent() && value.getAsLong() == number;
    }

    Size plus(Size other) {
        if (isKnown() && other.isKnown()) {
            return of(value.getAsLong() + other.value.getAsLong());
        }
        return is(0) ? other : other.is(0) ? this : binary("+", other);
    }

    Size minus(Size other) {
        if (isKnown() && other.isKnown()) {
            return of(value.getAsLong() - other.value.getAsLong());
        }
        return other.is(0) ? this : binary("-", other);
    }

    Size times(Size other) {
        if (isKnown() && other.isKnown()) {
            return of(value.getAsLong() * other.value.getAsLong());
        }
        return is(1) ? other : other.is(1) ? this : binary("*", other);
    }

    /** Division that truncates, as ONNX's Div does: -3 / 2 is -1. */
    Size dividedBy(Size other) {
        if (isKnown() && other.isKnown() && !other.is(0)) {
            return of(value.getAsLong() / other.value.getAsLong());
        }
        if (other.is(1)) {
            return this;
        }
        // the script's // rounds down
        String rest = "ops.prim.abs(" + text + ") // ops.prim.abs(" + other.text + ")";
        return of("((" + rest + ") if ((" + text + " < 0) == (" + other.text + " < 0)) else (-(" + rest + ")))");
    }

    /** Division that rounds down. */
    Size flooredBy(long divisor) {
        return isKnown()
                ? of(Math.floorDiv(value.getAsLong(), divisor))
                : divisor == 1 ? this : binary("//", of(divisor));
    }

    Size max(Size other) {
        if (isKnown() && other.isKnown()) {
            return of(Math.max(value.getAsLong(), other.value.getAsLong()));
        }
        return of("ops.prim.max(" + text + ", " + other.text + ")");
    }

    Size min(Size other) {
        if (isKnown() && other.isKnown()) {
            return of(Math.min(value.getAsLong(), other.value.getAsLong()));
        }
        return of("ops.prim.min(" + text + ", " + other.text + ")");
    }

    private Size binary(String operator, Size other) {
        return of("(" + text + " " + operator + " " + other.text + ")");
    }
}
