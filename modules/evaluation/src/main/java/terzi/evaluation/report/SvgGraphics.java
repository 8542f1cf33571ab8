package terzi.evaluation.report;

import gg.jte.TemplateOutput;
import gg.jte.html.escape.Escape;
import gg.jte.output.StringOutput;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.PathIterator;
import java.awt.geom.Rectangle2D;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Turns drawing into SVG for the page: shapes and texts, but no images. The colours of {@link Palette#VARIABLES} become the
 * page's colours.
 */
final class SvgGraphics extends ForwardingGraphics {
    private static final Map<Integer, String> CSS = Palette.cssOfVariables();

    private final StringBuilder svg = new StringBuilder();
    private final String idPrefix;
    private int clips;
    private @Nullable Rectangle2D lastClip;
    private String lastClipId = "";
    private String lastStyle = "";
    private String lastEnd = "";

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
        // neighbours of one style are one path, unless they could overlap and show through; a line that begins where
        // the
        // one before ended goes on, so that it is not dashed anew and has no gap at the corner
        boolean same = style.equals(lastStyle);
        String end = "M" + lastEnd;
        if (same && path.startsWith(end + "L")) {
            svg.append(path.substring(end.length()));
        } else if (same && color.getAlpha() == 255) {
            svg.append(path);
        } else {
            endPath();
            svg.append("<path").append(style).append(" d=\"").append(path);
        }
        lastStyle = style;
        lastEnd = path.substring(path.lastIndexOf('L') + 1);
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
}
