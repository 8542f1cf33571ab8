package terzi.onnx.shapes;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import terzi.onnx.DataType;
import terzi.onnx.Dim;
import terzi.onnx.TensorType;

/** Operators that reduce axes to one element. */
final class ReductionShapes {
    private ReductionShapes() {}

    static void addTo(ShapeRules rules) {
        rules.add(ReductionShapes::reduce, "ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceMax");
        rules.add(ReductionShapes::reduce, "ReduceMean", "ReduceMin", "ReduceProd", "ReduceSum", "ReduceSumSquare");
        rules.add(ReductionShapes::best, "ArgMax", "ArgMin");
        rules.add(ReductionShapes::loss, "NegativeLogLikelihoodLoss", "SoftmaxCrossEntropyLoss");
    }

    private static void reduce(NodeShapes n) {
        DataType element = n.element(0);
        n.output(0, TensorType.of(element));
        List<Dim> shape = n.shape(0);
        boolean keep = n.node().intAttribute("keepdims", 1) != 0;
        if (keep) {
            n.output(element, Dims.unknown(shape.size()));
        }
        Optional<long[]> given = n.attributeOrInput("axes", 1);
        boolean none = given.map(axes -> axes.length == 0).orElse(true);
        if (none && n.node().intAttribute("noop_with_empty_axes", 0) != 0) {
            n.output(element, shape);
            return;
        }
        boolean[] reduced = new boolean[shape.size()];
        if (none) {
            Arrays.fill(reduced, true);
        } else {
            for (int axis : n.axes(given.orElseThrow(), shape.size())) {
                reduced[axis] = true;
            }
        }
        n.output(element, without(shape, reduced, keep));
    }

    private static void best(NodeShapes n) {
        List<Dim> shape = n.shape(0);
        boolean[] reduced = new boolean[shape.size()];
        reduced[n.axis(n.node().intAttribute("axis", 0), shape.size())] = true;
        n.output(DataType.INT64, without(shape, reduced, n.node().intAttribute("keepdims", 1) != 0));
    }

    /** A loss for each target, or one for all of them; SoftmaxCrossEntropyLoss can also give its log-probabilities. */
    private static void loss(NodeShapes n) {
        n.typeIfKnown(0).ifPresent(scores -> n.output(1, scores));
        boolean each = n.node().stringAttribute("reduction", "mean").equals("none");
        n.output(n.element(0), each ? n.shape(1) : List.of());
    }

    private static List<Dim> without(List<Dim> shape, boolean[] reduced, boolean keep) {
        List<Dim> result = new ArrayList<>();
        for (int i = 0; i < reduced.length; i++) {
            if (!reduced[i]) {
                result.add(shape.get(i));
            } else if (keep) {
                result.add(Dim.of(1));
            }
        }
        return result;
    }
}
