package terzi.onnx.shapes;

import java.util.ArrayList;
import java.util.List;
import terzi.onnx.DataType;
import terzi.onnx.Dim;

/** Normalizations: the data keeps its shape, some also give statistics. */
final class NormalizationShapes {
    private NormalizationShapes() {}

    static void addTo(ShapeRules rules) {
        rules.add(ElementwiseShapes::sameAsFirst, "InstanceNormalization", "GroupNormalization", "RMSNormalization");
        rules.add(ElementwiseShapes::sameAsFirst, "LRN", "LpNormalization", "MeanVarianceNormalization");
        rules.add(NormalizationShapes::batch, "BatchNormalization");
        rules.add(NormalizationShapes::layer, "LayerNormalization");
    }

    private static void batch(NodeShapes n) {
        ElementwiseShapes.sameAsFirst(n);
        List<Dim> data = n.shape(0);
        if (data.size() > 1 && n.hasInput(1)) {
            n.shapeIfKnown(1).ifPresent(scale -> {
                if (scale.size() != 1) {
                    n.problem("scale must have 1 axis, it is " + scale);
                } else if (Dims.broadcast(data.subList(1, 2), scale).isEmpty()) {
                    n.problem("scale has " + scale.get(0) + " elements, the input has " + data.get(1) + " channels");
                }
            });
        }
        for (int i = 1; i < n.outputCount(); i++) {
            // statistics have the type of the running ones
            int like = Math.min(i + 2, 4);
            if (n.typeIfKnown(like).isPresent()) {
                n.output(i, n.element(like), List.of(data.size() > 1 ? data.get(1) : Dim.of(1)));
            }
        }
    }

    private static void layer(NodeShapes n) {
        ElementwiseShapes.sameAsFirst(n);
        DataType statistics =
                DataType.find(n.node().intAttribute("stash_type", 1)).orElseThrow(NodeShapes::notKnown);
        List<Dim> shape = new ArrayList<>(n.shape(0));
        int axis = n.axis(n.node().intAttribute("axis", -1), shape.size());
        for (int i = axis; i < shape.size(); i++) {
            shape.set(i, Dim.of(1));
        }
        n.output(1, statistics, shape);
        n.output(2, statistics, shape);
    }
}
