package terzi.samples.finetune;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import terzi.onnx.build.InputShape;
import terzi.onnx.build.Layer;
import terzi.onnx.build.Sequential;
import terzi.onnx.codec.ModelFile;

class FineTuneFolderTest {
    private static final int SIZE = 32;

    @TempDir
    Path folder;

    /** An image of one colour, darker and brighter in places. */
    private static Path image(Path file, int colour, long seed) throws IOException {
        Random random = new Random(seed);
        BufferedImage image = new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_INT_RGB);
        int left = random.nextInt(SIZE / 2);
        int top = random.nextInt(SIZE / 2);
        for (int y = 0; y < SIZE; y++) {
            for (int x = 0; x < SIZE; x++) {
                int base = x >= left && x < left + 12 && y >= top && y < top + 12 ? 90 : 20;
                image.setRGB(x, y, (base + random.nextInt(30)) * 0x010101 + (120 << 8 * colour));
            }
        }
        Files.createDirectories(file.getParent());
        ImageIO.write(image, "png", file.toFile());
        return file;
    }

    /** A small network with random weights: colours show even in what it computes. */
    private Path network() throws IOException {
        Path file = folder.resolve("network.onnx");
        ModelFile.write(
                Sequential.build(
                        new InputShape(3, SIZE, SIZE),
                        List.of(
                                new Layer.Conv2d(8, 3).withActivation(new Layer.Relu()),
                                new Layer.GlobalAveragePool(),
                                new Layer.Dense(5)),
                        3),
                file);
        return file;
    }

    @Test
    void aFolderBecomesAClassifierThatKnowsANewImage() throws IOException {
        for (int i = 0; i < 60; i++) {
            image(folder.resolve("photos/" + (i % 2 == 0 ? "red" : "blue") + "/" + i + ".png"), i % 2 == 0 ? 2 : 0, i);
        }
        Path fresh = image(folder.resolve("new/red.png"), 2, 1000);
        PrintStream console = System.out;
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        System.setOut(new PrintStream(output, true, StandardCharsets.UTF_8));
        try {
            FineTuneFolder.main(new String[] {
                folder.resolve("photos").toString(), fresh.toString(), network().toString()
            });
        } finally {
            System.setOut(console);
        }
        List<String> lines = output.toString(StandardCharsets.UTF_8).lines().toList();
        assertEquals(3, lines.size(), lines.toString());
        assertTrue(lines.get(0).matches("accuracy: [0-9.]+ % of \\d+ images correct \\(95 % interval .*\\)"), lines.get(0));
        Path report = Path.of(lines.get(1).substring("report: ".length()));
        assertTrue(Files.isRegularFile(report), lines.get(1));
        assertTrue(lines.get(2).startsWith(fresh + ": red "), lines.get(2));
        delete(report.toAbsolutePath().getParent());
    }

    /** The program keeps its run in the current folder, as it does for a reader. */
    private static void delete(Path run) throws IOException {
        try (var files = Files.walk(run)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
