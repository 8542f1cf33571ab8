package terzi.evaluation.report;

import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import terzi.files.WholeFile;
import terzi.images.SignedPng;

/** How figures come onto paper. */
final class Drawing {
    /** Pixels in a file for each pixel of a usual screen, so that print and fine screens stay sharp. */
    private static final int SCALE = 2;

    private static final boolean FONTS = findFonts();

    private Drawing() {}

    /** Whether texts can be drawn; a Java without any font, as in some containers, cannot. */
    static boolean hasFonts() {
        return FONTS;
    }

    private static boolean findFonts() {
        Graphics2D graphics = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics();
        try {
            return graphics.getFontMetrics(font(Font.PLAIN, 12)).stringWidth("report") > 0;
        } catch (RuntimeException | InternalError | LinkageError e) {
            return false;
        } finally {
            graphics.dispose();
        }
    }

    static Font font(int style, int size) {
        return new Font(Font.SANS_SERIF, style, size);
    }

    /** The text, or as much of its beginning as has room, with an ellipsis. */
    static String fitted(FontMetrics metrics, String text, int room) {
        if (metrics.stringWidth(text) <= room) {
            return text;
        }
        int end = text.length();
        do {
            end = text.offsetByCodePoints(end, -1);
        } while (end > 0 && metrics.stringWidth(text.substring(0, end) + "…") > room);
        return text.substring(0, end) + "…";
    }

    static void smooth(Graphics2D graphics) {
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
    }

    static BufferedImage image(Figure figure) {
        BufferedImage image =
                new BufferedImage(figure.width() * SCALE, figure.height() * SCALE, BufferedImage.TYPE_3BYTE_BGR);
        Graphics2D graphics = image.createGraphics();
        try {
            smooth(graphics);
            graphics.setColor(Palette.LIGHT.paper());
            graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
            graphics.scale(SCALE, SCALE);
            figure.paint(graphics, Palette.LIGHT);
        } finally {
            graphics.dispose();
        }
        return image;
    }

    static void writePng(Figure figure, Path target) throws IOException {
        BufferedImage image = image(figure);
        WholeFile.bytes(target, out -> SignedPng.write(image, out));
    }
}
