package terzi.onnx.shapes;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import terzi.onnx.Dim;

/** Arithmetic on axes of which some are only named and some not known. */
final class Dims {
    private Dims() {}

    static OptionalLong size(Dim dim) {
        return dim instanceof Dim.Fixed fixed ? OptionalLong.of(fixed.size()) : OptionalLong.empty();
    }

    static List<Dim> unknown(int rank) {
        return Collections.nCopies(rank, Dim.UNKNOWN);
    }

    /** Of two descriptions of one shape, the more exact for each axis; {@code a} where they say equally much. */
    static List<Dim> mostExact(List<Dim> a, List<Dim> b) {
        List<Dim> result = new ArrayList<>(a.size());
        for (int i = 0; i < a.size(); i++) {
            boolean takeB = exactness(b.get(i)) > exactness(a.get(i));
            result.add(takeB ? b.get(i) : a.get(i));
        }
        return result;
    }

    private static int exactness(Dim dim) {
        return dim instanceof Dim.Fixed ? 2 : dim instanceof Dim.Symbolic ? 1 : 0;
    }

    /** What holds for both: the shape of one value that comes from either of two places. */
    static List<Dim> common(List<Dim> a, List<Dim> b) {
        List<Dim> result = new ArrayList<>(a.size());
        for (int i = 0; i < a.size(); i++) {
            result.add(a.get(i).equals(b.get(i)) ? a.get(i) : Dim.UNKNOWN);
        }
        return result;
    }

    /** The shape of an elementwise operation; empty when the shapes do not fit together. */
    static Optional<List<Dim>> broadcast(List<Dim> a, List<Dim> b) {
        int rank = Math.max(a.size(), b.size());
        List<Dim> result = new ArrayList<>(rank);
        for (int i = 0; i < rank; i++) {
            Dim x = i < rank - a.size() ? Dim.of(1) : a.get(i - rank + a.size());
            Dim y = i < rank - b.size() ? Dim.of(1) : b.get(i - rank + b.size());
            if (x.equals(y) || isOne(y)) {
                result.add(x);
            } else if (isOne(x)) {
                result.add(y);
            } else if (x instanceof Dim.Fixed && y instanceof Dim.Fixed) {
                return Optional.empty();
            } else {
                // the one that is not fixed is 1 or the same
                result.add(x instanceof Dim.Fixed ? x : y instanceof Dim.Fixed ? y : Dim.UNKNOWN);
            }
        }
        return Optional.of(result);
    }

    private static boolean isOne(Dim dim) {
        return dim instanceof Dim.Fixed fixed && fixed.size() == 1;
    }

    static Dim product(List<Dim> dims) {
        Quantity product = Quantity.of(1);
        for (Dim dim : dims) {
            product = Quantity.multiply(product, Quantity.of(dim));
        }
        return product.dim();
    }

    static Dim sum(Dim a, Dim b) {
        return Quantity.add(Quantity.of(a), Quantity.of(b)).dim();
    }

    static Dim times(Dim dim, long factor) {
        return Quantity.multiply(Quantity.of(dim), Quantity.of(factor)).dim();
    }

    static Dim plus(Dim dim, long addend) {
        return Quantity.add(Quantity.of(dim), Quantity.of(addend)).dim();
    }
}
