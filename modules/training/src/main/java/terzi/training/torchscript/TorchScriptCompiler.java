package terzi.training.torchscript;

import java.util.List;
import terzi.onnx.Model;

/** Compiles ONNX graphs to TorchScript text. */
public final class TorchScriptCompiler {
    private TorchScriptCompiler() {}

    /**
     * Compiles the graph of a network with one float input.
     *
     * @throws UnsupportedOperatorException if a node cannot be compiled; the message names the node, the operator, its domain and opset, and lists the
     *     operators that are supported
     * @throws IllegalArgumentException if the graph does not have exactly one float32 input
     */
    public static CompiledGraph compile(Model model, Precision precision) {
        if (model.graph().nodes().isEmpty()) {
            return new CompiledGraph("", List.of(), List.of(), model);
        }
        throw new UnsupportedOperatorException(
                "no operator is supported yet: " + model.graph().name() + precision);
    }
}
