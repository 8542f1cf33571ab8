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
        /**
         * Creates an activation.
         *
         * @param slope from -1000 to 1000
         * @throws IllegalArgumentException if the slope is out of range
         */
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

    /**
     * A convolution of {@code [N, C, H, W]} to {@code [N, filters, H', W']}; weight {@code [filters, C, kernel,
     * kernel]}.
     *
     * @param filters number of output channels, 1 to {@value Layer#MOST_CHANNELS}
     * @param kernel height and width of the kernel, 1 to {@value Layer#MOST_WINDOW}
     * @param stride distance between windows, 1 to {@value Layer#MOST_WINDOW}
     * @param padding border around the image
     * @param bias whether each filter has a bias
     * @param activation activation after the convolution; {@link Linear} for none
     */
    record Conv2d(int filters, int kernel, int stride, Padding padding, boolean bias, Activation activation)
            implements Layer {
        /**
         * Creates a convolution.
         *
         * @param filters number of output channels, 1 to {@value Layer#MOST_CHANNELS}
         * @param kernel height and width of the kernel, 1 to {@value Layer#MOST_WINDOW}
         * @param stride distance between windows, 1 to {@value Layer#MOST_WINDOW}
         * @param padding border around the image
         * @param bias whether each filter has a bias
         * @param activation activation after the convolution; {@link Linear} for none
         * @throws IllegalArgumentException if a number is out of range
         */
        public Conv2d {
            Require.upTo("Conv2d", "filters", MOST_CHANNELS, filters);
            Require.upTo("Conv2d", "kernel", MOST_WINDOW, kernel);
            Require.upTo("Conv2d", "stride", MOST_WINDOW, stride);
        }

        /**
         * Creates a convolution with stride 1, no padding, with bias and without activation.
         *
         * @param filters number of output channels
         * @param kernel height and width of the kernel
         */
        @Defaults
        public Conv2d(int filters, int kernel) {
            this(filters, kernel, 1, Padding.VALID, true, new Linear());
        }

        /**
         * {@return a copy with another stride}
         *
         * @param newStride distance between windows
         */
        public Conv2d withStride(int newStride) {
            return new Conv2d(filters, kernel, newStride, padding, bias, activation);
        }

        /**
         * {@return a copy with another padding}
         *
         * @param newPadding border around the image
         */
        public Conv2d withPadding(Padding newPadding) {
            return new Conv2d(filters, kernel, stride, newPadding, bias, activation);
        }

        /** {@return a copy without bias, which a following {@link BatchNorm} makes superfluous} */
        public Conv2d withoutBias() {
            return new Conv2d(filters, kernel, stride, padding, false, activation);
        }

        /**
         * {@return a copy with another activation}
         *
         * @param newActivation activation after the convolution; {@link Linear} for none
         */
        public Conv2d withActivation(Activation newActivation) {
            return new Conv2d(filters, kernel, stride, padding, bias, newActivation);
        }
    }

    /**
     * A convolution of each channel by itself, {@code [N, C, H, W]} to {@code [N, C, H', W']}; weight {@code [C, 1,
     * kernel, kernel]}.
     *
     * @param kernel height and width of the kernel, 1 to {@value Layer#MOST_WINDOW}
     * @param stride distance between windows, 1 to {@value Layer#MOST_WINDOW}
     * @param padding border around the image
     * @param bias whether each channel has a bias
     * @param activation activation after the convolution; {@link Linear} for none
     */
    record DepthwiseConv2d(int kernel, int stride, Padding padding, boolean bias, Activation activation)
            implements Layer {
        /**
         * Creates a convolution.
         *
         * @param kernel height and width of the kernel, 1 to {@value Layer#MOST_WINDOW}
         * @param stride distance between windows, 1 to {@value Layer#MOST_WINDOW}
         * @param padding border around the image
         * @param bias whether each channel has a bias
         * @param activation activation after the convolution; {@link Linear} for none
         * @throws IllegalArgumentException if a number is out of range
         */
        public DepthwiseConv2d {
            Require.upTo("DepthwiseConv2d", "kernel", MOST_WINDOW, kernel);
            Require.upTo("DepthwiseConv2d", "stride", MOST_WINDOW, stride);
        }

        /**
         * Creates a convolution with stride 1, no padding, with bias and without activation.
         *
         * @param kernel height and width of the kernel
         */
        @Defaults
        public DepthwiseConv2d(int kernel) {
            this(kernel, 1, Padding.VALID, true, new Linear());
        }
    }

    /**
     * The maximum of each {@code size x size} window; padding never wins.
     *
     * @param size height and width of the windows, 1 to {@value Layer#MOST_WINDOW}
     * @param stride distance between windows, 1 to {@value Layer#MOST_WINDOW}
     * @param padding border around the image
     */
    record MaxPool(int size, int stride, Padding padding) implements Layer {
        /**
         * Creates a pool.
         *
         * @param size height and width of the windows, 1 to {@value Layer#MOST_WINDOW}
         * @param stride distance between windows, 1 to {@value Layer#MOST_WINDOW}
         * @param padding border around the image
         * @throws IllegalArgumentException if a number is out of range
         */
        public MaxPool {
            Require.upTo("MaxPool", "size", MOST_WINDOW, size);
            Require.upTo("MaxPool", "stride", MOST_WINDOW, stride);
        }

        /**
         * Creates a pool with windows side by side and no padding.
         *
         * @param size height and width of the windows
         */
        @Defaults
        public MaxPool(int size) {
            this(size, size, Padding.VALID);
        }
    }

    /**
     * The mean of each {@code size x size} window; padding does not count.
     *
     * @param size height and width of the windows, 1 to {@value Layer#MOST_WINDOW}
     * @param stride distance between windows, 1 to {@value Layer#MOST_WINDOW}
     * @param padding border around the image
     */
    record AveragePool(int size, int stride, Padding padding) implements Layer {
        /**
         * Creates a pool.
         *
         * @param size height and width of the windows, 1 to {@value Layer#MOST_WINDOW}
         * @param stride distance between windows, 1 to {@value Layer#MOST_WINDOW}
         * @param padding border around the image
         * @throws IllegalArgumentException if a number is out of range
         */
        public AveragePool {
            Require.upTo("AveragePool", "size", MOST_WINDOW, size);
            Require.upTo("AveragePool", "stride", MOST_WINDOW, stride);
        }

        /**
         * Creates a pool with windows side by side and no padding.
         *
         * @param size height and width of the windows
         */
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
     * @param momentum share that running mean and variance keep in each step, 0..1: Keras's and ONNX's sense, PyTorch's
     *     is {@code 1 - momentum}
     * @param epsilon number that is added to the variance, above 0 and below 1
     */
    record BatchNorm(double momentum, double epsilon) implements Layer {
        /**
         * Creates a batch normalisation.
         *
         * @param momentum share that running mean and variance keep in each step, 0..1: Keras's and ONNX's sense,
         *     PyTorch's is {@code 1 - momentum}
         * @param epsilon number that is added to the variance, above 0 and below 1
         * @throws IllegalArgumentException if a number is out of range
         */
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
        /**
         * Creates a dropout layer.
         *
         * @param rate 0 up to, but below 1
         * @throws IllegalArgumentException if the rate is out of range
         */
        public Dropout {
            Require.that(rate >= 0 && rate < 1, "Dropout: rate must be at least 0 and below 1, not %s", rate);
        }
    }

    /** {@code [N, C, H, W]} to {@code [N, C*H*W]}, channel first. */
    record Flatten() implements Layer {}

    /**
     * A fully connected layer, {@code [N, F]} to {@code [N, units]}; weight {@code [units, F]}.
     *
     * @param units number of outputs, 1 to {@value Layer#MOST_UNITS}
     * @param bias whether each unit has a bias
     * @param activation activation after the layer; {@link Linear} for none
     */
    record Dense(int units, boolean bias, Activation activation) implements Layer {
        /**
         * Creates a fully connected layer.
         *
         * @param units number of outputs, 1 to {@value Layer#MOST_UNITS}
         * @param bias whether each unit has a bias
         * @param activation activation after the layer; {@link Linear} for none
         * @throws IllegalArgumentException if {@code units} is out of range
         */
        public Dense {
            Require.upTo("Dense", "units", MOST_UNITS, units);
        }

        /**
         * Creates a fully connected layer with bias and without activation.
         *
         * @param units number of outputs
         */
        @Defaults
        public Dense(int units) {
            this(units, true, new Linear());
        }

        /**
         * {@return a copy with another activation}
         *
         * @param newActivation activation after the layer; {@link Linear} for none
         */
        public Dense withActivation(Activation newActivation) {
            return new Dense(units, bias, newActivation);
        }
    }

    /**
     * The block of residual networks, {@code body(x) + shortcut(x)} (arXiv:1512.03385). Both sides must give the same
     * shape.
     *
     * @param body layers of the main path, at least one
     * @param shortcut layers of the other path; empty for {@code x} itself
     */
    record Residual(List<Layer> body, List<Layer> shortcut) implements Layer {
        /**
         * Creates a block from copies of the lists.
         *
         * @param body layers of the main path, at least one
         * @param shortcut layers of the other path; empty for {@code x} itself
         * @throws IllegalArgumentException if the body is empty
         */
        public Residual {
            body = List.copyOf(body);
            shortcut = List.copyOf(shortcut);
            Require.that(!body.isEmpty(), "Residual: the body has no layer");
        }
    }
}
