package terzi.onnx.build;

import java.util.List;
import terzi.files.Defaults;

/**
 * One layer of a network, named and defined like the Keras layer of that name; {@link Sequential} turns a list of them into an ONNX
 * graph. Images flow as {@code [N, C, H, W]}, vectors as {@code [N, F]}. Kernels, strides and pools are square.
 */
public sealed interface Layer {
    /** The largest number of filters of a convolution. */
    int MOST_CHANNELS = 65_536;

    /** The largest kernel, stride and pool. */
    int MOST_WINDOW = 8192;

    /** The largest number of units of a dense layer. */
    int MOST_UNITS = 1_048_576;

    /** What surrounds an image before a convolution or a pool. */
    enum Padding {
        /** Nothing: {@code out = floor((in - kernel) / stride) + 1}. */
        VALID,
        /** As much as {@code out = ceil(in / stride)} needs; when that is odd, the extra row and column come last, as in Keras. */
        SAME
    }

    /** A layer that maps every value by itself. {@link Conv2d} and {@link Dense} can carry one. */
    sealed interface Activation extends Layer {}

    /** {@code x}: no activation. */
    record Linear() implements Activation {}

    /** {@code max(x, 0)}. */
    record Relu() implements Activation {}

    /**
     * {@code x} where positive, {@code slope * x} elsewhere.
     *
     * @param slope from -1000 to 1000
     */
    record LeakyRelu(double slope) implements Activation {
        public LeakyRelu {
            Require.that(slope >= -1000 && slope <= 1000, "LeakyRelu: slope must be from -1000 to 1000, not %s", slope);
        }

        /** With PyTorch's slope of 0.01. */
        @Defaults
        public LeakyRelu() {
            this(0.01);
        }
    }

    /** {@code x * (1 + erf(x / sqrt 2)) / 2}, exact and not by tanh (Hendrycks and Gimpel, arXiv:1606.08415). */
    record Gelu() implements Activation {}

    /** {@code x * sigmoid(x)}, also called swish (arXiv:1702.03118). */
    record Silu() implements Activation {}

    /** {@code tanh x}. */
    record Tanh() implements Activation {}

    /** {@code 1 / (1 + exp(-x))}. */
    record Sigmoid() implements Activation {}

    /** {@code x * min(max(x + 3, 0), 6) / 6} (MobileNetV3, arXiv:1905.02244). */
    record HardSwish() implements Activation {}

    /** Convolution of {@code [N, C, H, W]} to {@code [N, filters, H', W']}; weight {@code [filters, C, kernel, kernel]}. */
    record Conv2d(int filters, int kernel, int stride, Padding padding, boolean bias, Activation activation)
            implements Layer {
        public Conv2d {
            Require.upTo("Conv2d", "filters", MOST_CHANNELS, filters);
            Require.upTo("Conv2d", "kernel", MOST_WINDOW, kernel);
            Require.upTo("Conv2d", "stride", MOST_WINDOW, stride);
        }

        /** Stride 1, no padding, with bias and without activation. */
        @Defaults
        public Conv2d(int filters, int kernel) {
            this(filters, kernel, 1, Padding.VALID, true, new Linear());
        }

        public Conv2d withStride(int newStride) {
            return new Conv2d(filters, kernel, newStride, padding, bias, activation);
        }

        public Conv2d withPadding(Padding newPadding) {
            return new Conv2d(filters, kernel, stride, newPadding, bias, activation);
        }

        /** Without bias: what a following {@link BatchNorm} makes superfluous. */
        public Conv2d withoutBias() {
            return new Conv2d(filters, kernel, stride, padding, false, activation);
        }

        public Conv2d withActivation(Activation newActivation) {
            return new Conv2d(filters, kernel, stride, padding, bias, newActivation);
        }
    }

    /** Convolution of each channel by itself, {@code [N, C, H, W]} to {@code [N, C, H', W']}; weight {@code [C, 1, kernel, kernel]}. */
    record DepthwiseConv2d(int kernel, int stride, Padding padding, boolean bias, Activation activation)
            implements Layer {
        public DepthwiseConv2d {
            Require.upTo("DepthwiseConv2d", "kernel", MOST_WINDOW, kernel);
            Require.upTo("DepthwiseConv2d", "stride", MOST_WINDOW, stride);
        }

        /** Stride 1, no padding, with bias and without activation. */
        @Defaults
        public DepthwiseConv2d(int kernel) {
            this(kernel, 1, Padding.VALID, true, new Linear());
        }
    }

    /** Maximum of each {@code size x size} window; padding never wins. */
    record MaxPool(int size, int stride, Padding padding) implements Layer {
        public MaxPool {
            Require.upTo("MaxPool", "size", MOST_WINDOW, size);
            Require.upTo("MaxPool", "stride", MOST_WINDOW, stride);
        }

        /** Windows side by side, no padding. */
        @Defaults
        public MaxPool(int size) {
            this(size, size, Padding.VALID);
        }
    }

    /** Mean of each {@code size x size} window; padding does not count. */
    record AveragePool(int size, int stride, Padding padding) implements Layer {
        public AveragePool {
            Require.upTo("AveragePool", "size", MOST_WINDOW, size);
            Require.upTo("AveragePool", "stride", MOST_WINDOW, stride);
        }

        /** Windows side by side, no padding. */
        @Defaults
        public AveragePool(int size) {
            this(size, size, Padding.VALID);
        }
    }

    /** Mean of each channel, {@code [N, C, H, W]} to {@code [N, C]}. */
    record GlobalAveragePool() implements Layer {}

    /**
     * Batch normalisation over all but the channel axis of {@code [N, C, H, W]} or {@code [N, C]} (arXiv:1502.03167).
     *
     * @param momentum share that running mean and variance keep in each step, 0..1: Keras's and ONNX's sense, PyTorch's is {@code 1 - momentum}
     * @param epsilon added to the variance, positive
     */
    record BatchNorm(double momentum, double epsilon) implements Layer {
        public BatchNorm {
            Require.that(momentum >= 0 && momentum <= 1, "BatchNorm: momentum must be within 0..1, not %s", momentum);
            Require.that(epsilon > 0 && epsilon < 1, "BatchNorm: epsilon must be within 0..1, not %s", epsilon);
        }

        /** PyTorch's defaults: 0.9 (there written 0.1) and 1e-5. */
        @Defaults
        public BatchNorm() {
            this(0.9, 1e-5);
        }
    }

    /**
     * Sets a share of the values to zero in training and scales the others by {@code 1 / (1 - rate)}; identity otherwise.
     *
     * @param rate 0 up to, but below 1
     */
    record Dropout(double rate) implements Layer {
        public Dropout {
            Require.that(rate >= 0 && rate < 1, "Dropout: rate must be at least 0 and below 1, not %s", rate);
        }
    }

    /** {@code [N, C, H, W]} to {@code [N, C*H*W]}, channel first. */
    record Flatten() implements Layer {}

    /** Fully connected: {@code [N, F]} to {@code [N, units]}; weight {@code [units, F]}. */
    record Dense(int units, boolean bias, Activation activation) implements Layer {
        public Dense {
            Require.upTo("Dense", "units", MOST_UNITS, units);
        }

        /** With bias, without activation. */
        @Defaults
        public Dense(int units) {
            this(units, true, new Linear());
        }

        public Dense withActivation(Activation newActivation) {
            return new Dense(units, bias, newActivation);
        }
    }

    /**
     * {@code body(x) + shortcut(x)}, the block of residual networks (arXiv:1512.03385). An empty shortcut is {@code x} itself; both
     * sides must give the same shape.
     */
    record Residual(List<Layer> body, List<Layer> shortcut) implements Layer {
        public Residual {
            body = List.copyOf(body);
            shortcut = List.copyOf(shortcut);
            Require.that(!body.isEmpty(), "Residual: the body has no layer");
        }
    }
}
