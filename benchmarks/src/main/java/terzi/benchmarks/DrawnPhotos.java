package terzi.benchmarks;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.SplittableRandom;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import terzi.images.Image;
import terzi.images.Resize;

/** JPEG files that cost a decoder about what photos cost: noise of every scale, stronger where it is coarser. */
final class DrawnPhotos {

    private static final float QUALITY = 0.85f;

    private DrawnPhotos() {}

    /** Draws what is not there yet. */
    static void draw(Path folder, int width, int height, int count) throws IOException {
        Files.createDirectories(folder);
        for (int i = 0; i < count; i++) {
            Path file = folder.resolve("photo-%03d.jpg".formatted(i));
            if (!Files.exists(file)) {
                write(photo(width, height, i), file);
            }
        }
    }

    static Image photo(int width, int height, int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int[] sum = new int[width * height * 3];
        int weight = 96;
        for (int cells = 4; cells <= height; cells *= 2, weight = weight * 5 / 8) {
            int across = Math.min(width, cells * width / height + 1);
            byte[] noise = new byte[across * Math.min(height, cells) * 3];
            random.nextBytes(noise);
            byte[] layer = Resize.resize(new Image(across, Math.min(height, cells), 3, noise), width, height)
                    .pixels();
            for (int i = 0; i < sum.length; i++) {
                sum[i] += ((layer[i] & 0xff) - 128) * weight;
            }
        }
        byte[] pixels = new byte[sum.length];
        for (int i = 0; i < sum.length; i++) {
            pixels[i] = (byte) Math.max(0, Math.min(255, 128 + sum[i] / 128));
        }
        return new Image(width, height, 3, pixels);
    }

    private static void write(Image image, Path file) throws IOException {
        BufferedImage buffered = image.toBufferedImage();
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try (ImageOutputStream out = ImageIO.createImageOutputStream(part.toFile())) {
            ImageWriteParam parameters = writer.getDefaultWriteParam();
            parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            parameters.setCompressionQuality(QUALITY);
            writer.setOutput(out);
            writer.write(null, new IIOImage(buffered, null, null), parameters);
        } finally {
            writer.dispose();
        }
        Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    }
}
