package terzi.evaluation.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Builds a self-contained HTML page in the style of the reports, for light and dark screens and for print. Text from
 * outside, such as labels and file names, must go through {@link #put}, {@link #name} or {@link #escape}. Not
 * thread-safe.
 */
public final class Html {
    private final StringBuilder html = new StringBuilder();
    private int figures;

    /** Creates a page without content. */
    public Html() {}

    /**
     * Appends the beginning of a page, up to and including {@code <body>}.
     *
     * @param title title of the page, not escaped yet
     * @return this builder
     * @throws IOException if the style sheet is missing in the jar
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

    /**
     * Appends a footer and the end of the page.
     *
     * @param footer trusted markup of the footer
     * @return this builder
     */
    public Html end(String footer) {
        return raw("<footer><p>" + footer + "</p></footer>\n</body>\n</html>\n");
    }

    /** {@return whether charts can be drawn, which requires at least one font; some containers have none} */
    public static boolean hasFigures() {
        return Drawing.hasFonts();
    }

    /**
     * Appends a note if charts are missing because there is no font, otherwise nothing.
     *
     * @return this builder
     */
    public Html noteOnFonts() {
        return hasFigures()
                ? this
                : raw(
                        "<p class=\"note\">The Java that made this page has no font, so it has no charts (Debian: apt install"
                                + " fontconfig fonts-dejavu-core).</p>\n");
    }

    /**
     * Appends a chart, or nothing if charts cannot be drawn.
     *
     * @param panel the chart
     * @return this builder
     */
    public Html panel(LinePanel panel) {
        return hasFigures() ? figure(new LineFigure(panel)) : this;
    }

    Html figure(Figure figure) {
        return raw(SvgGraphics.draw(figure, "f" + figures++)).raw("\n");
    }

    /**
     * Appends trusted markup.
     *
     * @param markup the markup, appended as it is
     * @return this builder
     */
    public Html raw(String markup) {
        html.append(markup);
        return this;
    }

    /**
     * Appends trusted markup with escaped texts.
     *
     * @param markup the markup as a {@link String#format(Locale, String, Object...) format}
     * @param texts arguments of the format; all but numbers are escaped
     * @return this builder
     */
    public Html put(String markup, Object... texts) {
        Object[] escaped = new Object[texts.length];
        for (int i = 0; i < texts.length; i++) {
            escaped[i] = texts[i] instanceof Number number ? number : escape(String.valueOf(texts[i]));
        }
        html.append(String.format(Locale.ROOT, markup, escaped));
        return this;
    }

    /** Appends an escaped text. */
    Html text(String text) {
        html.append(escape(text));
        return this;
    }

    /**
     * {@return a name as markup: escaped, and isolated so that its writing direction does not affect the text around
     * it}
     *
     * @param name the name, not escaped yet
     */
    public static String name(String name) {
        return "<bdi>" + escape(name) + "</bdi>";
    }

    /**
     * A name as markup for a narrow place: a line may break after {@code _}, {@code -}, {@code .} and {@code /}, so
     * that no word of it needs to be broken.
     */
    static String breakable(String name) {
        return "<bdi>" + escape(name).replaceAll("(?<=[_\\-./])(?=[^_\\-./])", "<wbr>") + "</bdi>";
    }

    /**
     * {@return a text as markup: special characters of HTML become references, and control characters and unpaired
     * surrogates become U+FFFD}
     *
     * @param text the text
     */
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

    /** {@return the markup so far} */
    @Override
    public String toString() {
        return html.toString();
    }
}
