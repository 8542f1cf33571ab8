import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Area;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.RoundRectangle2D;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.imageio.ImageIO;

/**
 * Draws the clothes beside this file: gray on black, upright, filling the frame, as the images of Fashion-MNIST do.
 *
 * <p>Run from this folder with {@code java DrawClothes.java}. The drawings are the project's own and fall under its licence.
 */
public final class DrawClothes {
    /** Side of an image in pixels; coordinates below are in units of 1/28 of it. */
    private static final int SIDE = 140;

    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args.length > 0 ? args[0] : ".");
        Files.createDirectories(folder);
        for (Map.Entry<String, Shape[]> item : clothes().entrySet()) {
            ImageIO.write(draw(item.getValue()), "png", folder.resolve(item.getKey() + ".png").toFile());
        }
    }

    /** File name to shapes: the first is the garment, the others are drawn on it as dark seams. */
    private static Map<String, Shape[]> clothes() {
        Map<String, Shape[]> all = new LinkedHashMap<>();
        all.put("trouser", new Shape[] {
            polygon(9, 0, 19, 0, 20.5, 14, 20, 28, 15.2, 28, 14.2, 9, 13.6, 9, 12.8, 28, 8, 28, 7.6, 14),
            polygon(9, 1.6, 19, 1.6, 19, 2, 9, 2)
        });
        all.put("t-shirt", new Shape[] {
            polygon(9, 1, 12, 2.6, 16, 2.6, 19, 1, 24, 3.5, 27, 10, 22.5, 12, 21, 9.5, 21.3, 27, 6.7, 27, 7, 9.5, 5.5, 12,
                    1, 10, 4, 3.5)
        });
        all.put("pullover", new Shape[] {
            polygon(10, 1, 18, 1, 22.5, 3.5, 25.5, 14, 27, 26, 23, 26.8, 21, 14, 21, 26.5, 7, 26.5, 7, 14, 5, 26.8, 1, 26,
                    2.5, 14, 5.5, 3.5),
            polygon(7, 24.6, 21, 24.6, 21, 25, 7, 25)
        });
        Area bag = new Area(new RoundRectangle2D.Double(1, 11, 26, 15.5, 3, 3));
        Area handle = new Area(new Ellipse2D.Double(6, 2, 16, 19));
        handle.subtract(new Area(new Ellipse2D.Double(8, 4.2, 12, 16)));
        bag.add(handle);
        all.put("bag", new Shape[] {bag, polygon(1.5, 15.6, 26.5, 15.6, 26.5, 16, 1.5, 16)});
        all.put("ankle-boot", new Shape[] {
            polygon(14, 3, 26, 3, 25.6, 12, 26.6, 24, 21.5, 24, 21, 21.6, 12, 24, 1, 24, 1, 20.5, 5, 17.5, 11, 14.5, 14, 9),
            polygon(1, 22.2, 20, 21.4, 20, 21.8, 1, 22.6)
        });
        return all;
    }

    private static BufferedImage draw(Shape[] shapes) {
        BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
        Graphics2D graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        graphics.transform(AffineTransform.getScaleInstance(SIDE / 28.0, SIDE / 28.0));
        graphics.setPaint(new GradientPaint(0, 0, new Color(225, 225, 225), 28, 28, new Color(165, 165, 165)));
        graphics.fill(shapes[0]);
        graphics.setStroke(new BasicStroke(0.4f));
        graphics.setPaint(new Color(110, 110, 110));
        graphics.draw(shapes[0]);
        for (int i = 1; i < shapes.length; i++) {
            graphics.fill(shapes[i]);
        }
        graphics.dispose();
        return image;
    }

    private static Path2D polygon(double... xy) {
        Path2D path = new Path2D.Double();
        path.moveTo(xy[0], xy[1]);
        for (int i = 2; i < xy.length; i += 2) {
            path.lineTo(xy[i], xy[i + 1]);
        }
        path.closePath();
        return path;
    }
}
