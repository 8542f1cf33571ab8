package terzi.evaluation.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class FileLinkTest {
    private static String link(String folder, String file) {
        return FileLink.of(Path.of(folder), Path.of(file));
    }

    @Test
    void aLinkIsRelativeToTheFolderOfThePage() {
        assertEquals("../../data/cats/1.jpg", link("/home/me/runs/one", "/home/me/data/cats/1.jpg"));
        assertEquals("1.jpg", link("/home/me/runs/one", "/home/me/runs/one/1.jpg"));
        assertEquals("../../data/1.jpg", link("/home/me/runs/./one", "/home/me/x/../data/1.jpg"));
        assertEquals("../../data/1.jpg", link("runs/one", "data/1.jpg"));
    }

    /** What RFC 3986 reserves, and everything beyond ASCII, is written as the bytes of UTF-8. */
    @Test
    void everyCharacterThatMeansSomethingInAnAddressIsEncoded() {
        assertEquals("../a%20b/50%25%20%23%3F%26%27%22%3C%3Aw.png", link("/d/run", "/d/a b/50% #?&'\"<:w.png"));
        assertEquals("%E7%8C%AB/%C3%BC-_.~.JPG", link("/d", "/d/猫/ü-_.~.JPG"));
    }
}
