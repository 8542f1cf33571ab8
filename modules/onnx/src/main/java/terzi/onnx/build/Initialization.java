package terzi.onnx.build;

import java.util.Arrays;
import terzi.onnx.Tensor;

/**
 * The random initialization of the weights of convolutions and dense layers. Values depend only on the random seed, the
 * index of the layer and the position in the tensor; they are the same on every machine and Java version. A weight
 * {@code [out, in, k...]} has {@code fan_in = in * k...} and {@code fan_out = out * k...}.
 */
public enum Initialization {
    /**
     * The default of PyTorch for Conv2d and Linear: Kaiming-uniform with {@code a = sqrt 5}, which is uniform in
     * {@code ±1/sqrt(fan_in)}; biases likewise (He et al., arXiv:1502.01852).
     */
    PYTORCH {
        @Override
        double weightBound(double fanIn, double fanOut) {
            return 1 / Math.sqrt(fanIn);
        }

        @Override
        double biasBound(double fanIn) {
            return 1 / Math.sqrt(fanIn);
        }
    },

    /**
     * The default of Keras: Glorot-uniform, which is uniform in {@code ±sqrt(6 / (fan_in + fan_out))}; biases are zero
     * (Glorot and Bengio, 2010).
     */
    KERAS {
        @Override
        double weightBound(double fanIn, double fanOut) {
            return Math.sqrt(6 / (fanIn + fanOut));
        }

        @Override
        double biasBound(double fanIn) {
            return 0;
        }
    };

    /** A file of ONNX's has at most 2 GiB, which is so many float32 values. */
    private static final int MOST_VALUES = (1 << 29) - 1;

    abstract double weightBound(double fanIn, double fanOut);

    abstract double biasBound(double fanIn);

    /**
     * {@return a float32 weight {@code [out, in, k...]}, the form that Conv and Gemm with {@code transB} take}
     *
     * @param name name of the tensor
     * @param dims shape {@code [out, in, k...]}
     * @param seed random seed
     * @param layer index of the layer, unique in the network
     * @throws IllegalArgumentException if the shape has fewer than two axes, or 2^29 elements or more
     */
    public Tensor weight(String name, long[] dims, long seed, long layer) {
        Require.that(
                dims.length >= 2, "weight %s: has %s dimensions, but a weight is [out, in, ...]", name, dims.length);
        double kernel = 1;
        for (int axis = 2; axis < dims.length; axis++) {
            kernel *= dims[axis];
        }
        return uniform(name, dims, weightBound(dims[1] * kernel, dims[0] * kernel), new SeededRandom(seed, 2 * layer));
    }

    /**
     * {@return the float32 bias {@code [out]} that belongs to a weight}
     *
     * @param name name of the tensor
     * @param weightDims shape {@code [out, in, k...]} of the weight
     * @param seed random seed
     * @param layer index of the layer, unique in the network
     */
    public Tensor bias(String name, long[] weightDims, long seed, long layer) {
        double fanIn = 1;
        for (int axis = 1; axis < weightDims.length; axis++) {
            fanIn *= weightDims[axis];
        }
        return uniform(name, new long[] {weightDims[0]}, biasBound(fanIn), new SeededRandom(seed, 2 * layer + 1));
    }

    private static Tensor uniform(String name, long[] dims, double bound, SeededRandom random) {
        double count = 1;
        for (long dim : dims) {
            count *= dim;
        }
        Require.that(
                count <= MOST_VALUES,
                "weight %s: %s has %.4g values, but a tensor has at most %s; use fewer filters or units, or smaller"
                        + " images",
                name,
                Arrays.toString(dims),
                count,
                MOST_VALUES);
        float[] values = new float[(int) count];
        for (int i = 0; i < values.length; i++) {
            values[i] = bound == 0 ? 0 : random.nextSymmetric(bound);
        }
        return Tensor.ofFloats(name, dims, values);
    }
}
