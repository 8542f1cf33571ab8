package terzi.training.torchscript;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import terzi.onnx.Attribute;
import terzi.onnx.DataType;
import terzi.onnx.Tensor;

/** Tensors that the graph states or makes from nothing, and changes of element type. */
final class Constants {
    private Constants() {}

    static void register(Operators operators) {
        operators.add("Constant", 1, Constants::constant);
        operators.add("ConstantOfShape", 9, Constants::constantOfShape);
        operators.add("Range", 11, Constants::range);
        operators.add("Cast", 6, node -> cast(node, targetType(node)));
        operators.add("CastLike", 15, node -> cast(node, node.type(1)));
    }

    private static void constant(Emission node) {
        String name = node.node().outputs().get(0);
        Attribute value = node.node().attributes().values().stream()
                .findFirst()
                .orElseThrow(() -> node.unsupported("its value is missing"));
        Tensor tensor;
        if (value instanceof Attribute.TensorValue given) {
            tensor = given.value().withName(name);
        } else if (value instanceof Attribute.Int given) {
            tensor = Tensor.scalar(name, given.value());
        } else if (value instanceof Attribute.Ints given) {
            tensor = Tensor.ofLongs(name, given.toArray());
        } else if (value instanceof Attribute.Float given) {
            tensor = Tensor.scalar(name, given.value());
        } else if (value instanceof Attribute.Floats given) {
            tensor = Tensor.ofFloats(name, new long[] {given.values().size()}, given.toArray());
        } else {
            throw node.unsupported("constants of kind " + value.getClass().getSimpleName() + " are not supported");
        }
        node.result(0, new Value.Constant(tensor, false));
    }

    private static void constantOfShape(Emission node) {
        Optional<Tensor> value = node.node().tensor("value");
        DataType type = value.map(Tensor::type).orElse(DataType.FLOAT);
        Optional<Value.Ints> shape = node.sizes(0);
        boolean vectorOfLongs = type == DataType.INT64
                && shape.isPresent()
                && shape.get().elements().size() == 1
                && shape.get().elements().get(0).isKnown();
        if (vectorOfLongs) {
            long length = shape.orElseThrow().elements().get(0).value().orElseThrow();
            Size filling = Size.of(value.orElseThrow().longs()[0]);
            node.result(
                    0,
                    new Value.Ints(
                            LongStream.range(0, length).mapToObj(i -> filling).toList(), false));
            return;
        }
        String filling = value.map(tensor -> tensor.type().isFloat()
                        ? Emission.literal(tensor.doubles()[0])
                        : Long.toString(tensor.longs()[0]))
                .orElse("0.0");
        node.result(
                0,
                "torch.full(" + node.intList(0) + ", " + filling + ", dtype=" + GraphCompiler.torchType(type)
                        + ", device=ops.prim.device(" + node.anyInput() + "))",
                type,
                shape.map(ints -> OptionalInt.of(ints.elements().size())).orElse(OptionalInt.empty()));
    }

    private static void range(Emission node) {
        Optional<long[]> known = node.type(0) == DataType.INT64 ? bounds(node) : Optional.empty();
        if (known.isPresent() && known.get()[2] > 0) {
            long[] bounds = known.get();
            List<Size> elements = LongStream.iterate(bounds[0], i -> i < bounds[1], i -> i + bounds[2])
                    .mapToObj(Size::of)
                    .toList();
            node.result(0, new Value.Ints(elements, false));
            return;
        }
        node.result(
                0,
                "torch.arange(" + number(node, 0) + ", " + number(node, 1) + ", " + number(node, 2) + ", dtype="
                        + GraphCompiler.torchType(node.type(0)) + ", device=ops.prim.device(" + node.anyInput() + "))",
                node.type(0),
                OptionalInt.of(1));
    }

    private static String number(Emission node, int input) {
        return node.sizes(input).map(ints -> ints.elements().get(0).text()).orElseGet(() -> node.number(input));
    }

    private static Optional<long[]> bounds(Emission node) {
        long[] bounds = new long[3];
        for (int i = 0; i < 3; i++) {
            OptionalLong bound =
                    node.sizes(i).map(ints -> ints.elements().get(0).value()).orElse(OptionalLong.empty());
            if (bound.isEmpty()) {
                return Optional.empty();
            }
            bounds[i] = bound.getAsLong();
        }
        return Optional.of(bounds);
    }

    private static DataType targetType(Emission node) {
        return DataType.find(node.node().intAttribute("to", 0))
                .orElseThrow(() -> node.unsupported("its target type is not known"));
    }

    private static void cast(Emission node, DataType type) {
        Optional<Value.Ints> sizes = node.sizes(0);
        if (sizes.isPresent() && type == DataType.INT64) {
            node.result(0, sizes.get());
            return;
        }
        node.result(
                0,
                Emission.call("to", node.tensor(0), GraphCompiler.torchType(type)),
                type,
                node.value(0).rank());
    }
}
