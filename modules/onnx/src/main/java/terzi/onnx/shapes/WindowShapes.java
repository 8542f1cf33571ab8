package terzi.onnx.shapes;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import terzi.onnx.DataType;
import terzi.onnx.Dim;
import terzi.onnx.Node;
import terzi.onnx.TensorType;

/**
 * Convolutions and poolings: operators that move a window over the axes after batch and channels.
 *
 * <p>Along an axis of size {@code s} with kernel {@code k}, dilation {@code d}, stride {@code t} and padding {@code p} on both
 * ends together, the window fits {@code floor((s + p - ((k - 1) d + 1)) / t) + 1} times; with {@code ceil_mode} rounded
 * up, without a last window that would start in the padding.
 */
final class WindowShapes {
    private WindowShapes() {}

    static void addTo(ShapeRules rules) {
        rules.add(n -> convolve(n, n.element(0), 1), "Conv");
        rules.add(n -> convolve(n, DataType.INT32, 1), "ConvInteger");
        rules.add(n -> convolve(n, n.element(7), 3), "QLinearConv");
        rules.add(WindowShapes::transposed, "ConvTranspose");
        rules.add(WindowShapes::pool, "MaxPool", "AveragePool", "LpPool");
        rules.add(WindowShapes::global, "GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool");
        rules.add(WindowShapes::regions, "MaxRoiPool");
        rules.add(WindowShapes::alignedRegions, "RoiAlign");
    }

    /** The attributes that all windows share, for {@code axes} axes. */
    private static final class Window {
        private final long[] kernel;
        private final long[] strides;
        private final long[] dilations;
        private final long[] pads;
        private final String autoPad;
        private final boolean ceil;

        Window(NodeShapes n, long[] kernel) {
            int axes = kernel.length;
            Node node = n.node();
            this.kernel = kernel;
            strides = expect(n, "strides", node.ints("strides").orElseGet(() -> repeat(1, axes)), axes);
            dilations = expect(n, "dilations", node.ints("dilations").orElseGet(() -> repeat(1, axes)), axes);
            pads = expect(n, "pads", node.ints("pads").orElseGet(() -> repeat(0, 2 * axes)), 2 * axes);
            autoPad = node.stringAttribute("auto_pad", "NOTSET");
            ceil = node.intAttribute("ceil_mode", 0) != 0;
        }

        private static long[] repeat(long value, int times) {
            long[] array = new long[times];
            Arrays.fill(array, value);
            return array;
        }

        private static long[] expect(NodeShapes n, String name, long[] values, int count) {
            if (values.length != count) {
                n.problem("attribute " + name + " must have " + count + " numbers, it has " + values.length);
                throw NodeShapes.notKnown();
            }
            for (long value : values) {
                if (!name.equals("pads") && value < 1) {
                    n.problem("attribute " + name + " must be 1 or more, it is " + value);
                    throw NodeShapes.notKnown();
                }
            }
            return values;
        }

        private static long[] expectLength(NodeShapes n, Optional<long[]> values, int axes) {
            long[] padding = values.orElseGet(() -> repeat(0, axes));
            if (padding.length != axes) {
                n.problem("attribute output_padding must have " + axes + " numbers, it has " + padding.length);
                throw NodeShapes.notKnown();
            }
            return padding;
        }

        /** How often the window fits along axis {@code i}. */
        Dim steps(NodeShapes n, int i, Dim dim) {
            boolean same = autoPad.equals("SAME_UPPER") || autoPad.equals("SAME_LOWER");
            boolean pointwise =
                    kernel[i] == 1 && strides[i] == 1 && (same || autoPad.equals("VALID") || padding(i) == 0);
            if (pointwise) {
                return dim;
            }
            OptionalLong size = Dims.size(dim);
            if (size.isEmpty()) {
                return same && strides[i] == 1 ? dim : Dim.UNKNOWN;
            }
            if (same) {
                return Dim.of((size.getAsLong() + strides[i] - 1) / strides[i]);
            }
            long padding = autoPad.equals("VALID") ? 0 : padding(i);
            long room = size.getAsLong() + padding - ((kernel[i] - 1) * dilations[i] + 1);
            if (room < 0) {
                n.problem("the window of " + ((kernel[i] - 1) * dilations[i] + 1) + " is larger than the input of "
                        + size.getAsLong() + " + " + padding + " padding along spatial axis " + i);
                return Dim.UNKNOWN;
            }
            long steps = (ceil ? (room + strides[i] - 1) / strides[i] : room / strides[i]) + 1;
            boolean startsInPadding = ceil && (steps - 1) * strides[i] >= size.getAsLong() + leading(i);
            return Dim.of(startsInPadding ? steps - 1 : steps);
        }

        private long leading(int i) {
            return autoPad.equals("VALID") ? 0 : pads[i];
        }

        private long padding(int i) {
            return pads[i] + pads[i + kernel.length];
        }
    }

    private static List<Dim> image(NodeShapes n) {
        List<Dim> shape = n.shape(0);
        if (shape.size() < 3) {
            n.problem("the input must have batch, channels and at least one more axis, it is " + shape);
            throw NodeShapes.notKnown();
        }
        return shape;
    }

    /** The window's size from the attribute, or from the weight's last axes. */
    private static long[] kernel(NodeShapes n, Optional<List<Dim>> weight, int axes) {
        Optional<long[]> given = n.node().ints("kernel_shape");
        long[] kernel;
        if (given.isPresent()) {
            kernel = given.get();
        } else {
            List<Dim> shape = weight.orElseThrow(NodeShapes::notKnown);
            kernel = shape.subList(2, shape.size()).stream()
                    .mapToLong(d -> Dims.size(d).orElseThrow(NodeShapes::notKnown))
                    .toArray();
        }
        return Window.expect(n, "kernel_shape", kernel, axes);
    }

    private static void convolve(NodeShapes n, DataType result, int weightInput) {
        n.output(0, TensorType.of(result));
        List<Dim> image = image(n);
        Optional<List<Dim>> weight = n.shapeIfKnown(weightInput);
        weight.ifPresent(w -> {
            checkAxes(n, image, w);
            checkChannels(n, image, Dims.times(w.get(1), n.node().intAttribute("group", 1)));
        });
        List<Dim> shape = new ArrayList<>();
        shape.add(image.get(0));
        shape.add(weight.map(w -> w.get(0)).orElse(Dim.UNKNOWN));
        Window window = new Window(n, kernel(n, weight, image.size() - 2));
        for (int i = 2; i < image.size(); i++) {
            shape.add(window.steps(n, i - 2, image.get(i)));
        }
        n.output(result, shape);
    }

    private static void checkAxes(NodeShapes n, List<Dim> image, List<Dim> weight) {
        if (weight.size() != image.size()) {
            n.problem("weight must have " + image.size() + " axes as the input, it is " + weight);
            throw NodeShapes.notKnown();
        }
    }

    private static void checkChannels(NodeShapes n, List<Dim> image, Dim taken) {
        Dim channels = image.get(1);
        if (channels instanceof Dim.Fixed && taken instanceof Dim.Fixed && !taken.equals(channels)) {
            n.problem("weight has " + taken + " input channels, the input has " + channels);
            throw NodeShapes.notKnown();
        }
    }

    private static void transposed(NodeShapes n) {
        n.output(0, TensorType.of(n.element(0)));
        List<Dim> image = image(n);
        Optional<List<Dim>> weight = n.shapeIfKnown(1);
        weight.ifPresent(w -> {
            checkAxes(n, image, w);
            checkChannels(n, image, w.get(0));
        });
        int axes = image.size() - 2;
        Window window = new Window(n, kernel(n, weight, axes));
        long group = n.node().intAttribute("group", 1);
        List<Dim> shape = new ArrayList<>();
        shape.add(image.get(0));
        shape.add(weight.map(w -> Dims.times(w.get(1), group)).orElse(Dim.UNKNOWN));
        Optional<long[]> outputShape = n.node().ints("output_shape");
        long[] extra = Window.expectLength(n, n.node().ints("output_padding"), axes);
        if (outputShape.isPresent() && outputShape.get().length < axes) {
            n.problem("attribute output_shape must have " + axes + " numbers, it has " + outputShape.get().length);
            return;
        }
        boolean same = window.autoPad.startsWith("SAME");
        for (int i = 0; i < axes; i++) {
            if (outputShape.isPresent()) {
                long[] given = outputShape.get();
                shape.add(Dim.of(given[given.length - axes + i]));
                continue;
            }
            OptionalLong size = Dims.size(image.get(i + 2));
            if (size.isEmpty()) {
                shape.add(Dim.UNKNOWN);
            } else if (same) {
                shape.add(Dim.of(size.getAsLong() * window.strides[i]));
            } else {
                long padding = window.autoPad.equals("VALID") ? 0 : window.padding(i);
                shape.add(Quantity.of((size.getAsLong() - 1) * window.strides[i]
                                + extra[i]
                                + (window.kernel[i] - 1) * window.dilations[i]
                                + 1
                                - padding)
                        .dim());
            }
        }
        n.output(n.element(0), shape);
    }

    private static void pool(NodeShapes n) {
        n.output(0, TensorType.of(n.element(0)));
        List<Dim> image = image(n);
        Window window = new Window(n, kernel(n, Optional.empty(), image.size() - 2));
        List<Dim> shape = new ArrayList<>(image.subList(0, 2));
        for (int i = 2; i < image.size(); i++) {
            shape.add(window.steps(n, i - 2, image.get(i)));
        }
        n.output(n.element(0), shape);
        // MaxPool can also say where each maximum was
        n.output(1, DataType.INT64, shape);
    }

    private static void global(NodeShapes n) {
        List<Dim> shape = new ArrayList<>(image(n));
        for (int i = 2; i < shape.size(); i++) {
            shape.set(i, Dim.of(1));
        }
        n.output(n.element(0), shape);
    }

    private static void regions(NodeShapes n) {
        long[] pooled = n.node().ints("pooled_shape").filter(s -> s.length == 2).orElseThrow(NodeShapes::notKnown);
        n.output(n.element(0), List.of(rois(n), image(n).get(1), Dim.of(pooled[0]), Dim.of(pooled[1])));
    }

    private static void alignedRegions(NodeShapes n) {
        Dim height = Dim.of(n.node().intAttribute("output_height", 1));
        Dim width = Dim.of(n.node().intAttribute("output_width", 1));
        n.output(n.element(0), List.of(rois(n), image(n).get(1), height, width));
    }

    /** How many regions there are: [regions, 4 or 5]. */
    private static Dim rois(NodeShapes n) {
        List<Dim> shape = n.shape(1);
        if (shape.size() != 2) {
            n.problem("rois must have 2 axes, it is " + shape);
            throw NodeShapes.notKnown();
        }
        return shape.get(0);
    }
}
