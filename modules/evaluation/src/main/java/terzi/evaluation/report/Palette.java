package terzi.evaluation.report;

import java.awt.Color;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The colours that figures are drawn with, by what they mean.
 *
 * @param paper behind everything
 * @param ink of texts
 * @param faint of axes and small texts
 * @param grid of lines that only guide the eye
 * @param first of the first series, and of what is right in a confusion matrix
 * @param second of the second series
 * @param third of the third series
 * @param right of right answers
 * @param wrong of wrong answers
 * @param onStrong of texts on {@code first} and {@code wrong}
 */
record Palette(
        Color paper,
        Color ink,
        Color faint,
        Color grid,
        Color first,
        Color second,
        Color third,
        Color right,
        Color wrong,
        Color onStrong) {

    /** For files, which do not know what they will be seen on. */
    static final Palette LIGHT = new Palette(
            Color.WHITE,
            new Color(0x1b1d22),
            new Color(0x5c6270),
            new Color(0xe3e5ea),
            new Color(0x2563c9),
            new Color(0xd2690b),
            new Color(0x7a5cc0),
            new Color(0x1a7f4b),
            new Color(0xc2342c),
            Color.WHITE);

    /** Stand-ins that {@link SvgGraphics} turns into the page's own colours, which change from light to dark. */
    static final Palette VARIABLES = new Palette(
            new Color(0xf0f1a0),
            new Color(0xf0f1a1),
            new Color(0xf0f1a2),
            new Color(0xf0f1a3),
            new Color(0xf0f1a4),
            new Color(0xf0f1a5),
            new Color(0xf0f1a6),
            new Color(0xf0f1a7),
            new Color(0xf0f1a8),
            new Color(0xf0f1a9));

    /** The CSS colour of each stand-in, by its value without alpha. */
    static Map<Integer, String> cssOfVariables() {
        Map<Integer, String> css = new LinkedHashMap<>();
        css.put(key(VARIABLES.paper), "var(--paper)");
        css.put(key(VARIABLES.ink), "var(--ink)");
        css.put(key(VARIABLES.faint), "var(--faint)");
        css.put(key(VARIABLES.grid), "var(--grid)");
        css.put(key(VARIABLES.first), "var(--first)");
        css.put(key(VARIABLES.second), "var(--second)");
        css.put(key(VARIABLES.third), "var(--third)");
        css.put(key(VARIABLES.right), "var(--right)");
        css.put(key(VARIABLES.wrong), "var(--wrong)");
        css.put(key(VARIABLES.onStrong), "var(--on-strong)");
        return css;
    }

    static int key(Color color) {
        return color.getRGB() & 0xffffff;
    }

    /** The colours of series, in the order of their use. */
    Color[] series() {
        return new Color[] {first, second, third, right, wrong, faint};
    }

    static Color withAlpha(Color color, double alpha) {
        int value = (int) Math.round(255 * Math.max(0, Math.min(1, alpha)));
        return new Color(color.getRed(), color.getGreen(), color.getBlue(), value);
    }
}
