package terzi.onnx;

import java.util.List;
import java.util.Objects;

/**
 * A tensor that stores only its non-zero elements.
 *
 * @param values non-zero elements {@code [NNZ]}; the name of this tensor is that of the sparse tensor
 * @param indices int64, either positions {@code [NNZ]} in row-major order or coordinates {@code [NNZ, rank]}
 * @param dims shape of the dense tensor
 */
public record SparseTensor(Tensor values, Tensor indices, List<Long> dims) {
    /**
     * Creates a sparse tensor from a copy of the shape, without checking it.
     *
     * @param values non-zero elements {@code [NNZ]}
     * @param indices int64, either positions {@code [NNZ]} in row-major order or coordinates {@code [NNZ, rank]}
     * @param dims shape of the dense tensor
     */
    public SparseTensor {
        Objects.requireNonNull(values, "values");
        Objects.requireNonNull(indices, "indices");
        dims = List.copyOf(dims);
    }

    /** {@return the name by which nodes refer to the tensor} */
    public String name() {
        return values.name();
    }
}
