package terzi.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * Element type and shape of a tensor.
 *
 * @param elementType the type of each element
 * @param shape the axes, outermost first; empty when not even their number is known; an empty list is a scalar
 */
public record TensorType(DataType elementType, Optional<List<Dim>> shape) implements ValueType {
    public TensorType {
        Objects.requireNonNull(elementType, "elementType");
        shape = shape.map(List::copyOf);
    }

    /** A tensor of which only the element type is known. */
    public static TensorType of(DataType elementType) {
        return new TensorType(elementType, Optional.empty());
    }

    /** A tensor with these axes. */
    public static TensorType of(DataType elementType, List<Dim> shape) {
        return new TensorType(elementType, Optional.of(shape));
    }

    /** A tensor with these axes. */
    public static TensorType of(DataType elementType, Dim... shape) {
        return of(elementType, List.of(shape));
    }

    /** A tensor of a fixed shape. */
    public static TensorType of(DataType elementType, long... shape) {
        List<Dim> dims = new ArrayList<>(shape.length);
        for (long size : shape) {
            dims.add(Dim.of(size));
        }
        return of(elementType, dims);
    }

    /** The number of axes, when known. */
    public OptionalInt rank() {
        return shape.isPresent() ? OptionalInt.of(shape.get().size()) : OptionalInt.empty();
    }

    /** The shape as numbers, when every axis has a fixed size. */
    public Optional<long[]> fixedShape() {
        return shape.filter(dims -> dims.stream().allMatch(Dim.Fixed.class::isInstance))
                .map(dims ->
                        dims.stream().mapToLong(d -> ((Dim.Fixed) d).size()).toArray());
    }

    /** The same type with another shape. */
    public TensorType withShape(List<Dim> newShape) {
        return of(elementType, newShape);
    }

    /** For people: {@code float32[N,3,224,224]}, {@code int64[]} for a scalar, {@code float32[...]} without a shape. */
    @Override
    public String toString() {
        return elementType.label()
                + shape.map(dims -> dims.stream().map(Dim::toString).collect(Collectors.joining(",", "[", "]")))
                        .orElse("[...]");
    }
}
