package terzi.onnx;

import java.util.Arrays;
import java.util.Objects;

/**
 * A tensor that stores only its non-zero elements.
 *
 * @param values the {@code [NNZ]} non-zero elements; its name is the name of the whole
 * @param indices int64, either {@code [NNZ]} positions in row-major order or {@code [NNZ, rank]} coordinates
 * @param dims the shape of the dense tensor
 */
public record SparseTensor(Tensor values, Tensor indices, long[] dims) {
    public SparseTensor {
        Objects.requireNonNull(values, "values");
        Objects.requireNonNull(indices, "indices");
        dims = dims.clone();
    }

    @Override
    public long[] dims() {
        return dims.clone();
    }

    /** The name nodes refer to it by. */
    public String name() {
        return values.name();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SparseTensor that
                && values.equals(that.values)
                && indices.equals(that.indices)
                && Arrays.equals(dims, that.dims);
    }

    @Override
    public int hashCode() {
        return Objects.hash(values, indices, Arrays.hashCode(dims));
    }
}
