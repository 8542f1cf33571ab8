package terzi.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * The element type and shape of a tensor.
 *
 * @param elementType type of each element
 * @param shape sizes of the axes, outermost first; empty if not even the rank is known; an empty list for a scalar
 */
public record TensorType(DataType elementType, Optional<List<Dim>> shape) implements ValueType {
    /**
     * Creates a type from a copy of the shape.
     *
     * @param elementType type of each element
     * @param shape sizes of the axes, outermost first; empty if not even the rank is known
     */
    public TensorType {
        Objects.requireNonNull(elementType, "elementType");
        shape = shape.map(List::copyOf);
    }

    /**
     * {@return a type of unknown rank}
     *
     * @param elementType type of each element
     */
    public static TensorType of(DataType elementType) {
        return new TensorType(elementType, Optional.empty());
    }

    /**
     * {@return a type of known rank}
     *
     * @param elementType type of each element
     * @param shape sizes of the axes, outermost first; empty for a scalar
     */
    public static TensorType of(DataType elementType, List<Dim> shape) {
        return new TensorType(elementType, Optional.of(shape));
    }

    /**
     * {@return a type of known rank}
     *
     * @param elementType type of each element
     * @param shape sizes of the axes, outermost first; none for a scalar
     */
    public static TensorType of(DataType elementType, Dim... shape) {
        return of(elementType, List.of(shape));
    }

    /**
     * {@return a type of fixed shape}
     *
     * @param elementType type of each element
     * @param shape sizes of the axes, outermost first; none for a scalar
     * @throws IllegalArgumentException if a size is negative
     */
    public static TensorType of(DataType elementType, long... shape) {
        List<Dim> dims = new ArrayList<>(shape.length);
        for (long size : shape) {
            dims.add(Dim.of(size));
        }
        return of(elementType, dims);
    }

    /** {@return the number of axes; empty if it is not known} */
    public OptionalInt rank() {
        return shape.isPresent() ? OptionalInt.of(shape.get().size()) : OptionalInt.empty();
    }

    /** {@return the sizes of all axes, outermost first; empty unless every axis has a fixed size} */
    public Optional<long[]> fixedShape() {
        return shape.filter(dims -> dims.stream().allMatch(Dim.Fixed.class::isInstance))
                .map(dims ->
                        dims.stream().mapToLong(d -> ((Dim.Fixed) d).size()).toArray());
    }

    /**
     * {@return a copy of this type with another shape}
     *
     * @param newShape sizes of the axes, outermost first; empty for a scalar
     */
    public TensorType withShape(List<Dim> newShape) {
        return of(elementType, newShape);
    }

    /**
     * {@return a short text such as {@code float32[N,3,224,224]}; {@code int64[]} for a scalar, {@code float32[...]} if
     * the rank is not known}
     */
    @Override
    public String toString() {
        return elementType.label()
                + shape.map(dims -> dims.stream().map(Dim::toString).collect(Collectors.joining(",", "[", "]")))
                        .orElse("[...]");
    }
}
