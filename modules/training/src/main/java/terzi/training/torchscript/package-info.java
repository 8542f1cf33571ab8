/**
 * The compiler from ONNX graphs to TorchScript text, and the runner of such text in DJL's native library. Begin with
 * {@link terzi.training.torchscript.TorchScriptCompiler}; its result joins other methods in one {@link
 * terzi.training.torchscript.ScriptModule}:
 *
 * <pre>{@code
 * CompiledGraph graph = TorchScriptCompiler.compile(network, Precision.FP32);
 * try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
 *         ScriptModule module = ScriptModule.load(manager, graph.source())) {
 *     NDList outputs = module.call(manager, "network", images, parameters, buffers, false);
 * }
 * }</pre>
 */
@NullMarked
package terzi.training.torchscript;

import org.jspecify.annotations.NullMarked;
