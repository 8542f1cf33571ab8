package terzi.onnx;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The shape rules of all operators: one family of operators a class, one line a family. */
final class ShapeRules {
    private static final Map<String, ShapeRule> RULES = new ShapeRules().all();

    private final Map<String, ShapeRule> rules = new HashMap<>();

    private ShapeRules() {}

    private Map<String, ShapeRule> all() {
        SourceShapes.addTo(this);
        ElementwiseShapes.addTo(this);
        NormalizationShapes.addTo(this);
        WindowShapes.addTo(this);
        MatrixShapes.addTo(this);
        LayoutShapes.addTo(this);
        ReshapeShapes.addTo(this);
        SelectionShapes.addTo(this);
        ReductionShapes.addTo(this);
        ResizeShapes.addTo(this);
        QuantizationShapes.addTo(this);
        RecurrentShapes.addTo(this);
        return Map.copyOf(rules);
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
