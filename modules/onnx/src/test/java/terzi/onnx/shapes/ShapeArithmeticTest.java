package terzi.onnx.shapes;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import terzi.onnx.Attribute;
import terzi.onnx.DataType;
import terzi.onnx.Dim;
import terzi.onnx.Graph;
import terzi.onnx.Model;
import terzi.onnx.Node;
import terzi.onnx.Oracle;
import terzi.onnx.Tensor;
import terzi.onnx.TensorType;
import terzi.onnx.TestModels;
import terzi.onnx.ValueInfo;
import terzi.onnx.ValueType;

/** Shapes that a graph computes: followed through the operators that exporters compute them with. */
class ShapeArithmeticTest {

    /** What ONNX says of integers: Div truncates as C does, Mod has the sign of the divisor. */
    private static long expected(String operator, long a, long b) {
        return switch (operator) {
            case "Add" -> a + b;
            case "Sub" -> a - b;
            case "Mul" -> a * b;
            case "Div" -> (a < 0) == (b < 0) ? Math.abs(a) / Math.abs(b) : -(Math.abs(a) / Math.abs(b));
            case "Mod" -> {
                long rest = a;
                while (rest != 0 && ((rest < 0) != (b < 0) || Math.abs(rest) >= Math.abs(b))) {
                    rest += (rest < 0) != (b < 0) ? b : -b;
                }
                yield rest;
            }
            case "Min" -> a < b ? a : b;
            default -> a < b ? b : a;
        };
    }

    /** Every element is an axis of the result of ConstantOfShape; a negative one is not. */
    private static List<Dim> shapeOf(List<Node> nodes, List<Tensor> constants, ValueInfo... inputs) {
        List<Node> all = new ArrayList<>(nodes);
        all.add(Node.of("made", "ConstantOfShape", List.of("v"), List.of("made")));
        Model model = Model.of(new Graph("g", all, constants, List.of(inputs), List.of()), 18);
        TensorType type = ShapeInference.infer(model).get("made");
        return type == null ? List.of() : type.shape().orElse(List.of());
    }

    @Property(tries = 200, seed = "20261130")
    void integersAreComputedAsOnnxSays(
            @ForAll @Size(min = 1, max = 3) List<@IntRange(min = -9, max = 9) Integer> a,
            @ForAll @IntRange(min = -9, max = 9) int b) {
        long[] left = a.stream().mapToLong(Integer::longValue).toArray();
        for (String operator : List.of("Add", "Sub", "Mul", "Div", "Mod", "Min", "Max")) {
            if (b == 0 && (operator.equals("Div") || operator.equals("Mod"))) {
                continue;
            }
            for (boolean swapped : new boolean[] {false, true}) {
                if (swapped && (operator.equals("Div") || operator.equals("Mod")) && a.contains(0)) {
                    continue;
                }
                List<Dim> right = a.stream()
                        .map(x -> swapped ? expected(operator, b, x) : expected(operator, x, b))
                        .map(v -> v < 0 ? Dim.UNKNOWN : Dim.of(v))
                        .toList();
                List<Dim> found = shapeOf(
                        List.of(Node.of("op", operator, swapped ? List.of("b", "a") : List.of("a", "b"), List.of("v"))),
                        List.of(Tensor.ofLongs("a", left), Tensor.ofLongs("b", b)));
                assertEquals(right, found, operator + " of " + a + " and " + b + ", swapped " + swapped);
            }
        }
    }

    @Test
    void aDivisionByZeroAndAnOverflowAreNotKnown() {
        for (String operator : List.of("Div", "Mod")) {
            assertEquals(
                    List.of(Dim.UNKNOWN),
                    shapeOf(
                            List.of(Node.of("op", operator, List.of("a", "b"), List.of("v"))),
                            List.of(Tensor.ofLongs("a", 3), Tensor.ofLongs("b", 0))));
        }
        assertEquals(
                List.of(Dim.UNKNOWN, Dim.of(8)),
                shapeOf(
                        List.of(Node.of("op", "Mul", List.of("a", "b"), List.of("v"))),
                        List.of(Tensor.ofLongs("a", Long.MAX_VALUE, 4), Tensor.ofLongs("b", 2, 2))));
    }

    /** 0 and 1 leave a named axis named; 0 times it is 0. */
    @Test
    void aNameSurvivesNeutralElementsOnly() {
        ValueInfo x = TestModels.value("x", "N");
        assertEquals(List.of(Dim.of("N")), ofName(x, "Add", 0));
        assertEquals(List.of(Dim.of("N")), ofName(x, "Sub", 0));
        assertEquals(List.of(Dim.of("N")), ofName(x, "Mul", 1));
        assertEquals(List.of(Dim.of("N")), ofName(x, "Div", 1));
        assertEquals(List.of(Dim.of(0)), ofName(x, "Mul", 0));
        for (String operator : List.of("Add", "Sub", "Mul", "Div", "Mod", "Min", "Max")) {
            assertEquals(List.of(Dim.UNKNOWN), ofName(x, operator, 2), operator);
        }
    }

    private static List<Dim> ofName(ValueInfo x, String operator, long b) {
        return shapeOf(
                List.of(
                        Node.of("shape", "Shape", List.of("x"), List.of("s")),
                        Node.of("op", operator, List.of("s", "b"), List.of("v"))),
                List.of(Tensor.ofLongs("b", b)),
                x);
    }

    /** A chain of operators on the shape of an image, drawn at random; ONNX Runtime computes the right one. */
    @Property(tries = 250, seed = "20261130", edgeCases = EdgeCasesMode.NONE)
    void aComputedShapeIsThatOfOnnxRuntime(@ForAll long seed) {
        Random random = new Random(seed);
        List<Node> nodes = new ArrayList<>();
        List<Tensor> constants = new ArrayList<>();
        long[] sizes = {1 + random.nextInt(3), 1 + random.nextInt(3), 1 + random.nextInt(3), 1 + random.nextInt(3)};
        nodes.add(Node.of("shape", "Shape", List.of("x"), List.of("v0")));
        int length = sizes.length;
        int steps = 1 + random.nextInt(4);
        for (int step = 1; step <= steps; step++) {
            length = add(nodes, constants, random, step, length);
        }
        nodes.add(Node.of("last", "Identity", List.of("v" + steps), List.of("v")));
        ValueInfo x = new ValueInfo("x", TensorType.of(DataType.FLOAT, sizes));
        List<Node> all = new ArrayList<>(nodes);
        all.add(Node.of("made", "ConstantOfShape", List.of("v"), List.of("made")));
        Model model = Model.of(
                new Graph("g", all, constants, List.of(x), List.of(new ValueInfo("made", ValueType.UNTYPED))), 18);
        Map<String, Tensor> right = Oracle.run(model.withIrVersion(8), TestModels.ramp("x", sizes));
        List<Dim> expected = new ArrayList<>();
        for (long size : right.get("made").dims()) {
            expected.add(Dim.of(size));
        }
        assertEquals(expected, shapeOf(nodes, constants, x), nodes.toString());
    }

    /** Adds a step that takes {@code v(step-1)} and makes {@code v(step)}; returns how many elements that has. */
    private static int add(List<Node> nodes, List<Tensor> constants, Random random, int step, int length) {
        String in = "v" + (step - 1);
        String out = "v" + step;
        String c = "c" + step;
        switch (random.nextInt(8)) {
            case 0 -> {
                long[] indices = new long[1 + random.nextInt(4)];
                for (int i = 0; i < indices.length; i++) {
                    indices[i] = (long) random.nextInt(2 * length) - length;
                }
                constants.add(Tensor.ofLongs(c, indices));
                nodes.add(Node.of(out, "Gather", List.of(in, c), List.of(out)));
                return indices.length;
            }
            case 1 -> {
                int from = random.nextInt(length);
                int to = from + 1 + random.nextInt(length - from);
                int by = 1 + random.nextInt(2);
                constants.add(Tensor.ofLongs(c + "s", from));
                constants.add(Tensor.ofLongs(c + "e", to));
                constants.add(Tensor.ofLongs(c + "a", 0));
                constants.add(Tensor.ofLongs(c + "b", by));
                nodes.add(Node.of(out, "Slice", List.of(in, c + "s", c + "e", c + "a", c + "b"), List.of(out)));
                return (to - from + by - 1) / by;
            }
            case 2 -> {
                constants.add(Tensor.ofLongs(c, 2, 1));
                nodes.add(Node.of(out, "Concat", random.nextBoolean() ? List.of(in, c) : List.of(c, in), List.of(out))
                        .with("axis", Attribute.of(0)));
                return length + 2;
            }
            case 3 -> {
                nodes.add(Node.of(c, "Cast", List.of(in), List.of(c))
                        .with("to", Attribute.of(DataType.INT32.onnxCode())));
                nodes.add(Node.of(out, "Cast", List.of(c), List.of(out))
                        .with("to", Attribute.of(DataType.INT64.onnxCode())));
                return length;
            }
            case 4 -> {
                constants.add(Tensor.scalar(c + "i", (long) random.nextInt(length)));
                constants.add(Tensor.ofLongs(c + "a", 0));
                nodes.add(Node.of(c, "Gather", List.of(in, c + "i"), List.of(c)));
                nodes.add(Node.of(out, "Unsqueeze", List.of(c, c + "a"), List.of(out)));
                return 1;
            }
            case 5 -> {
                constants.add(Tensor.ofLongs(c, -1));
                nodes.add(Node.of(out, "Reshape", List.of(in, c), List.of(out)));
                return length;
            }
            case 6 -> {
                constants.add(Tensor.ofLongs(c + "i", random.nextInt(length)));
                constants.add(Tensor.ofLongs(c, 2));
                nodes.add(Node.of(c + "g", "Gather", List.of(in, c + "i"), List.of(c + "g")));
                nodes.add(Node.of(out, "Expand", List.of(c + "g", c), List.of(out)));
                return 2;
            }
            default -> {
                constants.add(Tensor.ofLongs(c, 1 + random.nextInt(2)));
                nodes.add(Node.of(out, random.nextBoolean() ? "Div" : "Max", List.of(in, c), List.of(out)));
                return length;
            }
        }
    }
}
