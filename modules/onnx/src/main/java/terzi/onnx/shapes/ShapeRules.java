package terzi.onnx.shapes;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import terzi.onnx.Node;

/** The shape rules of all operators: one family of operators a class, one line a family. */
final class ShapeRules {
    private static final Map<String, ShapeRule> RULES = all();

    private final Map<String, ShapeRule> rules = new HashMap<>();

    private ShapeRules() {}

    /** The rules by operator. */
    static Map<String, ShapeRule> all() {
        ShapeRules all = new ShapeRules();
        SourceShapes.addTo(all);
        ElementwiseShapes.addTo(all);
        NormalizationShapes.addTo(all);
        WindowShapes.addTo(all);
        MatrixShapes.addTo(all);
        LayoutShapes.addTo(all);
        ReshapeShapes.addTo(all);
        SelectionShapes.addTo(all);
        ReductionShapes.addTo(all);
        ResizeShapes.addTo(all);
        QuantizationShapes.addTo(all);
        RecurrentShapes.addTo(all);
        return Map.copyOf(all.rules);
    }

    /** Gives operators of ONNX's own domain their rule. */
    void add(ShapeRule rule, String... opTypes) {
        for (String opType : opTypes) {
            if (rules.put(opType, rule) != null) {
                throw new IllegalStateException("operator " + opType + " has two shape rules");
            }
        }
    }

    static Optional<ShapeRule> find(Node node) {
        return node.domain().isEmpty() ? Optional.ofNullable(RULES.get(node.opType())) : Optional.empty();
    }
}
