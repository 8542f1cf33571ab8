package terzi.onnx.shapes;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import terzi.onnx.DataType;
import terzi.onnx.Dim;
import terzi.onnx.TensorType;

/** Operators that scale images. */
final class ResizeShapes {
    private ResizeShapes() {}

    static void addTo(ShapeRules rules) {
        rules.add(ResizeShapes::resize, "Resize", "Upsample");
        rules.add(ResizeShapes::crop, "CenterCropPad");
        rules.add(ResizeShapes::sample, "GridSample");
        rules.add(ResizeShapes::grid, "AffineGrid");
    }

    private static void resize(NodeShapes n) {
        DataType element = n.element(0);
        n.output(0, TensorType.of(element));
        List<Dim> shape = n.shape(0);
        n.output(element, Dims.unknown(shape.size()));
        // opset 10 and Upsample have (X, scales), later ones (X, roi, scales, sizes)
        boolean twoInputs = n.opset() < 11 || n.node().is("Upsample");
        int[] axes = n.node().ints("axes").isPresent()
                ? n.axes(n.node().ints("axes").orElseThrow(), shape.size())
                : IntStream.range(0, shape.size()).toArray();
        List<Dim> result = new ArrayList<>(shape);
        if (!twoInputs && n.hasInput(3)) {
            List<Quantity> sizes = n.integers(3);
            boolean stretch = n.node()
                    .stringAttribute("keep_aspect_ratio_policy", "stretch")
                    .equals("stretch");
            if (sizes.size() != axes.length) {
                n.problem("sizes must have " + axes.length + " numbers, it has " + sizes.size());
                return;
            }
            for (int i = 0; i < axes.length; i++) {
                result.set(axes[i], stretch ? sizes.get(i).dim() : Dim.UNKNOWN);
            }
        } else {
            float[] scales = scales(n, twoInputs ? 1 : 2);
            if (scales.length != axes.length) {
                return;
            }
            for (int i = 0; i < axes.length; i++) {
                float scale = scales[i];
                Dim dim = shape.get(axes[i]);
                result.set(
                        axes[i],
                        scale == 1
                                ? dim
                                : dim instanceof Dim.Fixed fixed
                                        // the product is a float32: 10 * 0.7f are 7
                                        ? Quantity.of((long) Math.floor((float) fixed.size() * scale))
                                                .dim()
                                        : Dim.UNKNOWN);
            }
        }
        n.output(element, result);
    }

    private static float[] scales(NodeShapes n, int input) {
        Optional<float[]> attribute = n.node().floats("scales");
        return attribute.isPresent() ? attribute.get() : n.floats(input);
    }

    private static void crop(NodeShapes n) {
        List<Dim> shape = new ArrayList<>(n.shape(0));
        long[] given = n.node().ints("axes").orElse(null);
        int[] axes = given != null
                ? n.axes(given, shape.size())
                : IntStream.range(0, shape.size()).toArray();
        List<Quantity> sizes = n.integers(1);
        if (sizes.size() == axes.length) {
            for (int i = 0; i < axes.length; i++) {
                shape.set(axes[i], sizes.get(i).dim());
            }
            n.output(n.element(0), shape);
        }
    }

    private static void sample(NodeShapes n) {
        List<Dim> image = n.shape(0);
        List<Dim> grid = n.shape(1);
        if (image.size() == grid.size() && image.size() > 2) {
            List<Dim> shape = new ArrayList<>(image.subList(0, 2));
            shape.addAll(grid.subList(1, grid.size() - 1));
            n.output(n.element(0), shape);
        }
    }

    private static void grid(NodeShapes n) {
        List<Quantity> size = n.integers(1);
        if (size.size() < 4) {
            n.problem("size must have 4 or 5 numbers, it has " + size.size());
            return;
        }
        List<Dim> shape = new ArrayList<>();
        shape.add(size.get(0).dim());
        size.subList(2, size.size()).forEach(s -> shape.add(s.dim()));
        shape.add(Dim.of(size.size() - 2L));
        n.output(n.element(0), shape);
    }
}
