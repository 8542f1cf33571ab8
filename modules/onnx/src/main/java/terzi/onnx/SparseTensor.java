package terzi.onnx;

import java.util.List;
import java.util.Objects;

/**
 * A tensor that stores only its non-zero elements.
 *
 * @param values the {@code [NNZ]} non-zero elements; its name is the name of the whole
 * @param indices int64, either {@code [NNZ]} positions in row-major order or {@code [NNZ, rank]} coordinates
 * @param dims the shape of the dense tensor
 */
public record SparseTensor(Tensor values, Tensor indices, List<Long> dims) {
    public SparseTensor {
        Objects.requireNonNull(values, "values");
        Objects.requireNonNull(indices, "indices");
        dims = List.copyOf(dims);
    }

    /** The name nodes refer to it by. */
    public String name() {
        return values.name();
    }
}
