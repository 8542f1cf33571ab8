package terzi.training.finetune;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import terzi.files.Sha256;

class FeatureCacheTest {
    @TempDir
    Path folder;

    private static FeatureCache.Key key(String image) {
        return new FeatureCache.Key(Sha256.ofText("frozen"), Sha256.ofText("view"), Sha256.ofText(image));
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    @Test
    void givesBackWhatWasWrittenAndNothingElse() throws IOException {
        FeatureCache cache = new FeatureCache(folder);
        assertTrue(cache.read(key("a"), 3).isEmpty());
        cache.write(key("a"), new byte[] {1, 2, 3});
        assertTrue(cache.has(key("a"), 3));
        assertArrayEquals(new byte[] {1, 2, 3}, cache.read(key("a"), 3).orElseThrow());
        assertFalse(cache.has(key("b"), 3));
        assertTrue(cache.read(key("a"), 4).isEmpty());
    }

    @Test
    void takesADamagedEntryForAMissingOne() throws IOException {
        FeatureCache cache = new FeatureCache(folder);
        cache.write(key("a"), new byte[100]);
        Path file = files().get(0);
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 1] ^= 1;
        Files.write(file, bytes);
        assertTrue(cache.read(key("a"), 100).isEmpty());
        Files.write(file, new byte[0]);
        assertTrue(cache.read(key("a"), 100).isEmpty());
        cache.write(key("a"), new byte[100]);
        assertTrue(cache.read(key("a"), 100).isPresent());
    }

    @Test
    void tellsItsSizeAndCanBeCleared() throws IOException {
        FeatureCache cache = new FeatureCache(folder);
        assertEquals(0, cache.sizeBytes());
        cache.write(key("a"), new byte[1000]);
        cache.write(key("b"), new byte[1000]);
        assertTrue(cache.sizeBytes() >= 2000 && cache.sizeBytes() < 2200, "" + cache.sizeBytes());
        cache.clear();
        assertEquals(0, cache.sizeBytes());
        assertFalse(Files.exists(cache.folder()));
        cache.clear();
    }

    @Test
    void severalRunsMayWriteTheSameEntries() throws Exception {
        ExecutorService runs = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int run = 0; run < 4; run++) {
                all.add(runs.submit(() -> {
                    FeatureCache cache = new FeatureCache(folder);
                    for (int i = 0; i < 50; i++) {
                        cache.write(key("p" + i), new byte[500 + i]);
                        assertTrue(cache.read(key("p" + i), 500 + i).isPresent());
                    }
                    return null;
                }));
            }
            for (Future<?> run : all) {
                run.get();
            }
        } finally {
            runs.shutdownNow();
        }
        assertEquals(50, files().size());
    }
}
