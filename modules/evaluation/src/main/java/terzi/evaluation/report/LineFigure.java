package terzi.evaluation.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import terzi.evaluation.report.LinePanel.Axis;
import terzi.evaluation.report.LinePanel.Line;
import terzi.evaluation.report.LinePanel.Point;
import terzi.evaluation.report.LinePanel.Role;
import terzi.evaluation.report.LinePanel.Tick;

/** Draws a {@link LinePanel}. */
record LineFigure(LinePanel panel) implements Figure {
    private static final int WIDTH = 330;
    private static final int HEIGHT = 210;
    private static final int TOP = 12;
    private static final int RIGHT = 14;
    private static final int BOTTOM = 40;
    private static final int GAP = 6;
    private static final double BACKGROUND = 0.4;

    @Override
    public String description() {
        return panel.description();
    }

    @Override
    public int width() {
        return WIDTH;
    }

    @Override
    public int height() {
        return HEIGHT;
    }

    @Override
    public void paint(Graphics2D graphics, Palette palette) {
        graphics.setFont(Drawing.font(Font.PLAIN, 12));
        FontMetrics metrics = graphics.getFontMetrics();
        int labels = panel.y().ticks().stream()
                .mapToInt(tick -> metrics.stringWidth(tick.label()))
                .max()
                .orElse(0);
        Frame frame = new Frame(panel.x(), panel.y(), metrics.getHeight() + GAP + labels + GAP, metrics);
        grid(graphics, palette, frame);
        titles(graphics, palette, frame);
        for (Line line : panel.lines()) {
            draw(graphics, palette, frame, line);
        }
    }

    /** Where values come to lie. */
    private record Frame(Axis x, Axis y, int left, FontMetrics metrics) {
        int right() {
            return WIDTH - RIGHT;
        }

        int bottom() {
            return HEIGHT - BOTTOM;
        }

        double x(double value) {
            return left + x.place(value) * (right() - left);
        }

        double y(double value) {
            return bottom() - y.place(value) * (bottom() - TOP);
        }
    }

    private void grid(Graphics2D graphics, Palette palette, Frame frame) {
        FontMetrics metrics = frame.metrics();
        graphics.setStroke(new BasicStroke(1));
        for (Tick tick : panel.y().ticks()) {
            double at = frame.y(tick.at());
            graphics.setColor(palette.grid());
            graphics.draw(new Line2D.Double(frame.left(), at, frame.right(), at));
            graphics.setColor(palette.faint());
            float middle = (metrics.getAscent() - metrics.getDescent()) / 2f;
            graphics.drawString(
                    tick.label(), frame.left() - GAP - metrics.stringWidth(tick.label()), (float) at + middle);
        }
        int free = 0;
        for (Tick tick : panel.x().ticks()) {
            double at = frame.x(tick.at());
            graphics.setColor(palette.grid());
            graphics.draw(new Line2D.Double(at, TOP, at, frame.bottom()));
            int width = metrics.stringWidth(tick.label());
            int start = (int) Math.min(at - width / 2.0, WIDTH - 2 - width);
            if (start >= free) {
                graphics.setColor(palette.faint());
                graphics.drawString(tick.label(), start, frame.bottom() + metrics.getAscent() + 3);
                free = start + width + GAP;
            }
        }
    }

    private void titles(Graphics2D graphics, Palette palette, Frame frame) {
        FontMetrics metrics = frame.metrics();
        graphics.setColor(palette.faint());
        graphics.drawString(
                panel.x().title(),
                (frame.left() + frame.right() - metrics.stringWidth(panel.x().title())) / 2,
                HEIGHT - metrics.getDescent() - 2);
        AffineTransform before = graphics.getTransform();
        graphics.translate(
                metrics.getAscent(),
                (TOP + frame.bottom() + metrics.stringWidth(panel.y().title())) / 2);
        graphics.rotate(-Math.PI / 2);
        graphics.drawString(panel.y().title(), 0, 0);
        graphics.setTransform(before);
    }

    private void draw(Graphics2D graphics, Palette palette, Frame frame, Line line) {
        Color color =
                switch (line.role()) {
                    case SUBJECT -> palette.first();
                    case AGAINST -> palette.second();
                    case BACKGROUND -> Palette.withAlpha(palette.faint(), BACKGROUND);
                };
        graphics.setColor(color);
        graphics.setStroke(
                switch (line.role()) {
                    case SUBJECT -> new BasicStroke(2.2f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);
                    case AGAINST -> Chart.broken();
                    case BACKGROUND -> new BasicStroke(1, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);
                });
        Path2D path = new Path2D.Double();
        for (int i = 0; i < line.points().size(); i++) {
            Point point = line.points().get(i);
            double px = frame.x(point.x());
            double py = frame.y(point.y());
            if (i == 0) {
                path.moveTo(px, py);
            } else {
                path.lineTo(px, py);
            }
        }
        graphics.draw(path);
        if (line.role() == Role.SUBJECT) {
            intervals(graphics, frame, line);
        }
    }

    /** Marks with whiskers; a line alone if no point has an interval. */
    private void intervals(Graphics2D graphics, Frame frame, Line line) {
        if (line.points().size() > 1 && line.points().stream().noneMatch(Point::hasInterval)) {
            return;
        }
        graphics.setStroke(new BasicStroke(1.4f));
        for (Point point : line.points()) {
            double px = frame.x(point.x());
            double low = frame.y(point.low());
            double high = frame.y(point.high());
            graphics.draw(new Line2D.Double(px, low, px, high));
            graphics.draw(new Line2D.Double(px - 4, low, px + 4, low));
            graphics.draw(new Line2D.Double(px - 4, high, px + 4, high));
        }
        for (Point point : line.points()) {
            double px = frame.x(point.x());
            double py = frame.y(point.y());
            graphics.fill(new Ellipse2D.Double(px - 3, py - 3, 6, 6));
        }
    }
}
