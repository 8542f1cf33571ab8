package terzi.evaluation.report;

import java.awt.BasicStroke;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.Locale;
import terzi.evaluation.ConfusionMatrix;

/**
 * A confusion matrix of many classes on one sheet of paper: colours, and the classes' numbers at the edges instead of their names,
 * which would have to be too small to read.
 */
record MatrixOverview(ConfusionMatrix confusion) implements Figure {
    /** The width of a printed page, so that the figure is neither enlarged nor reduced. */
    private static final int WIDTH = 680;

    private static final int EDGE = 34;
    private static final int TITLE = 20;
    private static final int FONT = 12;
    private static final double FAINTEST = 0.12;

    private int classes() {
        return confusion.labels().size();
    }

    private double cell() {
        return Math.min(14, (double) (WIDTH - TITLE - EDGE - 2) / classes());
    }

    @Override
    public int width() {
        return WIDTH;
    }

    @Override
    public int height() {
        return (int) Math.ceil(TITLE + EDGE + classes() * cell()) + 2;
    }

    @Override
    public String description() {
        return String.format(
                Locale.ROOT,
                "Confusion matrix of %d classes: %,d of %,d images on the diagonal; the classes have the numbers of the table above.",
                classes(),
                confusion.correct(),
                confusion.total());
    }

    @Override
    public void paint(Graphics2D graphics, Palette palette) {
        graphics.setFont(Drawing.font(Font.PLAIN, FONT));
        long[][] counts = confusion.counts();
        double left = TITLE + EDGE;
        double top = TITLE + EDGE;
        for (int truth = 0; truth < classes(); truth++) {
            long support = 0;
            for (long count : counts[truth]) {
                support += count;
            }
            for (int predicted = 0; predicted < classes(); predicted++) {
                long count = counts[truth][predicted];
                if (count > 0) {
                    double shade = Math.max(FAINTEST, Math.sqrt((double) count / support));
                    graphics.setColor(Palette.withAlpha(truth == predicted ? palette.first() : palette.wrong(), shade));
                    graphics.fill(
                            new Rectangle2D.Double(left + predicted * cell(), top + truth * cell(), cell(), cell()));
                }
            }
        }
        edges(graphics, palette, left, top);
    }

    private void edges(Graphics2D graphics, Palette palette, double left, double top) {
        FontMetrics metrics = graphics.getFontMetrics();
        double side = classes() * cell();
        int every = cell() * 5 >= 2 * FONT ? 5 : 10;
        graphics.setColor(palette.faint());
        graphics.drawString("predicted class", (float) left, TITLE - 6);
        var upright = graphics.getTransform();
        graphics.translate(TITLE - 6, top + metrics.stringWidth("true class"));
        graphics.rotate(-Math.PI / 2);
        graphics.drawString("true class", 0, 0);
        graphics.setTransform(upright);
        for (int c = 0; c < classes(); c++) {
            if (c == 0 || (c + 1) % every == 0) {
                String number = Integer.toString(c + 1);
                double middle = (c + 0.5) * cell();
                int width = metrics.stringWidth(number);
                graphics.drawString(number, (float) (left + middle - width / 2.0), (float) top - 6);
                graphics.drawString(
                        number, (float) left - 6 - width, (float) (top + middle + metrics.getAscent() / 2.0 - 1));
            }
        }
        graphics.setColor(palette.grid());
        graphics.setStroke(new BasicStroke(1));
        for (int line = 0; line <= classes(); line++) {
            if (line % every == 0 || line == classes()) {
                double at = line * cell();
                graphics.draw(new Line2D.Double(left + at, top, left + at, top + side));
                graphics.draw(new Line2D.Double(left, top + at, left + side, top + at));
            }
        }
    }
}
