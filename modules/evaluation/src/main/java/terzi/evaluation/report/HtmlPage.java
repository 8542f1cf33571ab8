package terzi.evaluation.report;

import gg.jte.Content;
import gg.jte.html.HtmlContent;
import gg.jte.html.HtmlInterceptor;
import gg.jte.html.HtmlTemplateOutput;
import gg.jte.html.OwaspHtmlTemplateOutput;
import gg.jte.output.StringOutput;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * A self-contained HTML page in the style of the reports, for light and dark screens and for print. Its body is a
 * compiled jte template, which escapes every value. Not thread-safe.
 */
public final class HtmlPage {
    /** Control characters but tab and line feed, and halves of a surrogate pair: HTML does not allow them. */
    private static final Pattern NOT_ALLOWED = Pattern.compile("[\\p{Cc}\\p{Cs}&&[^\\n\\t]]");

    private int figures;

    /** Creates a page without figures. */
    public HtmlPage() {}

    /**
     * A template, compiled by jte.
     *
     * @param <T> the type of the template's only parameter
     */
    @FunctionalInterface
    public interface Template<T> {
        /**
         * Writes the template.
         *
         * @param output output that escapes values
         * @param interceptor interceptor of HTML tags, which the templates do not use
         * @param value value of the template's only parameter
         */
        void render(HtmlTemplateOutput output, HtmlInterceptor interceptor, T value);
    }

    /** {@return whether charts can be drawn, which requires at least one font; some containers have none} */
    public static boolean hasFigures() {
        return Drawing.hasFonts();
    }

    /** {@return a note if charts are missing because there is no font, otherwise nothing} */
    public static Content noteOnFonts() {
        return content(JtenoteOnFontsGenerated::render, hasFigures());
    }

    /**
     * {@return a chart as SVG, or nothing if charts cannot be drawn}
     *
     * @param panel the chart
     */
    public Content figure(LinePanel panel) {
        return figure(panel.figure());
    }

    /** The figure with ids of its own in this page. */
    Content figure(Figure figure) {
        return new TrustedMarkup(hasFigures() ? SvgGraphics.draw(figure, "f" + figures++) : "");
    }

    /**
     * {@return a page as HTML}
     *
     * @param <T> the type of what the body shows
     * @param title title of the page
     * @param body template of the body
     * @param value what the body shows
     * @throws IOException if the style sheet is missing in the jar
     */
    public static <T> String of(String title, Template<T> body, T value) throws IOException {
        return html(content(JtelayoutGenerated::render, new Layout(title, style(), content(body, value))));
    }

    /** What the layout needs. */
    record Layout(String title, Content style, Content body) {}

    /** Writes parts of a page. */
    static String html(Content content) {
        StringOutput html = new StringOutput();
        content.writeTo(new OwaspHtmlTemplateOutput(html));
        return NOT_ALLOWED.matcher(html.toString()).replaceAll("\ufffd");
    }

    @SuppressWarnings("NullAway") // without tags to intercept, as in our build, the templates never ask the interceptor
    static <T> Content content(Template<T> template, T value) {
        return (HtmlContent) output -> template.render(output, null, value);
    }

    private static Content style() throws IOException {
        try (InputStream css = HtmlPage.class.getResourceAsStream("report.css")) {
            if (css == null) {
                throw new IOException("report.css is missing in the jar of terzi-evaluation: build it again");
            }
            return new TrustedMarkup(new String(css.readAllBytes(), StandardCharsets.UTF_8));
        }
    }
}
