package terzi.training.run;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.util.Utils;
import org.jspecify.annotations.Nullable;

/** Starts libtorch once, and says in words why it does not start, at every call: a JVM tries to load its library once. */
final class Libtorch {
    private static final String ENGINE = "PyTorch";

    private Libtorch() {}

    private static final class Started {
        @SuppressWarnings("StaticAssignmentOfThrowable") // the cause of every exception that tells of it
        static final @Nullable Throwable FAILURE = failure();

        private static @Nullable Throwable failure() {
            // else DJL may report the start to its makers, and look for libraries on the network
            setUnlessGiven("OPT_OUT_TRACKING");
            setUnlessGiven("ai.djl.offline");
            try {
                Engine.getEngine(ENGINE);
                return null;
            } catch (RuntimeException | LinkageError | AssertionError e) {
                return e;
            }
        }
    }

    private static void setUnlessGiven(String property) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, "true");
        }
    }

    /** @throws TrainingException when libtorch does not start here */
    static void start() {
        Throwable failure = Started.FAILURE;
        if (failure != null) {
            throw new TrainingException(
                    "libtorch does not start (" + reason(failure) + "). Its library of 450 MB is unpacked to "
                            + Utils.getEngineCacheDir("pytorch")
                            + ", which must be writable, have room and not be mounted noexec: name another folder with"
                            + " the environment variable DJL_CACHE_DIR. Its jar for " + System.getProperty("os.name")
                            + " on " + System.getProperty("os.arch")
                            + " must be on the class path: ai.djl.pytorch:pytorch-native-cpu:2.7.1 with a classifier"
                            + " such as linux-x86_64",
                    failure);
        }
    }

    /** Memory of libtorch's on the processor, which the caller closes. */
    static NDManager manager() {
        start();
        return NDManager.newBaseManager(Device.cpu(), ENGINE);
    }

    /** The first cause says what happened, those around it only that something did. */
    private static String reason(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        String message = String.valueOf(cause.getMessage());
        return cause instanceof java.nio.file.FileSystemException || cause.getMessage() == null
                ? cause.toString()
                : message;
    }
}
