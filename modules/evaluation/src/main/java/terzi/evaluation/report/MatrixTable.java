package terzi.evaluation.report;

import java.util.Locale;
import java.util.regex.Pattern;
import terzi.evaluation.ConfusionMatrix;

/**
 * A confusion matrix as a table of the page: rows are true classes, columns predicted ones. It is text, so it stays readable at
 * every width: where it has no room it scrolls under the names of its rows and columns, and says so.
 */
final class MatrixTable {
    /** Up to so many classes a cell has its per cents too. */
    private static final int ROOMY = 12;
    /** Up to so many classes a cell has its count; with more, colours alone. */
    private static final int NUMBERED = 40;
    /** Up to so many classes the names above the columns need not be turned, not even on a phone. */
    private static final int LEVEL_NAMES = 4;
    /** Up to so many classes they need not be turned on paper and on a wide screen. */
    private static final int LEVEL_WHERE_WIDE = 8;
    /** Shades from which texts are in the other colour: on dark screens, and on light ones. */
    private static final double STRONG_ON_DARK = 0.62;

    private static final double STRONG = 0.8;
    private static final double FAINTEST = 0.06;

    /** What A4 has between its margins, in pixels of 1/96 inch. */
    private static final int PAPER = 680;

    /** Letters that a turned name has room for in one line. */
    private static final int TURNED_LETTERS = 34;

    /** After these, names go on in another line. */
    private static final Pattern BREAKS = Pattern.compile("(?<=[\\s_\\-./])");

    private static final int LEAST_NAMES = 72;
    private static final int MOST_NAMES = 210;

    private final ConfusionMatrix confusion;
    private final int classes;
    private final int cell;
    private final int names;

    MatrixTable(ConfusionMatrix confusion) {
        this.confusion = confusion;
        this.classes = confusion.labels().size();
        this.cell = classes > NUMBERED ? 13 : Math.max(classes > ROOMY ? 25 : 30, digitsRoom() + 5);
        this.names = namesRoom();
    }

    /** Pixels that the names of the rows take at least: of their longest word, which is not to be broken. */
    private int namesRoom() {
        int longest = 0;
        for (String label : confusion.labels()) {
            for (String word : BREAKS.split(label, -1)) {
                boolean breaks = word.codePoints().anyMatch(Character::isIdeographic);
                longest = Math.max(longest, breaks ? 0 : word.codePointCount(0, word.length()));
            }
        }
        return Math.max(LEAST_NAMES, Math.min(MOST_NAMES, (int) Math.ceil(7.4 * longest) + 10));
    }

    /** Pixels that the longest count takes in the size of the cells' text. */
    private int digitsRoom() {
        long most = 0;
        for (long[] row : confusion.counts()) {
            for (long count : row) {
                most = Math.max(most, count);
            }
        }
        return (int) Math.ceil(7.4 * Long.toString(most).length());
    }

    /** Whether the cells hold counts. */
    boolean hasNumbers() {
        return classes <= NUMBERED;
    }

    /** Whether below the counts there are per cents of the row. */
    boolean hasPercents() {
        return classes <= ROOMY;
    }

    /** Whether it is small enough for one page with what introduces it. */
    boolean isShort() {
        return classes <= ROOMY;
    }

    /** Whether all columns have room on a printed page without smaller letters. */
    boolean fitsOnPaper() {
        boolean twoLines = confusion.labels().stream().anyMatch(label -> label.length() > TURNED_LETTERS);
        int column = Math.max(digitsRoom() + 3, twoLines ? 31 : 18);
        return hasNumbers() && names + classes * column <= PAPER;
    }

    void append(Html html) {
        String size = isShort() ? "roomy" : hasNumbers() ? "numbered" : "shaded";
        html.put(
                "<div class=\"matrix-box %s" + (fitsOnPaper() ? "" : " screen-only")
                        + "\" style=\"--n:%d;--cell:%dpx;--most:%drem;--names:%dpx;--w:%dpx\">\n",
                size,
                classes,
                cell,
                classes <= LEVEL_NAMES ? 8 : 5,
                names,
                names + classes * cell);
        html.put("<p class=\"hint\" aria-hidden=\"true\">Scroll sideways: %d columns →</p>\n", classes);
        html.put(
                "<div class=\"matrix\" tabindex=\"0\" role=\"region\" aria-label=\"Confusion matrix of %d classes: %,d of %,d"
                        + " images on the diagonal\"><table class=\"cm\">\n",
                classes, confusion.correct(), confusion.total());
        html.raw("<thead><tr><th class=\"corner\">true&nbsp;↓ predicted&nbsp;→</th>");
        String turned =
                classes <= LEVEL_NAMES ? "" : " class=\"turned" + (classes <= LEVEL_WHERE_WIDE ? " narrow" : "") + "\"";
        for (String label : confusion.labels()) {
            html.raw("<th scope=\"col\"" + turned + "><span>" + Html.breakable(label) + "</span></th>");
        }
        html.raw("</tr></thead>\n<tbody>");
        long[][] counts = confusion.counts();
        for (int truth = 0; truth < classes; truth++) {
            row(html, truth, counts[truth]);
        }
        html.raw("</tbody></table></div></div>\n");
    }

    private void row(Html html, int truth, long[] counts) {
        long support = 0;
        for (long count : counts) {
            support += count;
        }
        html.raw("<tr><th scope=\"row\">" + Html.breakable(confusion.labels().get(truth)) + "</th>");
        for (int predicted = 0; predicted < classes; predicted++) {
            if (counts[predicted] == 0) {
                html.raw("<td></td>");
            } else {
                cell(html, truth, predicted, counts[predicted], support);
            }
        }
        html.raw("</tr>\n");
    }

    private void cell(Html html, int truth, int predicted, long count, long support) {
        double share = (double) count / support;
        // the root, so that a few errors show beside many right answers
        double shade = Math.max(FAINTEST, Math.sqrt(share));
        String tone = (truth == predicted ? "r" : "w") + (shade > STRONG ? " t u" : shade > STRONG_ON_DARK ? " t" : "");
        String name = confusion.labels().get(truth);
        html.put(
                "<td class=\"" + tone + "\" style=\"--s:%.2f\" title=\"%s: %,d of %,d (%.1f %%)\">",
                shade,
                truth == predicted
                        ? name + " recognised"
                        : name + " misclassified as " + confusion.labels().get(predicted),
                count,
                support,
                share * 100);
        if (hasNumbers()) {
            html.put("%d", count);
        }
        if (hasPercents()) {
            html.put("<small>%s</small>", percent(share));
        }
        html.raw("</td>");
    }

    /** Without its sign, which would not fit. */
    private static String percent(double share) {
        double percent = share * 100;
        return percent > 99.95
                ? "100"
                : percent < 0.05 ? "<0.1" : String.format(Locale.ROOT, percent < 9.95 ? "%.1f" : "%.0f", percent);
    }
}
