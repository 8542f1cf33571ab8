package terzi.training.torchscript;

import terzi.onnx.Model;
import terzi.onnx.rewrite.StripTraining;
import terzi.onnx.rewrite.Untie;

/**
 * Compiles ONNX graphs to TorchScript text, in pure Java.
 *
 * <p>Every node becomes a statement or two; arithmetic on shapes is done at compile time, or on plain integers of the script where it depends on the batch. Float
 * initializers that take part in arithmetic become parameters; running statistics and the values of Constant nodes become buffers; scalars become literals.
 * Nodes that no output needs are left out, and initializers that the file shares between nodes are trained apart (see {@link Untie}).
 */
public final class TorchScriptCompiler {
    private TorchScriptCompiler() {}

    /**
     * Compiles the graph of a network.
     *
     * @param model a network with exactly one float32 input
     * @param precision the number format of convolutions and matrix products
     * @return the compiled graph
     * @throws UnsupportedOperatorException if a node cannot be compiled; the message names the node, the operator, its domain and opset, and lists the
     *     operators that are supported
     * @throws IllegalArgumentException if the graph does not have exactly one float32 input
     */
    public static CompiledGraph compile(Model model, Precision precision) {
        return compile(model, precision, MemoryLayout.CHANNELS_LAST);
    }

    /**
     * Compiles the graph of a network, as {@link #compile(Model, Precision)}, with another order of images and kernels in memory.
     *
     * @param model a network with exactly one float32 input
     * @param precision the number format of convolutions and matrix products
     * @param layout the order of images and kernels in memory
     * @return the compiled graph
     */
    public static CompiledGraph compile(Model model, Precision precision, MemoryLayout layout) {
        return new GraphCompiler(Untie.apply(StripTraining.apply(model)), precision, layout).compileNetwork();
    }
}
