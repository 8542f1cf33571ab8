package terzi.evaluation.report;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import terzi.images.Image;
import terzi.images.Resize;

/**
 * An image, small enough to be part of the page.
 *
 * @param address the image as a {@code data:} address
 * @param isTiny whether it keeps its pixels, which are then left visible
 */
record Thumbnail(String address, boolean isTiny) {
    static final int LONGEST_EDGE = 160;

    /** Images up to this size keep their pixels. */
    private static final int TINY = 64;

    private static final float QUALITY = 0.85f;

    static Image reduced(Image image) {
        double scale = (double) LONGEST_EDGE / Math.max(image.width(), image.height());
        return scale >= 1
                ? image
                : Resize.resize(image, Math.max(1, (int) Math.round(image.width() * scale)), Math.max(1, (int)
                        Math.round(image.height() * scale)));
    }

    static boolean isTiny(Image image) {
        return Math.max(image.width(), image.height()) <= TINY;
    }

    static Thumbnail of(Image image) throws IOException {
        Image small = reduced(image);
        boolean png = isTiny(small);
        byte[] bytes = png ? png(small.toBufferedImage()) : jpeg(small.toBufferedImage());
        return new Thumbnail(
                "data:image/" + (png ? "png" : "jpeg") + ";base64,"
                        + Base64.getEncoder().encodeToString(bytes),
                isTiny(image));
    }

    private static byte[] png(BufferedImage image) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(image, "png", out);
        return out.toByteArray();
    }

    private static byte[] jpeg(BufferedImage image) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
            ImageWriteParam how = writer.getDefaultWriteParam();
            how.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            how.setCompressionQuality(QUALITY);
            writer.setOutput(out);
            writer.write(null, new IIOImage(image, null, null), how);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }
}
