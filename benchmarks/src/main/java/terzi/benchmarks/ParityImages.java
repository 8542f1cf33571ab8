package terzi.benchmarks;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/** The images of the parity suite: drawn ones that are committed, and large ones that are drawn when needed. */
final class ParityImages {

    private static final Path DRAWN = Path.of("benchmarks/parity/images");

    private static final List<String> SAMPLES = List.of(
            "images/ankle-boot.png",
            "images/bag.png",
            "images/trouser.png",
            "products-new/All_Beauty/lipstick-4.jpg",
            "products-new/Digital_Music/vinyl-4.jpg",
            "products-new/Health_and_Personal_Care/pill-bottle-4.jpg");

    private ParityImages() {}

    /**
     * Name and file of each image.
     *
     * @param root of the repository
     * @param folder where large images are drawn, unless they are there
     */
    static Map<String, Path> all(Path root, Path folder) throws IOException {
        Map<String, Path> images = new LinkedHashMap<>();
        try (Stream<Path> files = Files.list(root.resolve(DRAWN))) {
            files.sorted().forEach(file -> images.put(String.valueOf(file.getFileName()), file));
        }
        for (String sample : SAMPLES) {
            images.put("samples/" + sample, root.resolve("samples").resolve(sample));
        }
        images.put("drawn/size-6000x4000.png", large(folder.resolve("size-6000x4000.png"), 6000, 4000));
        images.put("drawn/size-9000x7.png", large(folder.resolve("size-9000x7.png"), 9000, 7));
        return images;
    }

    /** Waves of colour, the same on every machine; the pixels count, a PNG's bytes may differ. */
    private static Path large(Path file, int width, int height) throws IOException {
        if (Files.exists(file)) {
            return file;
        }
        Files.createDirectories(file.toAbsolutePath().getParent());
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
        byte[] bgr = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
        for (int y = 0, i = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                bgr[i++] = (byte) wave((x * y) >> 13);
                bgr[i++] = (byte) wave((x + 3 * y) >> 4);
                bgr[i++] = (byte) wave((2 * x + y) >> 5);
            }
        }
        ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try (ImageOutputStream out = ImageIO.createImageOutputStream(part.toFile())) {
            ImageWriteParam fast = writer.getDefaultWriteParam();
            fast.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            fast.setCompressionQuality(0.9f);
            writer.setOutput(out);
            writer.write(null, new IIOImage(image, null, null), fast);
        } finally {
            writer.dispose();
        }
        return Files.move(part, file);
    }

    /** Up from 0 to 255 and down again. */
    private static int wave(int at) {
        return (at & 256) == 0 ? at & 255 : 255 - (at & 255);
    }
}
