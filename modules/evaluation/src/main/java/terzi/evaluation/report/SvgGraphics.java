package terzi.evaluation.report;

import gg.jte.TemplateOutput;
import gg.jte.html.escape.Escape;
import gg.jte.output.StringOutput;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Composite;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.Graphics;
import java.awt.GraphicsConfiguration;
import java.awt.Image;
import java.awt.Paint;
import java.awt.Polygon;
import java.awt.Rectangle;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.Stroke;
import java.awt.font.FontRenderContext;
import java.awt.font.GlyphVector;
import java.awt.geom.AffineTransform;
import java.awt.geom.Arc2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.PathIterator;
import java.awt.geom.Rectangle2D;
import java.awt.geom.RoundRectangle2D;
import java.awt.image.BufferedImage;
import java.awt.image.BufferedImageOp;
import java.awt.image.ImageObserver;
import java.awt.image.RenderedImage;
import java.awt.image.renderable.RenderableImage;
import java.text.AttributedCharacterIterator;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Turns drawing into SVG for the page: shapes and texts, but no images. State (font, transform, clip, hints) is kept by an
 * ordinary graphics of one pixel. The colours of {@link Palette#VARIABLES} become the page's colours.
 */
final class SvgGraphics extends Graphics2D {
    private static final Map<Integer, String> CSS = Palette.cssOfVariables();

    private final Graphics2D state = new BufferedImage(1, 1, BufferedImage.TYPE_INT_ARGB).createGraphics();
    private final StringBuilder svg = new StringBuilder();
    private final String idPrefix;
    private int clips;
    private @Nullable Rectangle2D lastClip;
    private String lastClipId = "";
    private String lastStyle = "";

    private SvgGraphics(String idPrefix) {
        this.idPrefix = idPrefix;
        Drawing.smooth(state);
    }

    /**
     * The figure as an {@code <svg>} element.
     *
     * @param id a prefix, unique in the page
     */
    static String draw(Figure figure, String id) {
        SvgGraphics graphics = new SvgGraphics(id);
        figure.paint(graphics, Palette.VARIABLES);
        graphics.endPath();
        return "<svg viewBox=\"0 0 " + figure.width() + " " + figure.height()
                + "\" width=\"" + figure.width() + "\" height=\"" + figure.height() + "\" role=\"img\" aria-label=\""
                + escaped(Escape::htmlAttribute, figure.description()) + "\">" + graphics.svg + "</svg>";
    }

    // ---- what is written ------------------------------------------------------------------------------------------

    @Override
    public void fill(Shape shape) {
        write(shape, "fill", "");
    }

    @Override
    public void draw(Shape shape) {
        StringBuilder style = new StringBuilder();
        if (getStroke() instanceof BasicStroke stroke) {
            style.append(" stroke-width=\"")
                    .append(number(stroke.getLineWidth()))
                    .append('"');
            if (stroke.getLineJoin() == BasicStroke.JOIN_ROUND) {
                style.append(" stroke-linejoin=\"round\"");
            }
            if (stroke.getEndCap() == BasicStroke.CAP_ROUND) {
                style.append(" stroke-linecap=\"round\"");
            }
            if (stroke.getDashArray() != null) {
                style.append(" stroke-dasharray=\"");
                for (float dash : stroke.getDashArray()) {
                    style.append(number(dash)).append(' ');
                }
                style.append('"');
            }
        }
        write(shape, "stroke", style.toString());
    }

    private void write(Shape shape, String kind, String more) {
        Color color = getColor();
        if (color == null || color.getAlpha() == 0) {
            return;
        }
        Shape placed = getTransform().createTransformedShape(shape);
        String path = path(placed);
        if (path.isEmpty()) {
            return;
        }
        String style = kind.equals("fill") ? "" : " fill=\"none\"";
        style += " " + kind + "=\"" + css(color) + '"';
        if (color.getAlpha() < 255) {
            style += " " + kind + "-opacity=\"" + number(color.getAlpha() / 255.0) + '"';
        }
        style += more + clip(placed.getBounds2D());
        // neighbours of one style are one path, unless they could overlap and show through
        if (color.getAlpha() == 255 && style.equals(lastStyle)) {
            svg.append(path);
            return;
        }
        endPath();
        svg.append("<path").append(style).append(" d=\"").append(path);
        lastStyle = style;
    }

    /** Ends the path that neighbours of the same style may still be added to. */
    private void endPath() {
        if (!lastStyle.isEmpty()) {
            svg.append("\"/>");
            lastStyle = "";
        }
    }

    @Override
    public void drawString(String text, float x, float y) {
        Color color = getColor();
        if (text.isEmpty() || color == null) {
            return;
        }
        endPath();
        Font font = getFont();
        AffineTransform at = getTransform();
        at.translate(x, y);
        svg.append("<text fill=\"").append(css(color)).append("\" font-size=\"").append(font.getSize());
        if (font.isBold()) {
            svg.append("\" font-weight=\"600");
        }
        boolean straight = at.getShearX() == 0 && at.getScaleX() == 1;
        if (straight) {
            svg.append("\" x=\"").append(number(at.getTranslateX()));
            svg.append("\" y=\"").append(number(at.getTranslateY()));
        } else {
            svg.append("\" transform=\"matrix(");
            svg.append(number(at.getScaleX()))
                    .append(' ')
                    .append(number(at.getShearY()))
                    .append(' ');
            svg.append(number(at.getShearX()))
                    .append(' ')
                    .append(number(at.getScaleY()))
                    .append(' ');
            svg.append(number(at.getTranslateX()))
                    .append(' ')
                    .append(number(at.getTranslateY()))
                    .append(')');
        }
        // the page's font may be wider than ours: it is made to fit
        double width = font.getStringBounds(text, getFontRenderContext()).getWidth();
        svg.append("\" textLength=\"").append(number(width)).append("\" lengthAdjust=\"spacingAndGlyphs\">");
        svg.append(escaped(Escape::htmlContent, text)).append("</text>");
    }

    private static String escaped(BiConsumer<String, TemplateOutput> how, String text) {
        StringOutput escaped = new StringOutput();
        how.accept(text, escaped);
        return escaped.toString();
    }

    private String clip(Rectangle2D bounds) {
        Shape user = state.getClip();
        if (user == null) {
            return "";
        }
        Rectangle2D clip = getTransform().createTransformedShape(user).getBounds2D();
        if (clip.contains(bounds)) {
            return "";
        }
        if (!clip.equals(lastClip)) {
            endPath();
            lastClip = clip;
            lastClipId = idPrefix + "-c" + clips++;
            svg.append("<clipPath id=\"").append(lastClipId).append("\"><path d=\"");
            svg.append(path(clip)).append("\"/></clipPath>");
        }
        return " clip-path=\"url(#" + lastClipId + ")\"";
    }

    private static String css(Color color) {
        int key = Palette.key(color);
        String css = CSS.get(key);
        return css == null ? String.format("#%06x", key) : css;
    }

    /** Relative to nothing, to a hundredth of a pixel. */
    private static String path(Shape shape) {
        StringBuilder path = new StringBuilder();
        double[] c = new double[6];
        for (PathIterator i = shape.getPathIterator(null); !i.isDone(); i.next()) {
            int kind = i.currentSegment(c);
            int points =
                    switch (kind) {
                        case PathIterator.SEG_MOVETO, PathIterator.SEG_LINETO -> 1;
                        case PathIterator.SEG_QUADTO -> 2;
                        case PathIterator.SEG_CUBICTO -> 3;
                        default -> 0;
                    };
            path.append("MLQCZ".charAt(kind));
            for (int p = 0; p < 2 * points; p++) {
                if (!Double.isFinite(c[p])) {
                    return "";
                }
                String value = number(c[p]);
                if (p > 0 && !value.startsWith("-")) {
                    path.append(' ');
                }
                path.append(value);
            }
        }
        return path.toString();
    }

    private static String number(double value) {
        long hundredths = Math.round(value * 100);
        if (hundredths % 100 == 0) {
            return Long.toString(hundredths / 100);
        }
        String sign = hundredths < 0 ? "-" : "";
        long size = Math.abs(hundredths);
        String fraction = Long.toString(100 + size % 100).substring(1);
        if (fraction.endsWith("0")) {
            fraction = fraction.substring(0, 1);
        }
        return sign + (size >= 100 ? Long.toString(size / 100) : "") + "." + fraction;
    }

    // ---- shapes by other names ------------------------------------------------------------------------------------

    @Override
    public void fillRect(int x, int y, int width, int height) {
        fill(new Rectangle(x, y, width, height));
    }

    @Override
    public void drawLine(int x1, int y1, int x2, int y2) {
        draw(new Line2D.Float(x1, y1, x2, y2));
    }

    @Override
    public void drawRoundRect(int x, int y, int width, int height, int arcWidth, int arcHeight) {
        draw(new RoundRectangle2D.Float(x, y, width, height, arcWidth, arcHeight));
    }

    @Override
    public void fillRoundRect(int x, int y, int width, int height, int arcWidth, int arcHeight) {
        fill(new RoundRectangle2D.Float(x, y, width, height, arcWidth, arcHeight));
    }

    @Override
    public void drawOval(int x, int y, int width, int height) {
        draw(new Ellipse2D.Float(x, y, width, height));
    }

    @Override
    public void fillOval(int x, int y, int width, int height) {
        fill(new Ellipse2D.Float(x, y, width, height));
    }

    @Override
    public void drawArc(int x, int y, int width, int height, int startAngle, int arcAngle) {
        draw(new Arc2D.Float(x, y, width, height, startAngle, arcAngle, Arc2D.OPEN));
    }

    @Override
    public void fillArc(int x, int y, int width, int height, int startAngle, int arcAngle) {
        fill(new Arc2D.Float(x, y, width, height, startAngle, arcAngle, Arc2D.PIE));
    }

    @Override
    public void drawPolyline(int[] xs, int[] ys, int count) {
        Path2D line = new Path2D.Float();
        for (int i = 0; i < count; i++) {
            if (i == 0) {
                line.moveTo(xs[i], ys[i]);
            } else {
                line.lineTo(xs[i], ys[i]);
            }
        }
        draw(line);
    }

    @Override
    public void drawPolygon(int[] xs, int[] ys, int count) {
        draw(new Polygon(xs, ys, count));
    }

    @Override
    public void fillPolygon(int[] xs, int[] ys, int count) {
        fill(new Polygon(xs, ys, count));
    }

    @Override
    public void drawString(String text, int x, int y) {
        drawString(text, (float) x, (float) y);
    }

    @Override
    public void drawGlyphVector(GlyphVector glyphs, float x, float y) {
        fill(glyphs.getOutline(x, y));
    }

    // ---- what a figure must not use -------------------------------------------------------------------------------

    private static UnsupportedOperationException unsupported(String what) {
        return new UnsupportedOperationException("a figure in SVG cannot " + what);
    }

    @Override
    public void drawString(AttributedCharacterIterator text, int x, int y) {
        throw unsupported("draw attributed texts");
    }

    @Override
    public void drawString(AttributedCharacterIterator text, float x, float y) {
        throw unsupported("draw attributed texts");
    }

    @Override
    public boolean drawImage(Image image, AffineTransform transform, @Nullable ImageObserver observer) {
        throw unsupported("draw images");
    }

    @Override
    public void drawImage(BufferedImage image, BufferedImageOp operation, int x, int y) {
        throw unsupported("draw images");
    }

    @Override
    public boolean drawImage(Image image, int x, int y, @Nullable ImageObserver observer) {
        throw unsupported("draw images");
    }

    @Override
    public boolean drawImage(Image image, int x, int y, int w, int h, @Nullable ImageObserver observer) {
        throw unsupported("draw images");
    }

    @Override
    public boolean drawImage(Image image, int x, int y, Color background, @Nullable ImageObserver observer) {
        throw unsupported("draw images");
    }

    @Override
    public boolean drawImage(
            Image image, int x, int y, int w, int h, Color background, @Nullable ImageObserver observer) {
        throw unsupported("draw images");
    }

    @Override
    public boolean drawImage(
            Image image, int a, int b, int c, int d, int e, int f, int g, int h, @Nullable ImageObserver observer) {
        throw unsupported("draw images");
    }

    @Override
    public boolean drawImage(
            Image image,
            int a,
            int b,
            int c,
            int d,
            int e,
            int f,
            int g,
            int h,
            Color background,
            @Nullable ImageObserver observer) {
        throw unsupported("draw images");
    }

    @Override
    public void drawRenderedImage(RenderedImage image, AffineTransform transform) {
        throw unsupported("draw images");
    }

    @Override
    public void drawRenderableImage(RenderableImage image, AffineTransform transform) {
        throw unsupported("draw images");
    }

    @Override
    public void copyArea(int x, int y, int width, int height, int dx, int dy) {
        throw unsupported("copy an area");
    }

    @Override
    public void clearRect(int x, int y, int width, int height) {
        throw unsupported("clear an area");
    }

    @Override
    public void setXORMode(Color color) {
        throw unsupported("draw with XOR");
    }

    @Override
    public Graphics create() {
        throw unsupported("be drawn by several graphics");
    }

    // ---- state ----------------------------------------------------------------------------------------------------

    @Override
    public void dispose() {
        state.dispose();
    }

    @Override
    public boolean hit(Rectangle rectangle, Shape shape, boolean onStroke) {
        return state.hit(rectangle, shape, onStroke);
    }

    @Override
    public GraphicsConfiguration getDeviceConfiguration() {
        return state.getDeviceConfiguration();
    }

    @Override
    public void setComposite(Composite composite) {
        state.setComposite(composite);
    }

    @Override
    public void setPaint(Paint paint) {
        state.setPaint(paint);
    }

    @Override
    public void setStroke(Stroke stroke) {
        state.setStroke(stroke);
    }

    @Override
    public void setRenderingHint(RenderingHints.Key key, @Nullable Object value) {
        state.setRenderingHint(key, value);
    }

    @Override
    public @Nullable Object getRenderingHint(RenderingHints.Key key) {
        return state.getRenderingHint(key);
    }

    @Override
    public void setRenderingHints(Map<?, ?> hints) {
        state.setRenderingHints(hints);
    }

    @Override
    public void addRenderingHints(Map<?, ?> hints) {
        state.addRenderingHints(hints);
    }

    @Override
    public RenderingHints getRenderingHints() {
        return state.getRenderingHints();
    }

    @Override
    public void translate(int x, int y) {
        state.translate(x, y);
    }

    @Override
    public void translate(double x, double y) {
        state.translate(x, y);
    }

    @Override
    public void rotate(double angle) {
        state.rotate(angle);
    }

    @Override
    public void rotate(double angle, double x, double y) {
        state.rotate(angle, x, y);
    }

    @Override
    public void scale(double x, double y) {
        state.scale(x, y);
    }

    @Override
    public void shear(double x, double y) {
        state.shear(x, y);
    }

    @Override
    public void transform(AffineTransform transform) {
        state.transform(transform);
    }

    @Override
    public void setTransform(AffineTransform transform) {
        state.setTransform(transform);
    }

    @Override
    public AffineTransform getTransform() {
        return state.getTransform();
    }

    @Override
    public Paint getPaint() {
        return state.getPaint();
    }

    @Override
    public Composite getComposite() {
        return state.getComposite();
    }

    @Override
    public void setBackground(Color color) {
        state.setBackground(color);
    }

    @Override
    public Color getBackground() {
        return state.getBackground();
    }

    @Override
    public Stroke getStroke() {
        return state.getStroke();
    }

    @Override
    public void clip(@Nullable Shape shape) {
        state.clip(shape);
    }

    @Override
    public FontRenderContext getFontRenderContext() {
        return state.getFontRenderContext();
    }

    @Override
    public Color getColor() {
        return state.getColor();
    }

    @Override
    public void setColor(@Nullable Color color) {
        state.setColor(color);
    }

    @Override
    public void setPaintMode() {
        state.setPaintMode();
    }

    @Override
    public Font getFont() {
        return state.getFont();
    }

    @Override
    public void setFont(Font font) {
        state.setFont(font);
    }

    @Override
    public FontMetrics getFontMetrics(Font font) {
        return state.getFontMetrics(font);
    }

    @Override
    public @Nullable Rectangle getClipBounds() {
        return state.getClipBounds();
    }

    @Override
    public void clipRect(int x, int y, int width, int height) {
        state.clipRect(x, y, width, height);
    }

    @Override
    public void setClip(int x, int y, int width, int height) {
        state.setClip(x, y, width, height);
    }

    @Override
    public @Nullable Shape getClip() {
        return state.getClip();
    }

    @Override
    public void setClip(@Nullable Shape clip) {
        state.setClip(clip);
    }
}
