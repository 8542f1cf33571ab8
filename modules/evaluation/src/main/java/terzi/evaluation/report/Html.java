package terzi.evaluation.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Builds a page in the dress of our reports: one file that needs nothing else, readable on light and dark screens and on paper.
 * Whatever comes from outside goes through {@link #put}, {@link #text}, {@link #name} or {@link #escape}.
 */
public final class Html {
    private final StringBuilder html = new StringBuilder();
    private int figures;

    /**
     * The beginning of a page, up to and with {@code <body>}.
     *
     * @throws IOException if the jar is not whole
     */
    public Html begin(String title) throws IOException {
        try (InputStream css = Html.class.getResourceAsStream("report.css")) {
            if (css == null) {
                throw new IOException("report.css is missing in the jar of terzi-evaluation: build it again");
            }
            return raw("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                    + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>"
                    + escape(title) + "</title>\n<style>\n"
                    + new String(css.readAllBytes(), StandardCharsets.UTF_8) + "</style>\n</head>\n<body>\n");
        }
    }

    /** The end of a page, with a line of ours below everything. */
    public Html end(String footer) {
        return raw("<footer><p>" + footer + "</p></footer>\n</body>\n</html>\n");
    }

    /** Whether this Java can draw: without any font, as in some containers, it cannot, and {@link #noteOnFonts} says so. */
    public static boolean hasFigures() {
        return Drawing.hasFonts();
    }

    /** Nothing, or that there are no figures for want of fonts. */
    public Html noteOnFonts() {
        return hasFigures()
                ? this
                : raw(
                        "<p class=\"note\">The Java that made this page has no font, so it has no charts (Debian: apt install"
                                + " fontconfig fonts-dejavu-core).</p>\n");
    }

    /** A panel as part of the page; nothing where this Java cannot draw. */
    public Html panel(LinePanel panel) {
        return hasFigures() ? figure(new LineFigure(panel)) : this;
    }

    Html figure(Figure figure) {
        return raw(SvgGraphics.draw(figure, "f" + figures++)).raw("\n");
    }

    /** Markup of ours. */
    public Html raw(String markup) {
        html.append(markup);
        return this;
    }

    /** Markup of ours, a format, with texts from outside in the places of {@code %s}. */
    public Html put(String markup, Object... texts) {
        Object[] escaped = new Object[texts.length];
        for (int i = 0; i < texts.length; i++) {
            escaped[i] = texts[i] instanceof Number number ? number : escape(String.valueOf(texts[i]));
        }
        html.append(String.format(Locale.ROOT, markup, escaped));
        return this;
    }

    /** A text from outside. */
    public Html text(String text) {
        html.append(escape(text));
        return this;
    }

    /** A name from outside, escaped: its direction of writing must not turn what stands around it. */
    public static String name(String name) {
        return "<bdi>" + escape(name) + "</bdi>";
    }

    /**
     * A name from outside for a narrow place: a line may end after {@code _}, {@code -}, {@code .} and {@code /}, so that no
     * word of it needs to be broken.
     */
    public static String breakable(String name) {
        return "<bdi>" + escape(name).replaceAll("(?<=[_\\-./])(?=[^_\\-./])", "<wbr>") + "</bdi>";
    }

    /** The text with everything that HTML gives a meaning to written as references; control characters are replaced. */
    public static String escape(String text) {
        StringBuilder escaped = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> escaped.append(isAllowed(text, i) ? c : '\ufffd');
            }
        }
        return escaped.toString();
    }

    private static boolean isAllowed(String text, int i) {
        char c = text.charAt(i);
        if (Character.isHighSurrogate(c)) {
            return i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1));
        }
        if (Character.isLowSurrogate(c)) {
            return i > 0 && Character.isHighSurrogate(text.charAt(i - 1));
        }
        return c == '\n' || c == '\t' || !Character.isISOControl(c);
    }

    @Override
    public String toString() {
        return html.toString();
    }
}
