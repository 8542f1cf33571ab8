package terzi.backbones.keras;

import terzi.onnx.Tensor;

/** Kernels from Keras's order of axes to ONNX's. */
final class Kernels {
    private Kernels() {}

    /** {@code [h, w, in, out]} to {@code [out, in, h, w]}. */
    static Tensor outFirst(Tensor kernel) {
        return permuted(kernel, 3, 2, 0, 1);
    }

    /** {@code [h, w, in, multiplier]} to {@code [in * multiplier, 1, h, w]}. */
    static Tensor depthwise(Tensor kernel) {
        long[] dims = kernel.dims();
        return permuted(kernel, 2, 3, 0, 1).withDims(dims[2] * dims[3], 1, dims[0], dims[1]);
    }

    /** {@code [in, out]} to {@code [out, in]}. */
    static Tensor transposed(Tensor matrix) {
        return permuted(matrix, 1, 0);
    }

    private static Tensor permuted(Tensor tensor, int... order) {
        long[] dims = tensor.dims();
        int rank = dims.length;
        int[] sizes = new int[rank];
        int[] steps = new int[rank];
        long[] newDims = new long[rank];
        for (int axis = 0; axis < rank; axis++) {
            int source = order[axis];
            sizes[axis] = Math.toIntExact(dims[source]);
            newDims[axis] = dims[source];
            int step = 1;
            for (int i = source + 1; i < rank; i++) {
                step = Math.multiplyExact(step, Math.toIntExact(dims[i]));
            }
            steps[axis] = step;
        }
        float[] from = tensor.floats();
        float[] to = new float[from.length];
        int[] index = new int[rank];
        int source = 0;
        for (int i = 0; i < to.length; i++) {
            to[i] = from[source];
            for (int axis = rank - 1; axis >= 0; axis--) {
                source += steps[axis];
                if (++index[axis] < sizes[axis]) {
                    break;
                }
                source -= steps[axis] * sizes[axis];
                index[axis] = 0;
            }
        }
        return Tensor.ofFloats(tensor.name(), newDims, to);
    }
}
