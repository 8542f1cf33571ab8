package terzi.runs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StorageTest {
    @TempDir
    Path temporary;

    @Test
    void onlyFoldersThatHoldLibrariesAreLeftBehind() throws IOException {
        Files.createDirectory(temporary.resolve("onnxruntime-java1")); // as after an orderly end
        Files.createFile(
                Files.createDirectory(temporary.resolve("onnxruntime-java2")).resolve("libonnxruntime.so"));
        Files.createFile(Files.createDirectory(temporary.resolve("photos")).resolve("1.png"));
        assertEquals(1, Storage.leftovers(temporary));
    }
}
