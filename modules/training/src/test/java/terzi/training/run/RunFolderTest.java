package terzi.training.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import terzi.files.RunFile;

class RunFolderTest {
    @TempDir
    Path temporary;

    @Test
    void aSecondRunGetsANameOfItsOwn() throws IOException {
        assertEquals("shoes", name(RunFolder.create(temporary, "train", "shoes")));
        assertEquals("shoes-2", name(RunFolder.create(temporary, "train", "shoes")));
        assertEquals("shoes-3", name(RunFolder.create(temporary, "train", "shoes")));
        assertTrue(Files.isDirectory(temporary.resolve("train/shoes-2")));
    }

    @Test
    void runsThatStartTogetherNeverShareAFolder() {
        Set<Path> folders = ConcurrentHashMap.newKeySet();
        IntStream.range(0, 32).parallel().forEach(i -> {
            try {
                folders.add(RunFolder.create(temporary, "train", "x").path());
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        assertEquals(32, folders.size());
    }

    @Test
    void aFileInTheWayIsNamed() throws IOException {
        Files.writeString(temporary.resolve("train"), "not a folder");
        IOException e = assertThrows(IOException.class, () -> RunFolder.create(temporary, "train", "x"));
        assertTrue(e.getMessage().contains("a file is in the way"), e.getMessage());
    }

    @Test
    void aReadOnlyFolderIsExplained() {
        IOException e = RunFolder.explained("cannot write x", new AccessDeniedException("x"));
        assertTrue(e.getMessage().contains("read-only"), e.getMessage());
    }

    @Test
    void aFullDiskIsExplained() {
        IOException e = RunFolder.explained("cannot write x", new IOException("No space left on device"));
        assertTrue(e.getMessage().contains("no space is left"), e.getMessage());
    }

    @Test
    void aHistoryThatCannotBeReplacedIsNamedAndStays() throws IOException {
        History.begin(temporary, List.of());
        Path file = temporary.resolve("training_history.csv");
        Files.delete(file);
        Files.createDirectories(file.resolve("in the way"));
        IOException e = assertThrows(
                IOException.class, () -> History.begin(temporary, List.of(new Epoch(1, 1, 1, 1, 1, 1, 1))));
        assertTrue(e.getMessage().startsWith("cannot write " + file), e.getMessage());
        try (var files = Files.list(temporary)) {
            assertEquals(List.of(file), files.toList(), "nothing half-written is left");
        }
    }

    @Test
    void aNameThatIsAPathIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> RunFolder.create(temporary, "train", "../x"));
    }

    @Test
    void aTextFileIsReplacedAtOnce() throws IOException {
        RunFolder folder = RunFolder.create(temporary, "train", "x");
        folder.write(RunFile.ARGUMENTS, "a: 1\n");
        folder.write(RunFile.ARGUMENTS, "a: 2\n");
        assertEquals("a: 2\n", Files.readString(folder.path().resolve("args.yaml")));
        assertFalse(Files.exists(folder.path().resolve(".args.yaml.part")));
    }

    private static String name(RunFolder folder) {
        return String.valueOf(folder.path().getFileName());
    }
}
