package terzi.runs;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import terzi.inference.HeatMap;

/**
 * An image under its heat map, with the prediction below it.
 *
 * @param heat the image with its heat map
 * @param title the class and its probability
 * @param detail a second, smaller line
 */
record ExplainedImage(BufferedImage heat, String title, String detail) {
    private static final int LEAST_WIDTH = 420;
    private static final int LEGEND_WIDTH = 130;

    /** The image with its caption. */
    BufferedImage withCaption() {
        if (!Canvas.hasFonts()) {
            return heat;
        }
        int width = Math.max(LEAST_WIDTH, heat.getWidth());
        int size = Math.max(17, width / 36);
        int margin = size * 3 / 4;
        int height = heat.getHeight() + margin + size + size + margin + margin / 2;
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = Canvas.graphics(image);
        try {
            graphics.setColor(Canvas.PAPER);
            graphics.fillRect(0, 0, width, height);
            graphics.drawImage(heat, (width - heat.getWidth()) / 2, 0, null);
            int legendWidth = LEGEND_WIDTH * size / 17;
            int room = width - 3 * margin - legendWidth;
            int first = heat.getHeight() + margin + size * 4 / 5;
            graphics.setColor(Canvas.INK);
            graphics.setFont(Canvas.font(Font.BOLD, size));
            Canvas.text(graphics, title, margin, first, room);
            graphics.setColor(Canvas.FAINT);
            graphics.setFont(Canvas.font(Font.PLAIN, size * 7 / 10));
            Canvas.text(graphics, detail, margin, first + size * 6 / 5, room);
            legend(graphics, width - margin - legendWidth, first - size * 4 / 5, legendWidth, size);
        } finally {
            graphics.dispose();
        }
        return image;
    }

    private static void legend(Graphics2D graphics, int x, int y, int width, int size) {
        int height = size * 3 / 4;
        for (int i = 0; i < width; i++) {
            graphics.setColor(new Color(HeatMap.colour((i + 0.5) / width), true));
            graphics.fillRect(x + i, y, 1, height);
        }
        graphics.setColor(new Color(0xb8b8c0));
        graphics.drawRect(x, y, width - 1, height);
        graphics.setColor(Canvas.FAINT);
        graphics.setFont(Canvas.font(Font.PLAIN, size * 6 / 10));
        int baseline = y + height + size * 4 / 5;
        Canvas.text(graphics, "little", x, baseline, width);
        String much = "much";
        Canvas.text(graphics, much, x + width - graphics.getFontMetrics().stringWidth(much), baseline, width);
    }
}
