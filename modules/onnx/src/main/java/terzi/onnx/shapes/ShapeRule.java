package terzi.onnx.shapes;

/** Works out the outputs of one operator from what is known about its inputs. */
@FunctionalInterface
interface ShapeRule {
    /** Tells {@code node} what can be said of its outputs; asking for what is not known ends the rule. */
    void infer(NodeShapes node);
}
