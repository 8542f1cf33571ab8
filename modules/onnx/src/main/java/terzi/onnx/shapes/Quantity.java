package terzi.onnx.shapes;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongBinaryOperator;
import terzi.onnx.Dim;

/**
 * One element of an integer tensor that shape arithmetic works on: a number, the name of an axis, or not known.
 *
 * <p>Exporters compute shapes inside the graph ({@code Shape}, {@code Gather}, {@code Concat}, {@code Reshape}); following
 * these elements keeps {@code N} being {@code N} through such a chain.
 */
sealed interface Quantity {
    record Exact(long value) implements Quantity {}

    record Name(String name) implements Quantity {}

    record Hidden() implements Quantity {}

    static Quantity hidden() {
        return new Hidden();
    }

    static Quantity of(long value) {
        return new Exact(value);
    }

    static Quantity of(Dim dim) {
        if (dim instanceof Dim.Fixed fixed) {
            return new Exact(fixed.size());
        }
        return dim instanceof Dim.Symbolic symbolic ? new Name(symbolic.name()) : hidden();
    }

    /** The axis that has this size; a negative number gives an axis nothing is known about. */
    default Dim dim() {
        if (this instanceof Exact n && n.value >= 0) {
            return Dim.of(n.value);
        }
        return this instanceof Name n ? Dim.of(n.name) : Dim.UNKNOWN;
    }

    default OptionalLong number() {
        return this instanceof Exact n ? OptionalLong.of(n.value) : OptionalLong.empty();
    }

    private boolean is(long value) {
        return this instanceof Exact n && n.value == value;
    }

    static Quantity add(Quantity a, Quantity b) {
        return neutral(a, b, 0).orElseGet(() -> fold(a, b, Math::addExact));
    }

    static Quantity subtract(Quantity a, Quantity b) {
        return b.is(0) ? a : fold(a, b, Math::subtractExact);
    }

    static Quantity multiply(Quantity a, Quantity b) {
        if (a.is(0) || b.is(0)) {
            return of(0);
        }
        return neutral(a, b, 1).orElseGet(() -> fold(a, b, Math::multiplyExact));
    }

    /** ONNX divides integers as C does: towards zero. */
    static Quantity divide(Quantity a, Quantity b) {
        if (b.is(1)) {
            return a;
        }
        return b.is(0) ? hidden() : fold(a, b, (x, y) -> x / y);
    }

    static Quantity modulo(Quantity a, Quantity b) {
        return b.is(0) ? hidden() : fold(a, b, Math::floorMod);
    }

    static Quantity min(Quantity a, Quantity b) {
        return fold(a, b, Math::min);
    }

    static Quantity max(Quantity a, Quantity b) {
        return fold(a, b, Math::max);
    }

    private static Optional<Quantity> neutral(Quantity a, Quantity b, long element) {
        return a.is(element) ? Optional.of(b) : b.is(element) ? Optional.of(a) : Optional.empty();
    }

    private static Quantity fold(Quantity a, Quantity b, LongBinaryOperator operator) {
        if (a instanceof Exact x && b instanceof Exact y) {
            try {
                return of(operator.applyAsLong(x.value, y.value));
            } catch (ArithmeticException e) {
                return hidden();
            }
        }
        return hidden();
    }
}
