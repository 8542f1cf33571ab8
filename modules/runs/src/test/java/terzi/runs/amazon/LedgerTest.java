package terzi.runs.amazon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerTest {

    @TempDir
    Path folder;

    private Ledger open() throws IOException {
        return Ledger.open(folder.resolve("list.csv"), "asin", "reason");
    }

    @Test
    void anyValueIsReadBackAndStaysOnItsLine() throws IOException {
        open().add("A1", "no image, \"not\" one");
        open().add("A2", "two\r\nlines\tand a tab");
        open().add("A3", 17);
        assertEquals(
                List.of(
                        List.of("A1", "no image, \"not\" one"),
                        List.of("A2", "two lines and a tab"),
                        List.of("A3", "17")),
                open().rows());
        assertEquals(
                List.of("asin,reason", "A1,\"no image, \"\"not\"\" one\"", "A2,two lines and a tab", "A3,17"),
                Files.readAllLines(folder.resolve("list.csv")));
    }

    /** Also of one that was torn inside of quotes. */
    @Test
    void whatIsLeftOfATornLineIsCutOff() throws IOException {
        open().add("A1", "a, b");
        Path file = folder.resolve("list.csv");
        String whole = Files.readString(file);
        for (int length = whole.lastIndexOf('A'); length < whole.length(); length++) {
            Files.writeString(file, whole + whole.substring(whole.lastIndexOf('A'), length));
            Ledger again = open();
            assertEquals(List.of(List.of("A1", "a, b")), again.rows());
            again.add("A2", "c");
            assertEquals(List.of(List.of("A1", "a, b"), List.of("A2", "c")), again.rows());
        }
    }

    @Test
    void linesWithMoreOrFewerValuesAreLeftOut() throws IOException {
        open().add("A1", "a");
        Files.writeString(folder.resolve("list.csv"), "A2\nA3,a,b\nA4,a\n", StandardOpenOption.APPEND);
        assertEquals(List.of(List.of("A1", "a"), List.of("A4", "a")), open().rows());
    }

    @Test
    void anotherFileIsRefused() throws IOException {
        Files.writeString(folder.resolve("list.csv"), "other,header\n");
        String message = assertThrows(IOException.class, this::open).getMessage();
        assertTrue(message.contains("expected a list with the header 'asin,reason'"), message);
    }
}
