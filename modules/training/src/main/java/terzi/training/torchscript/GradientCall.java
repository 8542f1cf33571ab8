package terzi.training.torchscript;

import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * Runs a TorchScript method so that gradients can be computed inside it.
 *
 * <p>DJL's public {@code IValueUtils.runMethod} always asks its native library for inference mode, in which no tensor can ever require a gradient, and
 * {@code IValueUtils.forward} takes neither numbers nor empty lists. The native method below both of them has the flag; it is only package-private.
 */
final class GradientCall {

    private static final MethodHandle RUN_METHOD;
    private static final MethodHandle NEW_IVALUE;

    static {
        try {
            MethodHandles.Lookup djl = MethodHandles.privateLookupIn(IValue.class, MethodHandles.lookup());
            Class<?> library = djl.findClass("ai.djl.pytorch.jni.PyTorchLibrary");
            MethodType signature = MethodType.methodType(
                    long.class, long.class, String.class, long[].class, boolean.class, boolean.class);
            Object instance = djl.findStaticGetter(library, "LIB", library).invoke();
            RUN_METHOD = djl.findVirtual(library, "moduleRunMethod", signature).bindTo(instance);
            NEW_IVALUE = djl.findConstructor(IValue.class, MethodType.methodType(void.class, long.class));
        } catch (Throwable e) {
            throw new LinkageError(
                    "ai.djl.pytorch:pytorch-engine lacks PyTorchLibrary.moduleRunMethod; Terzi is built for 0.35.1,"
                            + " use that version",
                    e);
        }
    }

    private GradientCall() {}

    /** Runs the method and returns its value, which the caller closes. */
    static IValue run(PtSymbolBlock module, String method, long[] argumentHandles) {
        try {
            // the last flag asks for a CUDA stream of its own; gradients want the default stream
            long result = (long) RUN_METHOD.invoke((long) module.getHandle(), method, argumentHandles, true, false);
            return (IValue) NEW_IVALUE.invoke(result);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError("moduleRunMethod declares no checked exception", e);
        }
    }
}
