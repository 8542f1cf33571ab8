package terzi.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A table in a terminal: the first column stands left, the others right; where it is too wide, each row becomes a list. */
public final class TextTable {
    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();
    private boolean endsInWords;

    /**
     * Creates an empty table.
     *
     * @param headings heading of each column, at least one
     */
    public TextTable(String... headings) {
        rows.add(List.of(headings));
    }

    /** {@return this table, whose last column stands left, too} */
    public TextTable endingInWords() {
        endsInWords = true;
        return this;
    }

    /**
     * Adds a row.
     *
     * @param cells as many cells as there are headings
     */
    public void row(String... cells) {
        rows.add(List.of(cells));
    }

    /**
     * {@return the table in lines of at most {@code columns} columns, if single cells are not wider}
     *
     * @param columns width of the terminal
     */
    public String text(int columns) {
        int[] widths = IntStream.range(0, rows.get(0).size())
                .map(c -> rows.stream()
                        .mapToInt(row -> TextColumns.width(row.get(c)))
                        .max()
                        .orElse(0))
                .toArray();
        int whole = IntStream.of(widths).sum() + GAP.length() * (widths.length - 1);
        return whole <= columns
                ? rows.stream().map(row -> line(row, widths)).collect(Collectors.joining(System.lineSeparator()))
                : rows.stream().skip(1).map(this::list).collect(Collectors.joining(System.lineSeparator()));
    }

    private String line(List<String> row, int[] widths) {
        return IntStream.range(0, widths.length)
                .mapToObj(c -> c == 0 || (endsInWords && c == widths.length - 1)
                        ? TextColumns.left(row.get(c), widths[c])
                        : TextColumns.right(row.get(c), widths[c]))
                .collect(Collectors.joining(GAP))
                .stripTrailing();
    }

    private String list(List<String> row) {
        List<String> headings = rows.get(0);
        int width = headings.stream().mapToInt(TextColumns::width).max().orElse(0);
        return row.get(0)
                + System.lineSeparator()
                + IntStream.range(1, row.size())
                        .mapToObj(c -> GAP + TextColumns.left(headings.get(c), width) + GAP + row.get(c))
                        .collect(Collectors.joining(System.lineSeparator()));
    }
}
