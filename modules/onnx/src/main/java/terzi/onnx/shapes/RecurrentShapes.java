package terzi.onnx.shapes;

import java.util.List;
import terzi.onnx.DataType;
import terzi.onnx.Dim;

/** Recurrent layers: {@code Y [T, directions, N, H]}, {@code Y_h} and {@code Y_c [directions, N, H]}. */
final class RecurrentShapes {
    private RecurrentShapes() {}

    static void addTo(ShapeRules rules) {
        rules.add(RecurrentShapes::infer, "LSTM", "GRU", "RNN");
    }

    private static void infer(NodeShapes n) {
        DataType element = n.element(0);
        List<Dim> input = n.shape(0);
        if (input.size() != 3) {
            n.problem("the input must have 3 axes, it is " + input);
            return;
        }
        boolean batchFirst = n.node().intAttribute("layout", 0) != 0;
        Dim steps = input.get(batchFirst ? 1 : 0);
        Dim batch = input.get(batchFirst ? 0 : 1);
        Dim directions = Dim.of(n.node().stringAttribute("direction", "forward").equals("bidirectional") ? 2 : 1);
        long units = n.node().intAttribute("hidden_size", -1);
        Dim hidden = units >= 0 ? Dim.of(units) : Dim.UNKNOWN;
        n.output(
                0,
                element,
                batchFirst ? List.of(batch, steps, directions, hidden) : List.of(steps, directions, batch, hidden));
        List<Dim> last = batchFirst ? List.of(batch, directions, hidden) : List.of(directions, batch, hidden);
        n.output(1, element, last);
        n.output(2, element, last);
    }
}
