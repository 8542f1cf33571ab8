package terzi.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Which of its messages a failure gets. {@link RuntimeUnavailableTest} sees the failures themselves, each in a JVM of its own. The
 * jar of the tests is onnxruntime_gpu, which has libraries for x64 Linux and Windows.
 */
class RuntimeDiagnosisTest {
    private static final String DEPENDENCY =
            "com.microsoft.onnxruntime:onnxruntime:1.28.0 (Linux x64 and ARM, Windows x64,"
                    + " macOS) or onnxruntime_gpu:1.28.0 (Linux x64 and Windows x64, with CUDA)";

    private final Map<String, String> before = new TreeMap<>();

    @BeforeEach
    void onLinux() {
        before.put("os.name", System.getProperty("os.name"));
        before.put("os.arch", System.getProperty("os.arch"));
        on("Linux", "amd64");
    }

    @AfterEach
    void asItWas() {
        before.forEach(System::setProperty);
        System.clearProperty("onnxruntime.native.path");
    }

    private static void on(String system, String processor) {
        System.setProperty("os.name", system);
        System.setProperty("os.arch", processor);
    }

    private static String message(Throwable failure) {
        return RuntimeDiagnosis.of(failure).getMessage();
    }

    private static void assertLibraryCannotBeLoaded(String reason, Throwable failure) {
        String message = message(failure);
        assertTrue(
                message.contains(" cannot unpack and load its native library in the temporary folder "
                        + System.getProperty("java.io.tmpdir") + " (" + reason + "). The folder must exist"),
                message);
        assertTrue(message.endsWith("-Djava.io.tmpdir=FOLDER"), message);
    }

    @Test
    void aMissingClassIsOfOnnxRuntimeOrOfSomethingElse() {
        assertEquals(
                "ONNX Runtime is not on the class path (class ai.onnxruntime.OrtSession is missing): add the dependency "
                        + DEPENDENCY,
                message(new NoClassDefFoundError("ai/onnxruntime/OrtSession")));
        assertEquals(
                "class org/else/Thing is not on the class path: add the jar that has it; Maven and Gradle bring all that terzi-inference"
                                .replace('/', '.')
                        + " depends on",
                message(new NoClassDefFoundError("org/else/Thing")));
    }

    @Test
    void aClassThatDoesNotFitIsOfAnotherRelease() {
        String message = message(new NoSuchMethodError("'void ai.onnxruntime.OrtSession.later()'"));
        assertTrue(
                message.contains(
                        "does not fit, expected 1.20 or newer ('void ai.onnxruntime.OrtSession.later()'): take the dependency "
                                + DEPENDENCY),
                message);
    }

    /** The first failure is what counts: later ones only say that the class could not be initialised. */
    @Test
    void whatHappenedFirstIsTheCause() {
        FileSystemException full = new FileSystemException("/tmp/x", null, "No space left on device");
        assertLibraryCannotBeLoaded(
                "No space left on device", new ExceptionInInitializerError(new RuntimeException("loading", full)));
        assertSame(
                full, RuntimeDiagnosis.of(new ExceptionInInitializerError(full)).getCause());
        NoClassDefFoundError again =
                new NoClassDefFoundError("Could not initialize class ai.onnxruntime.OrtEnvironment");
        assertLibraryCannotBeLoaded("Could not initialize class ai.onnxruntime.OrtEnvironment", again);
        again.addSuppressed(full);
        assertLibraryCannotBeLoaded("No space left on device", again);
        // an exception of a kind of its own says more than what lies under it
        IllegalStateException own = new IllegalStateException("own", full);
        assertSame(own, RuntimeDiagnosis.of(own).getCause());
        assertLibraryCannotBeLoaded("NoSuchFileException /tmp/x", new NoSuchFileException("/tmp/x"));
    }

    @Test
    void aLibraryOfTheSystemThatIsMissingIsNamed() {
        assertLibraryCannotBeLoaded(
                "failed to map segment",
                new UnsatisfiedLinkError("/tmp/onnx1/libonnxruntime.so: failed to map segment"));
        for (String text : new String[] {
            "libstdc++.so.6: cannot open shared object file", "Error loading shared library ld-linux-x86-64.so.2"
        }) {
            String message = message(new UnsatisfiedLinkError("/tmp/onnx1/libonnxruntime.so: " + text));
            assertTrue(
                    message.endsWith(
                            "-Djava.io.tmpdir=FOLDER. A library of the system is missing: ONNX Runtime needs glibc and"
                                    + " libstdc++, which Alpine Linux lacks"),
                    message);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Linux, amd64, true",
        "Linux, x86_64, true",
        "GNU/Linux, amd64, true",
        "Linux, aarch64, false",
        "Linux, riscv64, false",
        "Windows 11, amd64, true",
        "Windows 11, aarch64, false",
        "Mac OS X, aarch64, false",
        "Mac OS X, x86_64, false",
        "Darwin, x86_64, false",
        "FreeBSD, amd64, false"
    })
    void aPlatformHasALibraryOrNone(String system, String processor, boolean has) {
        on(system, processor);
        UnsatisfiedLinkError failure = new UnsatisfiedLinkError("failed");
        if (has) {
            assertLibraryCannotBeLoaded("failed", failure);
        } else {
            String message = message(failure);
            assertTrue(
                    message.endsWith("on the class path has no native library for " + system + " on " + processor
                            + ": add the dependency for it in place of the present one: " + DEPENDENCY),
                    message);
        }
        System.setProperty("onnxruntime.native.path", "/opt/onnxruntime");
        boolean known = !processor.equals("riscv64") && !system.equals("FreeBSD");
        assertEquals(!known, message(failure).contains("has no native library"), "a library of the user's own");
    }

    @Test
    void workThatLinksIsLeftAlone() throws IOException {
        assertEquals(7, RuntimeDiagnosis.during(() -> 7));
        IOException other = new IOException("other");
        assertSame(
                other,
                assertThrows(
                        IOException.class,
                        () -> RuntimeDiagnosis.during(() -> {
                            throw other;
                        })));
        UnsatisfiedLinkError link = new UnsatisfiedLinkError("failed");
        assertSame(
                link,
                assertThrows(
                                RuntimeUnavailableException.class,
                                () -> RuntimeDiagnosis.during(() -> {
                                    throw link;
                                }))
                        .getCause());
    }
}
