package terzi.onnx.build;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import terzi.onnx.DataType;
import terzi.onnx.Dim;
import terzi.onnx.TensorType;

/**
 * A value on its way through the layers.
 *
 * @param shape without the batch axis: {@code [C, H, W]} or {@code [F]}
 */
record Flow(String value, List<Integer> shape) {
    Flow {
        shape = List.copyOf(shape);
    }

    Flow to(String newValue) {
        return new Flow(newValue, shape);
    }

    boolean isVector() {
        return shape.size() == 1;
    }

    int channels() {
        return shape.get(0);
    }

    int elements() {
        BigInteger elements = shape.stream().map(BigInteger::valueOf).reduce(BigInteger.ONE, BigInteger::multiply);
        Require.that(
                elements.bitLength() < Integer.SIZE,
                "%s has %s values for each image, more than %s; use smaller images, a stride or a pool before",
                this,
                elements,
                Integer.MAX_VALUE);
        return elements.intValueExact();
    }

    TensorType type() {
        List<Dim> dims = new ArrayList<>();
        dims.add(Dim.of("N"));
        shape.forEach(size -> dims.add(Dim.of(size)));
        return TensorType.of(DataType.FLOAT, dims);
    }

    @Override
    public String toString() {
        return shape.stream().map(String::valueOf).collect(Collectors.joining(",", "[N,", "]"));
    }
}
