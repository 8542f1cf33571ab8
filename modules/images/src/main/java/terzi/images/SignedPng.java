package terzi.images;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageOutputStream;

/**
 * Writes the images that Terzi draws, as PNG with the text {@code Software: Terzi} (PNG specification, section 11.3.3.2), so
 * that they are not taken for data when they lie among it.
 */
public final class SignedPng {
    private static final String KEYWORD = "Software";
    private static final String PROGRAM = "Terzi";
    private static final String FORMAT = "javax_imageio_png_1.0";

    private SignedPng() {}

    /** {@return the type and content of the text chunk, by which these images are known again} */
    public static byte[] signature() {
        return ("tEXt" + KEYWORD + "\0" + PROGRAM).getBytes(StandardCharsets.ISO_8859_1);
    }

    /**
     * Writes an image as PNG.
     *
     * @param image image to write
     * @param out target, which is not closed
     * @throws IOException if the target fails
     */
    public static void write(BufferedImage image, OutputStream out) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
        try (ImageOutputStream stream = ImageIO.createImageOutputStream(out)) {
            IIOMetadata metadata =
                    writer.getDefaultImageMetadata(ImageTypeSpecifier.createFromRenderedImage(image), null);
            IIOMetadataNode entry = new IIOMetadataNode("tEXtEntry");
            entry.setAttribute("keyword", KEYWORD);
            entry.setAttribute("value", PROGRAM);
            IIOMetadataNode text = new IIOMetadataNode("tEXt");
            text.appendChild(entry);
            IIOMetadataNode root = new IIOMetadataNode(FORMAT);
            root.appendChild(text);
            metadata.mergeTree(FORMAT, root);
            writer.setOutput(stream);
            writer.write(null, new IIOImage(image, null, metadata), null);
        } finally {
            writer.dispose();
        }
    }
}
