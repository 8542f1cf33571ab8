package terzi.onnx;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a file that a record does not model, kept so that writing the record again is lossless.
 *
 * <p>The content is opaque; {@link terzi.onnx.codec} makes and reads it. All origins are equal, so that two records are
 * equal if their modelled fields are. An edited record takes over the origin of the old one, as the {@code withX} methods
 * do; a new record has {@link #NONE}.
 */
public abstract class Origin {
    /** The origin of a new record, which was not read from a file. */
    public static final Origin NONE = new Origin() {};

    /** Creates an origin without sparse initializers. */
    protected Origin() {}

    /**
     * {@return the origin of a tensor}
     *
     * @param tensor the tensor
     */
    protected static Origin of(Tensor tensor) {
        return tensor.origin();
    }

    /**
     * {@return a copy of a tensor with this origin, over the same memory}
     *
     * @param tensor a tensor with the content that this origin stands for
     */
    protected final Tensor attachTo(Tensor tensor) {
        return tensor.withOrigin(this);
    }

    /** {@return the sparse initializers of a graph, which its record does not model} */
    protected List<SparseTensor> sparseInitializers() {
        return List.of();
    }

    @Override
    public final boolean equals(@Nullable Object other) {
        return other instanceof Origin;
    }

    @Override
    public final int hashCode() {
        return 1;
    }

    @Override
    public String toString() {
        return "new";
    }
}
