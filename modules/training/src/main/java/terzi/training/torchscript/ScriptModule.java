package terzi.training.torchscript;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * TorchScript methods, compiled by libtorch and callable from Java.
 *
 * <p>A whole training step fits into one method, so a step costs one crossing from Java to native code: {@code torch.grad([loss], parameters)},
 * {@code torch._foreach_add_} and its family, in-place operators on the tensors that were passed in (seen by the caller's {@code NDArray}s),
 * {@code torch.manual_seed} and {@code torch.set_grad_enabled} all work inside a method (measured with DJL 0.35.1 and libtorch 2.7.1). For example
 *
 * <pre>{@code
 * def step(self, x: Tensor, y: Tensor, p: List[Tensor], rate: float) -> Tensor:
 *   leaves = annotate(List[Tensor], [])
 *   for t in p:
 *     leaves.append(torch.requires_grad_(t.detach(), True))
 *   loss = torch.cross_entropy_loss(torch.linear(x, leaves[0], leaves[1]), y, None, 1, -100, 0.0)
 *   gradients = annotate(List[Tensor], [])
 *   for g in torch.grad([loss], leaves):
 *     gradients.append(unchecked_cast(Tensor, g))
 *   torch.set_grad_enabled(False)
 *   torch._foreach_add_(p, gradients, alpha=-rate)
 *   return loss.detach()
 * }</pre>
 *
 * <p>Gradients are on at the start of every call, whatever the calling thread's mode is, and the thread's mode is put back afterwards. A method that
 * wants none begins with {@code torch.set_grad_enabled(False)}.
 *
 * <p>Threads: any thread may call; calls and {@link #close} are serialised, so a module is never freed while it runs. The module belongs to the
 * manager it was loaded with: closing that manager closes the module too, and that must not happen during a call.
 */
public final class ScriptModule implements AutoCloseable {

    private @Nullable PtSymbolBlock module;

    private ScriptModule(PtSymbolBlock module) {
        this.module = module;
    }

    /**
     * Compiles methods.
     *
     * @param manager a manager of DJL's PyTorch engine; its device is where constants inside the methods live
     * @param methods source texts, each of one or more methods {@code def name(self, ...) -> Type:} that start at column 0; they may call each other as
     *     {@code (self).name(...)} in any order
     * @return the compiled methods
     * @throws IllegalArgumentException if libtorch does not accept the text; the message is libtorch's and marks the place
     */
    public static ScriptModule load(NDManager manager, String... methods) {
        JniUtils.setGraphExecutorOptimize(false);
        byte[] archive = ScriptArchive.of(List.of(methods));
        try {
            return new ScriptModule(
                    JniUtils.loadModule(pytorch(manager), new ByteArrayInputStream(archive), false, false));
        } catch (EngineException e) {
            throw new IllegalArgumentException("libtorch rejects this TorchScript: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new IllegalStateException("reading an archive from memory failed: " + e.getMessage(), e);
        }
    }

    /**
     * Runs a method.
     *
     * @param owner the manager that the returned arrays are attached to; close it (or a sub-manager of the step) to free them
     * @param method the name of the method
     * @param arguments in the method's order: {@link NDArray} for {@code Tensor}, {@link NDList} or an array or list of {@code NDArray} for
     *     {@code List[Tensor]} (may be empty), {@link Long} or {@link Integer} for {@code int}, {@link Double} or {@link Float} for {@code float},
     *     {@link Boolean} for {@code bool}
     * @return the returned tensor, list or tuple of tensors
     * @throws IllegalArgumentException if an argument is of another kind
     * @throws IllegalStateException if the module is closed
     * @throws EngineException if the method fails; libtorch's message marks the line
     */
    public synchronized NDList call(NDManager owner, String method, Object... arguments) {
        PtSymbolBlock open = module;
        if (open == null) {
            throw new IllegalStateException("method " + method + " called on a closed ScriptModule");
        }
        IValue[] values = new IValue[arguments.length];
        long[] handles = new long[arguments.length];
        boolean gradMode = JniUtils.isGradMode();
        try {
            for (int i = 0; i < arguments.length; i++) {
                values[i] = value(method, i, arguments[i]);
                handles[i] = values[i].getHandle();
            }
            // both switches are per thread in libtorch
            JniUtils.setGraphExecutorOptimize(false);
            JniUtils.setGradMode(true);
            try (IValue result = GradientCall.run(open, method, handles)) {
                return result.toNDList(pytorch(owner));
            }
        } finally {
            JniUtils.setGradMode(gradMode);
            for (IValue value : values) {
                if (value != null) {
                    value.close();
                }
            }
        }
    }

    /** Frees the compiled methods; does nothing the second time. Arrays that calls returned stay valid. */
    @Override
    public synchronized void close() {
        if (module != null) {
            module.close();
            module = null;
        }
    }

    private static PtNDManager pytorch(NDManager manager) {
        if (manager instanceof PtNDManager pytorch) {
            return pytorch;
        }
        throw new IllegalArgumentException("a manager of the PyTorch engine is needed, this one belongs to "
                + manager.getEngine().getEngineName());
    }

    private static IValue value(String method, int index, Object argument) {
        if (argument instanceof PtNDArray tensor) {
            return IValue.from(tensor);
        } else if (argument instanceof NDList list) {
            return tensors(method, index, list);
        } else if (argument instanceof NDArray[] array) {
            return tensors(method, index, List.of(array));
        } else if (argument instanceof List<?> list) {
            return tensors(method, index, list);
        } else if (argument instanceof Long || argument instanceof Integer) {
            return IValue.from(((Number) argument).longValue());
        } else if (argument instanceof Double || argument instanceof Float) {
            return IValue.from(((Number) argument).doubleValue());
        } else if (argument instanceof Boolean flag) {
            return IValue.from(flag);
        }
        throw unsuitable(method, index, argument);
    }

    private static IValue tensors(String method, int index, List<?> list) {
        PtNDArray[] tensors = new PtNDArray[list.size()];
        for (int i = 0; i < tensors.length; i++) {
            Object element = list.get(i);
            if (!(element instanceof PtNDArray tensor)) {
                throw unsuitable(method, index, element);
            }
            tensors[i] = tensor;
        }
        return IValue.listFrom(tensors);
    }

    private static IllegalArgumentException unsuitable(String method, int index, @Nullable Object argument) {
        return new IllegalArgumentException("argument " + index + " of " + method
                + ": expected a tensor of the PyTorch engine, a list of such tensors, a whole or real number or a"
                + " boolean, found "
                + (argument == null ? "null" : argument.getClass().getName()));
    }
}
