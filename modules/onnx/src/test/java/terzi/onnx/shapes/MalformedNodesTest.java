package terzi.onnx.shapes;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import terzi.onnx.Attribute;
import terzi.onnx.DataType;
import terzi.onnx.Dim;
import terzi.onnx.Graph;
import terzi.onnx.Model;
import terzi.onnx.Node;
import terzi.onnx.OperatorSchema;
import terzi.onnx.Tensor;
import terzi.onnx.TensorType;
import terzi.onnx.ValueInfo;

/** Nodes with inputs and attributes that do not fit them: the checker reports or passes over them and does not fail itself. */
class MalformedNodesTest {
    private static final long[] NUMBERS = {
        0, 0, 1, 1, 2, 2, 3, 4, 7, -1, -2, -5, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 40
    };

    @Provide
    Arbitrary<String> operators() {
        return Arbitraries.of(new TreeSet<>(ShapeRules.all().keySet()));
    }

    @Property(tries = 10000, seed = "20261130", edgeCases = EdgeCasesMode.NONE)
    void noNodeMakesTheCheckerFail(@ForAll("operators") String operator, @ForAll long seed) {
        ModelChecker.problems(model(operator, seed));
    }

    private static Model model(String operator, long seed) {
        Random random = new Random(seed);
        long opset = List.of(1, 6, 9, 11, 13, 18, 22).get(random.nextInt(7));
        List<ValueInfo> inputs = new ArrayList<>();
        List<Tensor> constants = new ArrayList<>();
        List<String> names = new ArrayList<>();
        int count = random.nextInt(6);
        for (int i = 0; i < count; i++) {
            String name = "i" + i;
            switch (random.nextInt(6)) {
                case 0 -> names.add("");
                case 1 -> names.add("nowhere");
                case 2, 3 -> {
                    names.add(name);
                    constants.add(
                            random.nextInt(4) == 0
                                    ? Tensor.scalar(name, number(random))
                                    : Tensor.ofLongs(name, numbers(random)));
                }
                default -> {
                    names.add(name);
                    inputs.add(new ValueInfo(name, type(random)));
                }
            }
        }
        Map<String, Attribute> attributes = new LinkedHashMap<>();
        OperatorSchema.of(operator, opset)
                .ifPresent(schema -> schema.attributes().forEach((name, rule) -> {
                    if (random.nextInt(3) > 0) {
                        attributes.put(name, attribute(rule.kind(), random));
                    }
                }));
        List<String> outputs = List.of("a", "b", "c").subList(0, random.nextInt(4));
        Node node = Node.of("n", operator, names, outputs).withAttributes(attributes);
        return Model.of(new Graph("g", List.of(node), constants, inputs, List.of()), opset);
    }

    private static long number(Random random) {
        return NUMBERS[random.nextInt(NUMBERS.length)];
    }

    private static long[] numbers(Random random) {
        long[] numbers = new long[random.nextInt(5)];
        Arrays.setAll(numbers, i -> number(random));
        return numbers;
    }

    private static TensorType type(Random random) {
        DataType element = random.nextBoolean() ? DataType.FLOAT : DataType.INT64;
        if (random.nextInt(6) == 0) {
            return TensorType.of(element);
        }
        List<Dim> shape = new ArrayList<>();
        int rank = random.nextInt(6);
        for (int i = 0; i < rank; i++) {
            int kind = random.nextInt(6);
            shape.add(kind == 0 ? Dim.UNKNOWN : kind == 1 ? Dim.of("N") : Dim.of(random.nextInt(5)));
        }
        return TensorType.of(element, shape);
    }

    private static Attribute attribute(Class<? extends Attribute> kind, Random random) {
        if (kind == Attribute.Int.class) {
            return Attribute.of(number(random));
        } else if (kind == Attribute.Float.class) {
            return Attribute.of(random.nextFloat());
        } else if (kind == Attribute.Str.class) {
            return Attribute.of(List.of("", "SAME_UPPER", "VALID", "NOTSET", "none", "cubic")
                    .get(random.nextInt(6)));
        } else if (kind == Attribute.Floats.class) {
            return random.nextBoolean() ? Attribute.floats() : Attribute.floats(1, 0.5f, -2, 1e30f);
        } else if (kind == Attribute.TensorValue.class) {
            return Attribute.of(Tensor.ofLongs("", numbers(random)));
        } else if (kind == Attribute.GraphValue.class) {
            return Attribute.of(new Graph("b", List.of(), List.of(), List.of(), List.of()));
        }
        return Attribute.ints(numbers(random));
    }
}
