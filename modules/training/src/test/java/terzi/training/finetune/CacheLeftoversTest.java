package terzi.training.finetune;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheLeftoversTest {
    private static final FeatureCache.Key KEY = new FeatureCache.Key("a".repeat(64), "b".repeat(64), "c".repeat(64));

    @TempDir
    Path temporary;

    private List<String> parts() throws IOException {
        try (Stream<Path> files = Files.list(temporary.resolve("features/.writing"))) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void whatAProcessThatIsGoneLeftIsRemovedAndWhatALivingOneWritesStays() throws Exception {
        FeatureCache cache = new FeatureCache(temporary);
        cache.write(KEY, new byte[] {1, 2, 3});
        Process gone = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-version")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertTrue(gone.waitFor() >= 0);
        Path writing = temporary.resolve("features/.writing");
        String own = ProcessHandle.current().pid() + "-77.part";
        Files.writeString(writing.resolve(gone.pid() + "-1.part"), "half");
        Files.writeString(writing.resolve(own), "being written");
        Files.writeString(writing.resolve("somebody's own"), "text");
        // of an earlier process that had this one's number, as in a container
        Path earlier = Files.writeString(writing.resolve(ProcessHandle.current().pid() + "-78.part"), "half");
        Files.setLastModifiedTime(earlier, FileTime.from(Instant.now().minusSeconds(1_000_000)));

        cache.removeLeftovers();

        assertEquals(Stream.of(own, "somebody's own").sorted().toList(), parts());
        assertArrayEquals(new byte[] {1, 2, 3}, cache.read(KEY, 3).orElseThrow());
    }

    @Test
    void anEntryLeavesNothingBesideIt() throws IOException {
        FeatureCache cache = new FeatureCache(temporary);
        cache.write(KEY, new byte[] {1});
        assertEquals(List.of(), parts());
        try (Stream<Path> files = Files.walk(temporary)) {
            assertEquals(1, files.filter(Files::isRegularFile).count());
        }
    }
}
