package terzi.evaluation.report;

import java.awt.BasicStroke;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Locale;
import terzi.evaluation.Predictions;
import terzi.images.Image;

/** Images with their answers side by side: right ones in green, wrong ones in red. */
final class SampleSheet implements Figure {
    private static final int COLUMNS = 6;
    private static final int CELL = 130;
    private static final int GAP = 14;
    private static final int CAPTION = 40;

    private final Predictions predictions;
    private final List<Shown> shown;

    /** An image and its row. */
    record Shown(int row, Image image) {}

    SampleSheet(Predictions predictions, List<Shown> shown) {
        this.predictions = predictions;
        this.shown = List.copyOf(shown);
    }

    private int columns() {
        return Math.min(COLUMNS, shown.size());
    }

    @Override
    public int width() {
        return GAP + columns() * (CELL + GAP);
    }

    @Override
    public int height() {
        return GAP + (shown.size() + columns() - 1) / columns() * (CELL + CAPTION + GAP);
    }

    @Override
    public String description() {
        return shown.size() + " randomly drawn images with their predictions.";
    }

    @Override
    public void paint(Graphics2D graphics, Palette palette) {
        for (int i = 0; i < shown.size(); i++) {
            paint(
                    graphics,
                    palette,
                    shown.get(i),
                    GAP + i % columns() * (CELL + GAP),
                    GAP + i / columns() * (CELL + CAPTION + GAP));
        }
    }

    private void paint(Graphics2D graphics, Palette palette, Shown one, int x, int y) {
        BufferedImage image = Thumbnail.reduced(one.image()).toBufferedImage();
        double scale = (double) CELL / Math.max(image.getWidth(), image.getHeight());
        int width = (int) Math.round(image.getWidth() * scale);
        int height = (int) Math.round(image.getHeight() * scale);
        graphics.setRenderingHint(
                RenderingHints.KEY_INTERPOLATION,
                Thumbnail.isTiny(one.image())
                        ? RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR
                        : RenderingHints.VALUE_INTERPOLATION_BICUBIC);
        graphics.drawImage(image, x + (CELL - width) / 2, y + (CELL - height) / 2, width, height, null);
        boolean right = predictions.correct(one.row());
        graphics.setColor(right ? palette.right() : palette.wrong());
        graphics.setStroke(new BasicStroke(3));
        graphics.draw(new Rectangle2D.Double(x, y, CELL, CELL));
        graphics.setFont(Drawing.font(Font.BOLD, 12));
        FontMetrics metrics = graphics.getFontMetrics();
        String sure = String.format(Locale.ROOT, " %.0f %%", predictions.confidence(one.row()) * 100);
        String answer = Drawing.fitted(
                metrics, predictions.labels().get(predictions.predicted(one.row())), CELL - metrics.stringWidth(sure));
        graphics.drawString(answer + sure, x, y + CELL + 17);
        if (!right) {
            graphics.setColor(palette.faint());
            graphics.setFont(Drawing.font(Font.PLAIN, 11));
            String truth = "is " + predictions.labels().get(predictions.truth(one.row()));
            graphics.drawString(Drawing.fitted(graphics.getFontMetrics(), truth, CELL), x, y + CELL + 32);
        }
    }
}
