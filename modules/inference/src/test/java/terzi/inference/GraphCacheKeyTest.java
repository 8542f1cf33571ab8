package terzi.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An optimised network fits one processor, one system and one version of ONNX Runtime. */
class GraphCacheKeyTest {

    private static final GraphCache.Machine MACHINE =
            new GraphCache.Machine("1.28.0", "Linux", "amd64", "flags : fpu avx2");

    @TempDir
    Path folder;

    private Path file(String digest, GraphCache.Machine machine) throws IOException {
        return GraphCache.lookUp(folder, digest, ModelEnvelope.Bytes.of(new byte[] {1, 2, 3}), machine)
                .orElseThrow()
                .file();
    }

    @Test
    void whateverAnOptimisedNetworkDependsOnIsInItsName() throws Exception {
        Set<Path> files = new HashSet<>(List.of(file("d", MACHINE)));
        List<GraphCache.Machine> others = List.of(
                new GraphCache.Machine("1.28.0", "Linux", "amd64", "flags : fpu avx2 avx512f"),
                new GraphCache.Machine("1.29.0", "Linux", "amd64", "flags : fpu avx2"),
                new GraphCache.Machine("1.28.0", "Mac OS X", "amd64", "flags : fpu avx2"),
                new GraphCache.Machine("1.28.0", "Linux", "aarch64", "flags : fpu avx2"));
        for (GraphCache.Machine other : others) {
            files.add(file("d", other));
        }
        files.add(file("e", MACHINE));
        assertEquals(6, files.size(), files.toString());
        assertEquals(
                file("d", MACHINE), file("d", new GraphCache.Machine("1.28.0", "Linux", "amd64", "flags : fpu avx2")));
        files.forEach(file -> assertEquals(folder, file.getParent()));
    }

    @Test
    void thisMachineIsKnownByTheInstructionsOfItsProcessor() throws Exception {
        Path processors = Path.of("/proc/cpuinfo");
        Assumptions.assumeTrue(Files.exists(processors), "Linux only");
        GraphCache.Machine machine = GraphCache.Machine.current();
        String first = "";
        for (String line : Files.readAllLines(processors)) {
            if (first.isEmpty() && (line.startsWith("flags") || line.startsWith("Features"))) {
                first = line;
            }
        }
        assertFalse(first.isEmpty());
        assertEquals(first, machine.processor());
        assertEquals(System.getProperty("os.arch"), machine.architecture());
        assertEquals(System.getProperty("os.name"), machine.system());
        assertEquals("1.28.0", machine.runtime());
        assertEquals(
                GraphCache.lookUp(folder, "d", ModelEnvelope.Bytes.of(new byte[1]))
                        .orElseThrow()
                        .file(),
                file("d", machine));
    }
}
