package terzi.evaluation.report;

import java.awt.BasicStroke;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.Locale;
import terzi.evaluation.ConfusionMatrix;

/**
 * A confusion matrix, rows are true classes. What is right is shaded in one colour and what is wrong in another, both by the
 * square root of the share of the row, so that a few mistakes show beside many right answers. With few classes the cells
 * hold numbers; with many only colours.
 *
 * <p>Like {@link MatrixOverview} it is not a {@link Chart}: the heat map of the plotting library has one scale of colours
 * for right and wrong, shows the value that it shades by, and one colour of texts on light and dark cells.
 */
final class ConfusionFigure implements Figure {
    private static final int LARGEST_CELL = 64;
    private static final int SMALLEST_CELL = 14;
    private static final int USUAL_SIDE = 640;
    /** Room for some sixty letters; only a longer name is cut. */
    private static final int LONGEST_LABEL = 420;

    private static final int PADDING = 10;
    private static final int TITLE = 30;
    /** Smaller cells hold no number. */
    private static final int NUMBERS_FROM = 24;

    private static final double STRONG = 0.8;

    private final ConfusionMatrix confusion;
    private final boolean normalized;
    private final int classes;
    private final int cell;
    private final int labelRoom;
    private final int labelSize;

    /** @param normalized whether the cells hold percentages of their row instead of counts */
    ConfusionFigure(ConfusionMatrix confusion, boolean normalized) {
        this.confusion = confusion;
        this.normalized = normalized;
        this.classes = confusion.labels().size();
        this.cell = Math.max(SMALLEST_CELL, Math.min(LARGEST_CELL, USUAL_SIDE / classes));
        this.labelSize = Math.max(11, Math.min(13, cell - 2));
        this.labelRoom = Math.min(LONGEST_LABEL, longestLabel()) + 8;
    }

    private int longestLabel() {
        Graphics2D graphics = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics();
        try {
            FontMetrics metrics = graphics.getFontMetrics(Drawing.font(Font.PLAIN, labelSize));
            return confusion.labels().stream()
                    .mapToInt(metrics::stringWidth)
                    .max()
                    .orElse(0);
        } finally {
            graphics.dispose();
        }
    }

    private int left() {
        return PADDING + 18 + labelRoom;
    }

    private int top() {
        if (isUpright()) {
            return TITLE + 20 + labelRoom;
        }
        return TITLE + (isSlanted() ? Math.max(38, (int) (labelRoom * 0.72) + 16) : 38);
    }

    /** Whether the names above the columns need more room than a column has. */
    private boolean isSlanted() {
        return labelRoom - 8 > cell - 6;
    }

    /** With many classes the names stand upright above their columns. */
    private boolean isUpright() {
        return cell < NUMBERS_FROM;
    }

    /** Whether the cells hold numbers, so that counts and percentages look different. */
    boolean hasNumbers() {
        return cell >= NUMBERS_FROM;
    }

    /** Room right of the matrix, for the name above the last column. */
    private int right() {
        return isSlanted() && !isUpright() ? (int) (labelRoom * 0.75) + 4 : PADDING;
    }

    @Override
    public int width() {
        return Math.max(400, left() + classes * cell + right());
    }

    @Override
    public int height() {
        return top() + classes * cell + PADDING;
    }

    @Override
    public String description() {
        return String.format(
                Locale.ROOT,
                "Confusion matrix of %d classes%s: %,d of %,d images on the diagonal.",
                classes,
                normalized ? " in % of each true class" : "",
                confusion.correct(),
                confusion.total());
    }

    @Override
    public void paint(Graphics2D graphics, Palette palette) {
        graphics.setColor(palette.ink());
        graphics.setFont(Drawing.font(Font.BOLD, 14));
        graphics.drawString(
                normalized ? "Confusion matrix, % of each true class" : "Confusion matrix, images", PADDING, 20);
        axes(graphics, palette);
        labels(graphics, palette);
        long[][] counts = confusion.counts();
        for (int truth = 0; truth < classes; truth++) {
            long support = 0;
            for (long count : counts[truth]) {
                support += count;
            }
            for (int answer = 0; answer < classes; answer++) {
                if (counts[truth][answer] > 0) {
                    cell(graphics, palette, truth, answer, counts[truth][answer], support);
                }
            }
        }
        frame(graphics, palette);
    }

    private void axes(Graphics2D graphics, Palette palette) {
        graphics.setColor(palette.faint());
        graphics.setFont(Drawing.font(Font.PLAIN, 12));
        graphics.drawString("predicted class", left(), TITLE + 12);
        FontMetrics metrics = graphics.getFontMetrics();
        AffineTransform before = graphics.getTransform();
        graphics.translate(PADDING + metrics.getAscent(), top() + metrics.stringWidth("true class"));
        graphics.rotate(-Math.PI / 2);
        graphics.drawString("true class", 0, 0);
        graphics.setTransform(before);
    }

    private void labels(Graphics2D graphics, Palette palette) {
        graphics.setColor(palette.ink());
        graphics.setFont(Drawing.font(Font.PLAIN, labelSize));
        FontMetrics metrics = graphics.getFontMetrics();
        for (int c = 0; c < classes; c++) {
            String name = Drawing.fitted(metrics, confusion.labels().get(c), LONGEST_LABEL);
            int middle = c * cell + cell / 2;
            int drop = (metrics.getAscent() - metrics.getDescent()) / 2;
            graphics.drawString(name, left() - 8 - metrics.stringWidth(name), top() + middle + drop);
            AffineTransform before = graphics.getTransform();
            if (isUpright()) {
                graphics.translate(left() + middle + drop, top() - 5);
                graphics.rotate(-Math.PI / 2);
                graphics.drawString(name, 0, 0);
            } else if (isSlanted()) {
                graphics.translate(left() + middle + drop / 2, top() - 5);
                graphics.rotate(-Math.PI / 4);
                graphics.drawString(name, 0, 0);
            } else {
                graphics.drawString(name, left() + middle - metrics.stringWidth(name) / 2, top() - 6);
            }
            graphics.setTransform(before);
        }
    }

    private void cell(Graphics2D graphics, Palette palette, int truth, int answer, long count, long support) {
        double share = (double) count / support;
        double strength = Math.max(0.06, Math.sqrt(share));
        graphics.setColor(Palette.withAlpha(truth == answer ? palette.first() : palette.wrong(), strength));
        graphics.fill(new Rectangle2D.Double(left() + answer * cell, top() + truth * cell, cell, cell));
        if (!hasNumbers()) {
            return;
        }
        String number = normalized ? percent(share) : String.format(Locale.ROOT, "%d", count);
        Font font = Drawing.font(Font.PLAIN, 13);
        FontMetrics metrics = graphics.getFontMetrics(font);
        while (font.getSize() > 9 && metrics.stringWidth(number) > cell - 4) {
            font = font.deriveFont(font.getSize() - 1f);
            metrics = graphics.getFontMetrics(font);
        }
        graphics.setFont(font);
        graphics.setColor(strength > STRONG ? palette.onStrong() : palette.ink());
        graphics.drawString(
                number,
                left() + answer * cell + (cell - metrics.stringWidth(number)) / 2,
                top() + truth * cell + (cell + metrics.getAscent() - metrics.getDescent()) / 2);
    }

    /** Tenths where they say something and have room. */
    private String percent(double share) {
        double percent = share * 100;
        return percent > 99.95 || cell < 36
                ? (percent < 0.5 ? "<1" : Long.toString(Math.round(percent)))
                : String.format(Locale.ROOT, "%.1f", percent);
    }

    private void frame(Graphics2D graphics, Palette palette) {
        graphics.setColor(palette.grid());
        graphics.setStroke(new BasicStroke(cell < NUMBERS_FROM ? 0.5f : 1));
        int side = classes * cell;
        int every = cell < NUMBERS_FROM ? 10 : 1;
        for (int line = 0; line <= classes; line++) {
            if (line % every == 0 || line == classes) {
                graphics.drawLine(left() + line * cell, top(), left() + line * cell, top() + side);
                graphics.drawLine(left(), top() + line * cell, left() + side, top() + line * cell);
            }
        }
    }
}
