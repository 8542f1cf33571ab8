package terzi.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import terzi.files.FileNames;
import terzi.images.Image;

/** File names that are not UTF-8, as archives and old disks have them; Latin-1's é is the byte E9. */
class FileNamesTest {
    @TempDir
    private Path root;

    private static byte[] image() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(new Image(4, 4, 3, new byte[48]).toBufferedImage(), "png", out);
        return out.toByteArray();
    }

    /** A path with bytes written as %E9. */
    private Path raw(String encoded) {
        try {
            return Path.of(URI.create(root.toUri() + encoded));
        } catch (IllegalArgumentException e) {
            return root;
        }
    }

    @BeforeEach
    void requireRawNames() throws IOException {
        Path file = raw("probe%E9");
        boolean possible;
        try {
            Files.createFile(file);
            possible = file.toString().endsWith("probe\ufffd");
            Files.delete(file);
        } catch (IOException e) {
            possible = false; // macOS refuses such names
        }
        assumeTrue(possible, "this file system or locale has no names that are not UTF-8");
    }

    @Test
    void aByteThatIsNotUtf8IsWrittenInHexadecimalAndLeadsBack() throws IOException {
        Path e9 = Files.createFile(raw("caf%E9%20%C3%A9.png"));
        Path e8 = Files.createFile(raw("caf%E8%20%C3%A9.png"));
        assertEquals(e8.toString(), e9.toString(), "Java shows both alike");
        assertEquals(root + "/caf\\xE9 é.png", FileNames.text(e9));
        assertEquals("caf\\xE8 é.png", FileNames.last(e8));
        assertEquals(e9, FileNames.resolve(root, "caf\\xE9 é.png"));
        assertEquals(e8, FileNames.resolve(FileNames.text(e8)));
    }

    @Test
    void whatJavaShowsLeadsToTheOnlyFileOfThatName() throws IOException {
        Path folder = Files.createDirectories(raw("d%E9p%F4t"));
        Path file = Files.createFile(folder.resolve("plain.png"));
        assertEquals(file, FileNames.resolve(root, "d\ufffdp\ufffdt/plain.png"));
    }

    @Test
    void aNameWithABackslashStaysItself() throws IOException {
        Path literal = Files.createFile(root.resolve("a\\xE9.png"));
        Files.createFile(raw("a%E9.png"));
        assertEquals(literal, FileNames.resolve(root, "a\\xE9.png"));
        assertEquals(root.resolve("gone\\xE9.png"), FileNames.resolve(root, "gone\\xE9.png"));
    }

    @Test
    void dataSetsReadThemAndTheirListsFindThemAgain() throws IOException {
        for (String name : List.of("caf%E9/1%FF.png", "caf%E9/2.png", "caf%E8/1.png", "caf%E8/2.png")) {
            Path file = raw(name);
            Files.createDirectories(file.getParent());
            Files.write(file, image());
        }
        DatasetOptions options = DatasetOptions.defaults().withHeldOut(0, 0);
        DatasetSplits splits = Datasets.open(root.toString(), options);
        assertEquals(List.of("caf\\xE8", "caf\\xE9"), splits.labels());
        assertEquals(4, splits.train().size());
        assertEquals(4, splits.train().image(2).width());
        assertTrue(
                splits.train().id(2).startsWith("caf\\xE9/1\\xFF"),
                splits.train().id(2));

        StringBuilder list = new StringBuilder("path,label\n");
        for (int i = 0; i < 4; i++) {
            list.append(splits.train().id(i)).append(",").append(i % 2).append("\n");
        }
        DatasetSplits listed =
                Datasets.open(Files.writeString(root.resolve("list.csv"), list).toString(), options);
        assertEquals(4, listed.train().size());
        assertNotEquals(listed.train().id(0), listed.train().id(2));
    }
}
