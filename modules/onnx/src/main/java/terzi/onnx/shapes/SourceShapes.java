package terzi.onnx.shapes;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import terzi.onnx.Attribute;
import terzi.onnx.DataType;
import terzi.onnx.Dim;
import terzi.onnx.Graph;
import terzi.onnx.Node;
import terzi.onnx.Tensor;
import terzi.onnx.TensorType;

/** Operators that make values from attributes, shapes or nothing: constants, shapes, ranges, random numbers, casts. */
final class SourceShapes {
    private SourceShapes() {}

    static void addTo(ShapeRules rules) {
        rules.add(SourceShapes::constant, "Constant");
        rules.add(SourceShapes::shapeOf, "Shape");
        rules.add(SourceShapes::size, "Size");
        rules.add(SourceShapes::constantOfShape, "ConstantOfShape");
        rules.add(SourceShapes::range, "Range");
        rules.add(SourceShapes::cast, "Cast");
        rules.add(SourceShapes::castLike, "CastLike");
        rules.add(SourceShapes::random, "RandomNormal", "RandomUniform");
        rules.add(SourceShapes::like, "RandomNormalLike", "RandomUniformLike", "EyeLike", "Bernoulli");
        rules.add(SourceShapes::either, "If");
    }

    private static void constant(NodeShapes n) {
        Node node = n.node();
        node.tensor("value").ifPresent(n::constant);
        node.attribute("value_int", Attribute.Int.class).ifPresent(value -> {
            n.output(DataType.INT64, List.of());
            n.integers(List.of(Quantity.of(value.value())));
        });
        node.attribute("value_ints", Attribute.Ints.class).ifPresent(value -> {
            n.output(DataType.INT64, List.of(Dim.of(value.values().size())));
            n.integers(value.values().stream().map(Quantity::of).toList());
        });
        node.attribute("value_float", Attribute.Float.class).ifPresent(v -> n.output(DataType.FLOAT, List.of()));
        node.floats("value_floats").ifPresent(v -> n.constant(Tensor.ofFloats("", new long[] {v.length}, v)));
        node.attribute("value_string", Attribute.Str.class).ifPresent(v -> n.output(DataType.STRING, List.of()));
        node.attribute("value_strings", Attribute.Strings.class)
                .ifPresent(
                        v -> n.output(DataType.STRING, List.of(Dim.of(v.values().size()))));
        node.attribute("sparse_value", Attribute.SparseValue.class)
                .map(Attribute.SparseValue::value)
                .ifPresent(sparse -> n.output(
                        sparse.values().type(),
                        sparse.dims().stream().map(Dim::of).toList()));
    }

    private static void shapeOf(NodeShapes n) {
        List<Dim> shape = n.shapeIfKnown(0).orElse(null);
        if (shape == null) {
            n.output(DataType.INT64, List.of(Dim.UNKNOWN));
            return;
        }
        int start = bound(n.node().intAttribute("start", 0), shape.size());
        int end = Math.max(start, bound(n.node().intAttribute("end", shape.size()), shape.size()));
        n.output(DataType.INT64, List.of(Dim.of(end - start)));
        n.integers(shape.subList(start, end).stream().map(Quantity::of).toList());
    }

    private static int bound(long index, int rank) {
        long fromFront = index < 0 ? index + rank : index;
        return (int) Math.max(0, Math.min(rank, fromFront));
    }

    private static void size(NodeShapes n) {
        n.output(DataType.INT64, List.of());
        n.integers(List.of(Quantity.of(Dims.product(n.shape(0)))));
    }

    private static void constantOfShape(NodeShapes n) {
        Tensor value = n.node().tensor("value").orElse(Tensor.scalar("", 0f));
        List<Quantity> sizes = n.integersIfKnown(0).orElse(null);
        if (sizes == null) {
            List<Dim> shape = n.shape(0);
            long rank = shape.size() == 1 ? Dims.size(shape.get(0)).orElse(-1) : -1;
            n.output(
                    0,
                    rank < 0 || rank > Inference.MOST_ELEMENTS
                            ? TensorType.of(value.type())
                            : TensorType.of(value.type(), Dims.unknown((int) rank)));
            return;
        }
        n.output(value.type(), sizes.stream().map(Quantity::dim).toList());
        boolean integer = value.type() == DataType.INT64 || value.type() == DataType.INT32;
        if (integer && value.elementCount() == 1 && sizes.size() <= 1) {
            long count = sizes.isEmpty() ? 1 : sizes.get(0).number().orElseThrow(NodeShapes::notKnown);
            if (count >= 0 && count <= Inference.MOST_ELEMENTS) {
                n.integers(Collections.nCopies((int) count, Quantity.of(value.longs()[0])));
            }
        }
    }

    private static void range(NodeShapes n) {
        DataType element = n.element(0);
        n.output(element, List.of(Dim.UNKNOWN));
        long start = n.number(0);
        long limit = n.number(1);
        long step = n.number(2);
        if (step == 0) {
            n.problem("the step must not be 0");
            return;
        }
        long distance = Math.subtractExact(limit, start);
        long count = Math.max(0, Math.floorDiv(distance, step) + (Math.floorMod(distance, step) == 0 ? 0 : 1));
        n.output(element, List.of(Dim.of(count)));
        if (count <= Inference.MOST_ELEMENTS) {
            List<Quantity> values = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                values.add(Quantity.of(start + i * step));
            }
            n.integers(values);
        }
    }

    private static void cast(NodeShapes n) {
        DataType to = DataType.find(n.node().intAttribute("to", 0)).orElseThrow(NodeShapes::notKnown);
        castTo(n, to);
    }

    private static void castLike(NodeShapes n) {
        castTo(n, n.element(1));
    }

    private static void castTo(NodeShapes n, DataType to) {
        n.output(0, new TensorType(to, n.shapeIfKnown(0)));
        // a whole number stays the same in any type that shapes are computed in
        n.integers(n.integers(0));
    }

    private static void random(NodeShapes n) {
        long[] shape = n.node().ints("shape").orElseThrow(NodeShapes::notKnown);
        n.output(0, TensorType.of(type(n, DataType.FLOAT), shape));
    }

    private static void like(NodeShapes n) {
        n.output(0, new TensorType(type(n, n.element(0)), n.shapeIfKnown(0)));
    }

    private static DataType type(NodeShapes n, DataType ifAbsent) {
        return DataType.find(n.node().intAttribute("dtype", ifAbsent.onnxCode()))
                .orElseThrow(NodeShapes::notKnown);
    }

    /** {@code If}: what both branches agree on. */
    private static void either(NodeShapes n) {
        var then = n.outputsOf(branch(n, "then_branch"));
        var otherwise = n.outputsOf(branch(n, "else_branch"));
        for (int i = 0; i < Math.min(n.outputCount(), Math.min(then.size(), otherwise.size())); i++) {
            if (then.get(i).isEmpty() || otherwise.get(i).isEmpty()) {
                continue;
            }
            TensorType a = then.get(i).get();
            TensorType b = otherwise.get(i).get();
            if (a.elementType() == b.elementType()) {
                boolean sameRank = a.rank().isPresent() && a.rank().equals(b.rank());
                n.output(
                        i,
                        sameRank
                                ? a.withShape(Dims.common(
                                        a.shape().orElseThrow(), b.shape().orElseThrow()))
                                : TensorType.of(a.elementType()));
            }
        }
    }

    private static Graph branch(NodeShapes n, String name) {
        return n.node()
                .attribute(name, Attribute.GraphValue.class)
                .map(Attribute.GraphValue::value)
                .orElseThrow(NodeShapes::notKnown);
    }
}
