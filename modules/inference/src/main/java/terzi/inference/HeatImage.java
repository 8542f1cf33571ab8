package terzi.inference;

import java.awt.AlphaComposite;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Area;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import terzi.images.Image;
import terzi.images.Resize;

/** Lays a heat map over its image. */
final class HeatImage {
    private static final int LONGEST_EDGE = 1200;
    private static final int LEAST_EDGE = 480;

    /** Images up to this size are enlarged with their pixels left visible. */
    private static final int TINY = 64;

    /** Heat that the contour follows. */
    private static final double CONTOUR = 0.5;

    private static final int CONTOUR_STEP = 2;

    private HeatImage() {}

    /** The image in its own size, but small ones enlarged and large ones reduced to fit a screen. */
    static BufferedImage draw(Image image, HeatMap heat) {
        double scale = scale(Math.max(image.width(), image.height()));
        int width = Math.max(1, (int) Math.round(image.width() * scale));
        int height = Math.max(1, (int) Math.round(image.height() * scale));
        BufferedImage drawing = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = drawing.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        try {
            BufferedImage source = (scale < 1 ? Resize.resize(image, width, height) : image).toBufferedImage();
            graphics.setRenderingHint(
                    RenderingHints.KEY_INTERPOLATION,
                    Math.max(image.width(), image.height()) <= TINY
                            ? RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR
                            : RenderingHints.VALUE_INTERPOLATION_BICUBIC);
            graphics.drawImage(source, 0, 0, width, height, null);
            graphics.drawImage(overlay(heat, scale, width, height), 0, 0, null);
            darkenOutside(graphics, heat.view(), scale, width, height);
            if (!heat.isEmpty()) {
                contour(graphics, heat, scale, width, height);
            }
        } finally {
            graphics.dispose();
        }
        return drawing;
    }

    private static double scale(int longest) {
        if (longest > LONGEST_EDGE) {
            return (double) LONGEST_EDGE / longest;
        }
        double enlarged = (double) LEAST_EDGE / longest;
        return longest <= TINY ? Math.max(1, Math.rint(enlarged)) : Math.max(1, enlarged);
    }

    private static BufferedImage overlay(HeatMap heat, double scale, int width, int height) {
        BufferedImage overlay = new BufferedImage(width, height, BufferedImage.TYPE_INT_ARGB);
        int[] row = new int[width];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                row[x] = HeatColours.over(heat.at((x + 0.5) / scale, (y + 0.5) / scale));
            }
            overlay.setRGB(0, y, width, 1, row, 0, width);
        }
        return overlay;
    }

    /** What preprocessing cuts off, the network never saw. */
    private static void darkenOutside(Graphics2D graphics, HeatMap.View view, double scale, int width, int height) {
        Rectangle2D seen = new Rectangle2D.Double(
                view.left() * scale, view.top() * scale, view.width() * scale, view.height() * scale);
        Area outside = new Area(new Rectangle2D.Double(0, 0, width, height));
        outside.subtract(new Area(seen));
        if (outside.isEmpty()) {
            return;
        }
        graphics.setComposite(AlphaComposite.getInstance(AlphaComposite.SRC_OVER, 0.6f));
        graphics.setColor(Color.BLACK);
        graphics.fill(outside);
        graphics.setComposite(AlphaComposite.SrcOver);
    }

    /** The line around what is at least half as hot as the hottest place, by marching squares. */
    private static void contour(Graphics2D graphics, HeatMap heat, double scale, int width, int height) {
        Path2D line = new Path2D.Double();
        int columns = width / CONTOUR_STEP + 2;
        double[] above = new double[columns];
        double[] below = new double[columns];
        for (int y = -CONTOUR_STEP; y <= height; y += CONTOUR_STEP) {
            for (int c = 0; c < columns; c++) {
                above[c] = below[c];
                below[c] = heat.at(c * CONTOUR_STEP / scale, (y + CONTOUR_STEP) / scale) - CONTOUR;
            }
            for (int c = 0; c + 1 < columns && y >= 0; c++) {
                square(line, c * CONTOUR_STEP, y, new double[] {above[c], above[c + 1], below[c + 1], below[c]});
            }
        }
        graphics.setColor(new Color(0, 0, 0, 110));
        graphics.setStroke(new BasicStroke(4, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        graphics.draw(line);
        graphics.setColor(Color.WHITE);
        graphics.setStroke(new BasicStroke(1.8f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        graphics.draw(line);
    }

    /** @param corners values at top left, top right, bottom right and bottom left */
    private static void square(Path2D line, double x, double y, double[] corners) {
        double[][] places = {{x, y}, {x + CONTOUR_STEP, y}, {x + CONTOUR_STEP, y + CONTOUR_STEP}, {x, y + CONTOUR_STEP}
        };
        boolean drawing = false;
        for (int from = 0; from < 4; from++) {
            int to = (from + 1) % 4;
            if (corners[from] > 0 == corners[to] > 0) {
                continue;
            }
            double share = corners[from] / (corners[from] - corners[to]);
            double crossingX = places[from][0] + (places[to][0] - places[from][0]) * share;
            double crossingY = places[from][1] + (places[to][1] - places[from][1]) * share;
            if (drawing) {
                line.lineTo(crossingX, crossingY);
            } else {
                line.moveTo(crossingX, crossingY);
            }
            drawing = !drawing;
        }
    }
}
