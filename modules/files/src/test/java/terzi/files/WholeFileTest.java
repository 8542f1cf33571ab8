package terzi.files;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFileTest {
    @TempDir
    Path folder;

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void textIsUtf8AndBytesAreAsTheyWere() throws IOException {
        WholeFile.text(folder.resolve("a.txt"), out -> out.write("ü猫\n"));
        assertArrayEquals(
                new byte[] {(byte) 0xc3, (byte) 0xbc, (byte) 0xe7, (byte) 0x8c, (byte) 0xab, 10},
                Files.readAllBytes(folder.resolve("a.txt")));
        WholeFile.bytes(folder.resolve("b.bin"), out -> out.write(new byte[] {0, -1, 5}));
        assertArrayEquals(new byte[] {0, -1, 5}, Files.readAllBytes(folder.resolve("b.bin")));
        assertEquals(List.of("a.txt", "b.bin"), names());
    }

    @Test
    void whileItIsWrittenTheOldFileIsStillThere() throws IOException {
        Path file = Files.writeString(folder.resolve("a"), "old");
        WholeFile.text(file, out -> {
            out.write("new");
            out.flush();
            assertEquals("old", Files.readString(file));
            assertTrue(names().get(0).matches("\\.a\\.[0-9a-f-]{36}\\.part"), names().get(0));
        });
        assertEquals("new", Files.readString(file));
        WholeFile.bytes(file, out -> {
            out.write('x');
            assertEquals("new", Files.readString(file));
            assertTrue(names().get(0).matches("\\.a\\.[0-9a-f-]{36}\\.part"), names().get(0));
        });
        assertEquals("x", Files.readString(file));
    }

    @Test
    void aCheckSeesTheWholeFileBeforeTheOthersDo() throws IOException {
        Path file = Files.writeString(folder.resolve("a"), "old");
        assertEquals(3L, WholeFile.checked(file, out -> out.write(new byte[3]), Files::size));
        assertEquals(3, Files.size(file));
        IOException bad = assertThrows(
                IOException.class,
                () -> WholeFile.checked(file, out -> out.write(1), written -> {
                    throw new IOException("refused");
                }));
        assertEquals("refused", bad.getMessage());
        assertEquals(3, Files.size(file));
        assertEquals(List.of("a"), names());
    }

    @Test
    void contentMayCloseItsStream() throws IOException {
        Path text = folder.resolve("a.txt");
        WholeFile.text(text, out -> {
            try (out) {
                out.write("ü");
            }
        });
        assertEquals("ü", Files.readString(text));
        WholeFile.bytes(text, out -> {
            try (var buffered = new BufferedOutputStream(out)) {
                buffered.write(new byte[100_000]);
            }
        });
        assertEquals(100_000, Files.size(text));
    }

    @Test
    void contentMayBeWrittenAtAnyPlace() throws IOException {
        Path file = folder.resolve("a");
        assertEquals("done", WholeFile.channel(file, channel -> {
            channel.write(ByteBuffer.wrap(new byte[] {7}), 2);
            channel.write(ByteBuffer.wrap(new byte[] {5}), 0);
            return "done";
        }));
        assertArrayEquals(new byte[] {5, 0, 7}, Files.readAllBytes(file));
        assertEquals(List.of("a"), names());
    }

    @Test
    void aFileOrAFolderIsRenamedAndOnlyAFileIsReplaced() throws IOException {
        Path a = Files.writeString(folder.resolve("a"), "a");
        Path b = Files.writeString(folder.resolve("b"), "b");
        WholeFile.move(a, b);
        assertEquals("a", Files.readString(b));
        Path full = Files.createDirectory(folder.resolve("full"));
        Files.writeString(full.resolve("x"), "x");
        Path moved = folder.resolve("moved");
        WholeFile.move(full, moved);
        assertEquals("x", Files.readString(moved.resolve("x")));
        assertThrows(IOException.class, () -> WholeFile.move(b, moved));
        assertEquals(List.of("b", "moved"), names());
    }

    @Test
    void whatBreaksInTheMiddleLeavesTheOldFileAndNoPart() throws IOException {
        Path file = Files.writeString(folder.resolve("a"), "old");
        IOException full = assertThrows(
                IOException.class,
                () -> WholeFile.text(file, out -> {
                    out.write("half");
                    throw new IOException("disk full");
                }));
        assertEquals("disk full", full.getMessage());
        assertThrows(
                IllegalStateException.class,
                () -> WholeFile.bytes(file, out -> {
                    out.write(1);
                    throw new IllegalStateException();
                }));
        assertEquals("old", Files.readString(file));
        assertEquals(List.of("a"), names());
        assertFalse(Files.exists(folder.resolve("b")));
        assertTrue(Files.exists(file));
    }
}
