package terzi.runs;

import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import terzi.files.WholeFile;
import terzi.images.SignedPng;

/** Drawing and saving, the same for every image that a command makes. */
final class Canvas {
    static final Color PAPER = Color.WHITE;
    static final Color INK = new Color(0x1a1a1f);
    static final Color FAINT = new Color(0x6a6a74);

    private static final boolean FONTS = findFonts();

    private Canvas() {}

    static Graphics2D graphics(BufferedImage image) {
        Graphics2D graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        return graphics;
    }

    static Font font(int style, int size) {
        return new Font(Font.SANS_SERIF, style, size);
    }

    /** Whether texts can be drawn; a Java without any font, as in some containers, cannot. */
    static boolean hasFonts() {
        return FONTS;
    }

    private static boolean findFonts() {
        Graphics2D graphics = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics();
        try {
            return graphics.getFontMetrics(font(Font.PLAIN, 12)).stringWidth("heat") > 0;
        } catch (RuntimeException | InternalError | LinkageError e) {
            return false;
        } finally {
            graphics.dispose();
        }
    }

    /** A text in the place from x to {@code x + room}, cut at its end where it is too long. */
    static void text(Graphics2D graphics, String text, int x, int baseline, int room) {
        if (FONTS) {
            graphics.drawString(fitted(graphics.getFontMetrics(), text, room), x, baseline);
        }
    }

    /** How wide a text is in the graphics' font; 0 without fonts. */
    static int width(Graphics2D graphics, String text) {
        return FONTS ? graphics.getFontMetrics().stringWidth(text) : 0;
    }

    private static String fitted(FontMetrics metrics, String text, int room) {
        if (metrics.stringWidth(text) <= room) {
            return text;
        }
        int end = text.length();
        while (end > 0 && metrics.stringWidth(text.substring(0, end) + "…") > room) {
            end--;
        }
        return text.substring(0, end) + "…";
    }

    /** Writes a PNG beside the target first, so that the target is complete or not there. */
    static void save(BufferedImage image, Path target) throws IOException {
        Path folder = target.toAbsolutePath().getParent();
        if (folder == null || Files.isDirectory(target)) {
            throw new IOException(target + ": is a folder; name the PNG file to write");
        }
        Files.createDirectories(folder);
        WholeFile.bytes(target, out -> SignedPng.write(image, out));
    }
}
