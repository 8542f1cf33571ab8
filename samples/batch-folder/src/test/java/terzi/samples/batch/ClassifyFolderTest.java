package terzi.samples.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassifyFolderTest {

    private static final Path CLASSIFIER = Path.of("../../models/fashion-mnist-deep/classifier.onnx");

    @TempDir
    Path folder;

    @Test
    void everyFileBecomesARowInOrder() throws Exception {
        Path images = Files.createDirectories(folder.resolve("images/more"));
        for (String name : List.of("ankle-boot.png", "bag.png", "trouser.png")) {
            Files.copy(Path.of("../images").resolve(name), images.resolve(name));
        }
        Files.writeString(images.resolveSibling("note, read me.jpg"), "<html>no image</html>");
        Path table = folder.resolve("table.csv");

        int failed = ClassifyFolder.run(CLASSIFIER, images.getParent(), table);

        assertEquals(1, failed);
        List<String> lines = Files.readAllLines(table);
        assertEquals("file,label,probability,problem", lines.get(0));
        assertTrue(lines.get(1).startsWith("more/ankle-boot.png,Ankle boot,"), lines.get(1));
        assertTrue(lines.get(2).startsWith("more/bag.png,Bag,"), lines.get(2));
        assertTrue(lines.get(3).startsWith("more/trouser.png,Trouser,"), lines.get(3));
        assertTrue(lines.get(4).startsWith("\"note, read me.jpg\",,,"), lines.get(4));
        assertTrue(lines.get(4).contains("found a web page"), lines.get(4));
        assertEquals(5, lines.size());
        assertFalse(Files.exists(folder.resolve("table.csv.part")));
    }
}
