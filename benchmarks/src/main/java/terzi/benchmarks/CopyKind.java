package terzi.benchmarks;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import terzi.images.Image;
import terzi.images.ImageDecoder;
import terzi.images.Resize;

/** What happens to an image on its way into a dataset for the second time. */
enum CopyKind {
    JPEG_95("JPEG 95"),
    JPEG_75("JPEG 75"),
    JPEG_50("JPEG 50"),
    JPEG_30("JPEG 30"),
    DOUBLE("2 x larger"),
    HALF("half, JPEG 75"),
    SHRUNK("37 %, JPEG 50"),
    CUT("2 % cut off each edge"),
    GAMMA("other gamma");

    final String text;

    CopyKind(String text) {
        this.text = text;
    }

    Image of(Image image) throws IOException {
        int w = image.width();
        int h = image.height();
        return switch (this) {
            case JPEG_95 -> compressed(image, 0.95f);
            case JPEG_75 -> compressed(image, 0.75f);
            case JPEG_50 -> compressed(image, 0.5f);
            case JPEG_30 -> compressed(image, 0.3f);
            case DOUBLE -> drawn(image, 0, 0, 2 * w, 2 * h);
            case HALF -> compressed(Resize.resize(image, Math.max(1, w / 2), Math.max(1, h / 2)), 0.75f);
            case SHRUNK -> compressed(Resize.resize(image, Math.max(1, w * 37 / 100), Math.max(1, h * 37 / 100)), 0.5f);
            case CUT -> drawn(image, Math.max(1, Math.round(0.02f * w)), Math.max(1, Math.round(0.02f * h)), 0, 0);
            case GAMMA -> gamma(image);
        };
    }

    /** Cut by so many pixels at each edge, then, where a size is given, resized. */
    private static Image drawn(Image image, int cutX, int cutY, int toWidth, int toHeight) {
        BufferedImage from = image.toBufferedImage();
        int w = toWidth == 0 ? image.width() - 2 * cutX : toWidth;
        int h = toHeight == 0 ? image.height() - 2 * cutY : toHeight;
        BufferedImage to = new BufferedImage(
                w, h, image.channels() == 1 ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_3BYTE_BGR);
        Graphics2D pen = to.createGraphics();
        pen.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
        pen.drawImage(from, 0, 0, w, h, cutX, cutY, image.width() - cutX, image.height() - cutY, null);
        pen.dispose();
        return Image.of(to);
    }

    private static Image gamma(Image image) {
        byte[] pixels = image.pixels().clone();
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) Math.round(255 * Math.pow((pixels[i] & 0xff) / 255.0, 1.15));
        }
        return new Image(image.width(), image.height(), image.channels(), pixels);
    }

    private static Image compressed(Image image, float quality) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ImageWriteParam how = writer.getDefaultWriteParam();
        how.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        how.setCompressionQuality(quality);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.write(null, new IIOImage(image.toBufferedImage(), null, null), how);
        }
        writer.dispose();
        return ImageDecoder.read(bytes.toByteArray(), "a copy");
    }
}
