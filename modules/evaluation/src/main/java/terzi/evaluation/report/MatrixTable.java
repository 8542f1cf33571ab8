package terzi.evaluation.report;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import terzi.evaluation.ConfusionMatrix;

/**
 * What {@code matrix.jte} shows, a confusion matrix as a table: rows are true classes, columns predicted ones. It is text, so it stays readable at
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

    /** Whether the names above the columns need not be turned anywhere. */
    boolean isLevel() {
        return classes <= LEVEL_NAMES;
    }

    /** The style class of the names above the columns; none where they are not turned. */
    @Nullable String turned() {
        return isLevel() ? null : classes <= LEVEL_WHERE_WIDE ? "turned narrow" : "turned";
    }

    /** The style class of the whole. */
    String size() {
        return isShort() ? "roomy" : hasNumbers() ? "numbered" : "shaded";
    }

    ConfusionMatrix confusion() {
        return confusion;
    }

    int classes() {
        return classes;
    }

    /** Least pixels of a cell. */
    int cell() {
        return cell;
    }

    /** Least pixels of the names of the rows. */
    int names() {
        return names;
    }

    /** Least pixels of the whole. */
    int width() {
        return names + classes * cell;
    }

    /** Number of cells beside the diagonal that are not empty. */
    long confusions() {
        return rows().stream()
                .flatMap(row -> row.cells().stream())
                .filter(cell -> cell.count() > 0 && !cell.isRight())
                .count();
    }

    /** A true class and its cells, one of each predicted class. */
    record Row(String label, List<Cell> cells) {}

    List<Row> rows() {
        List<String> labels = confusion.labels();
        List<Row> rows = new ArrayList<>();
        for (int truth = 0; truth < classes; truth++) {
            long[] counts = confusion.counts()[truth];
            long support = LongStream.of(counts).sum();
            List<Cell> cells = new ArrayList<>();
            for (int predicted = 0; predicted < classes; predicted++) {
                cells.add(new Cell(labels, truth, predicted, counts[predicted], support));
            }
            rows.add(new Row(labels.get(truth), cells));
        }
        return rows;
    }

    /** How many of the {@code support} images of a class were given a class. */
    record Cell(List<String> labels, int truth, int predicted, long count, long support) {
        boolean isRight() {
            return truth == predicted;
        }

        private double share() {
            return (double) count / support;
        }

        /** Opacity of its colour: the root of the share, so that a few errors show beside many right answers. */
        double shade() {
            return Math.max(FAINTEST, Math.sqrt(share()));
        }

        /** Its style classes: of its colour, and of the colour of its text. */
        String tone() {
            return (isRight() ? "r" : "w") + (shade() > STRONG ? " t u" : shade() > STRONG_ON_DARK ? " t" : "");
        }

        String title() {
            String answer = isRight() ? " recognised" : " misclassified as " + labels.get(predicted);
            return labels.get(truth) + answer + ": " + Numbers.count(count) + " of " + Numbers.count(support) + " ("
                    + Numbers.tenths(share()) + " %)";
        }

        /** Its per cent of the row without the sign, which would not fit. */
        String percent() {
            double percent = share() * 100;
            return percent > 99.95 ? "100" : percent < 0.05 ? "<0.1" : Numbers.fixed(percent, percent < 9.95 ? 1 : 0);
        }
    }
}
