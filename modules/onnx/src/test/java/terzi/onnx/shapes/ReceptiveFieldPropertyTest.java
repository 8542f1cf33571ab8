package terzi.onnx.shapes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import terzi.onnx.Attribute;
import terzi.onnx.Graph;
import terzi.onnx.Model;
import terzi.onnx.Node;
import terzi.onnx.Oracle;
import terzi.onnx.Tensor;
import terzi.onnx.TestModels;
import terzi.onnx.ValueInfo;
import terzi.onnx.ValueType;

/** Where a cell looks, found by lighting up one column or row of the image after the other. */
class ReceptiveFieldPropertyTest {

    private static final int SIZE = 36;

    private static Model network(Random random) {
        List<Node> nodes = new ArrayList<>();
        List<Tensor> weights = new ArrayList<>();
        String value = "x";
        for (int layer = 1 + random.nextInt(3); layer > 0; layer--) {
            long height = random.nextLong(1, 4);
            long width = random.nextLong(1, 4);
            boolean conv = random.nextBoolean();
            String made = "v" + layer;
            Node node = Node.of(
                    made,
                    conv ? "Conv" : "AveragePool",
                    conv ? List.of(value, "w" + layer) : List.of(value),
                    List.of(made));
            if (conv) {
                float[] ones = new float[(int) (height * width)];
                Arrays.fill(ones, 1);
                weights.add(Tensor.ofFloats("w" + layer, new long[] {1, 1, height, width}, ones));
                if (random.nextBoolean()) {
                    node = node.with("dilations", Attribute.ints(1 + random.nextInt(2), 1 + random.nextInt(2)));
                }
            }
            if (!conv || random.nextBoolean()) {
                node = node.with("kernel_shape", Attribute.ints(height, width));
            }
            switch (random.nextInt(4)) {
                case 0 -> node = node.with("auto_pad", Attribute.of("VALID"));
                case 1 ->
                    node = node.without("dilations")
                            .with("auto_pad", Attribute.of(random.nextBoolean() ? "SAME_UPPER" : "SAME_LOWER"));
                case 2 ->
                    node = node.with(
                                    "pads",
                                    Attribute.ints(
                                            random.nextInt((int) height),
                                            random.nextInt((int) width),
                                            random.nextInt((int) height),
                                            random.nextInt((int) width)))
                            .with("strides", Attribute.ints(1 + random.nextInt(2), 1 + random.nextInt(3)));
                default -> node = node.with("strides", Attribute.ints(1 + random.nextInt(3), 1 + random.nextInt(2)));
            }
            nodes.add(node);
            value = made;
        }
        nodes.add(Node.of("y", "Relu", List.of(value), List.of("y")));
        return Model.of(
                        new Graph(
                                "g",
                                nodes,
                                weights,
                                List.of(TestModels.value("x", "N", 1, SIZE, SIZE)),
                                List.of(new ValueInfo("y", ValueType.UNTYPED))),
                        18)
                .withIrVersion(8);
    }

    @Property(tries = 30, seed = "20261130", edgeCases = EdgeCasesMode.NONE)
    void cellsLookAtTheMiddleOfWhatMovesThem(@ForAll long seed) {
        Model model = network(new Random(seed));
        ReceptiveField field = ReceptiveField.of(model, "y").orElseThrow();
        assertMiddles(model, true, field.firstX(), field.stepX());
        assertMiddles(model, false, field.firstY(), field.stepY());
    }

    private static void assertMiddles(Model model, boolean columns, double first, double step) {
        float[] images = new float[SIZE * SIZE * SIZE];
        for (int lit = 0; lit < SIZE; lit++) {
            for (int i = 0; i < SIZE; i++) {
                images[lit * SIZE * SIZE + (columns ? i * SIZE + lit : lit * SIZE + i)] = 1;
            }
        }
        Tensor found = Oracle.run(model, Tensor.ofFloats("x", new long[] {SIZE, 1, SIZE, SIZE}, images))
                .get("y");
        int height = (int) found.dims()[2];
        int width = (int) found.dims()[3];
        float[] values = found.floats();
        int checked = 0;
        for (int cell = 0; cell < (columns ? width : height); cell++) {
            int least = SIZE;
            int most = -1;
            for (int lit = 0; lit < SIZE; lit++) {
                // the middle of the other axis, which no padding reaches
                int at = columns ? height / 2 * width + cell : cell * width + width / 2;
                if (values[lit * height * width + at] > 0) {
                    least = Math.min(least, lit);
                    most = lit;
                }
            }
            if (least > 8 && most < SIZE - 9) { // far from the border
                assertEquals(
                        (least + most) / 2.0,
                        first + cell * step,
                        1e-9,
                        model.graph().nodes().toString());
                checked++;
            }
        }
        assertTrue(checked > 0, "no cell is far from the border");
    }
}
