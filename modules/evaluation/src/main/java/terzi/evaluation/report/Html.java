package terzi.evaluation.report;

import java.util.Locale;

/** Builds a page; whatever comes from outside goes through {@link #put}, {@link #text} or {@link #escape}. */
final class Html {
    private final StringBuilder html = new StringBuilder();

    /** Markup of ours. */
    Html raw(String markup) {
        html.append(markup);
        return this;
    }

    /** Markup of ours, a format, with texts from outside in the places of {@code %s}. */
    Html put(String markup, Object... texts) {
        Object[] escaped = new Object[texts.length];
        for (int i = 0; i < texts.length; i++) {
            escaped[i] = texts[i] instanceof Number number ? number : escape(String.valueOf(texts[i]));
        }
        html.append(String.format(Locale.ROOT, markup, escaped));
        return this;
    }

    /** A text from outside. */
    Html text(String text) {
        html.append(escape(text));
        return this;
    }

    /** A class name: its direction of writing must not turn what stands around it. */
    static String name(String name) {
        return "<bdi>" + escape(name) + "</bdi>";
    }

    /** The text with everything that HTML gives a meaning to written as references; control characters are replaced. */
    static String escape(String text) {
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
