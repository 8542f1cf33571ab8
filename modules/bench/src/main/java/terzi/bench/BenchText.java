package terzi.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import terzi.bench.BenchReport.Entry;
import terzi.bench.BenchReport.Host;
import terzi.bench.BenchReport.Network;
import terzi.bench.BenchReport.Subject;
import terzi.bench.Findings.Ranked;
import terzi.files.Machine;

/** A report in a terminal. */
final class BenchText {
    /** Columns that a report takes at most, and where nobody tells how many there are. */
    static final int WIDEST = 120;

    private static final int NARROWEST = 16;
    private static final String GAP = "  ";
    private static final String INDENT = "  ";

    private final int columns;

    BenchText(int columns) {
        this.columns = Math.min(columns, WIDEST);
    }

    String table(BenchReport report) {
        Findings findings = new Findings(report);
        StringBuilder text = new StringBuilder();
        paragraph(text, "", title(report));
        for (Subject subject : Subject.values()) {
            List<Ranked> measured = findings.measured(subject);
            if (!measured.isEmpty()) {
                text.append('\n').append(capital(Digits.subject(subject))).append('\n');
                section(text, measured);
            }
        }
        if (!findings.unavailable().isEmpty()) {
            text.append("\nCould not run\n");
            for (Entry entry : findings.unavailable()) {
                paragraph(text, INDENT, entry.id() + " (" + Digits.subject(entry.subject()) + "): " + entry.reason());
            }
        }
        if (!report.warnings().isEmpty()) {
            text.append("\nWarnings\n");
            report.warnings().forEach(warning -> paragraph(text, INDENT, warning));
        }
        text.append('\n');
        findings.choice().lines().forEach(line -> paragraph(text, "", line));
        return text.toString();
    }

    static String title(BenchReport report) {
        Network network = report.network();
        Host host = report.host();
        return network.name() + " ("
                + String.join("x", network.input().stream().map(String::valueOf).toList())
                + ", " + network.classes() + " classes, "
                + String.format(Locale.ROOT, "%,d parameters", network.parameters()) + ") on " + host.cpu() + ", "
                + Machine.cores(host.cores());
    }

    static String capital(String words) {
        return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
    }

    private void section(StringBuilder text, List<Ranked> measured) {
        List<List<String>> rows = measured.stream().map(BenchColumns::cells).toList();
        int count = BenchColumns.HEADINGS.size();
        int[] widths = new int[count];
        int others = INDENT.length();
        for (int c = count - 1; c >= 0; c--) {
            int column = c;
            widths[c] = rows.stream()
                    .mapToInt(row -> plain(row.get(column)).length())
                    .max()
                    .orElse(0);
            for (String word : BenchColumns.HEADINGS.get(c).split(" ", -1)) {
                widths[c] = Math.max(widths[c], word.length());
            }
            others += c == 0 ? 0 : GAP.length() + widths[c];
        }
        if (others + NARROWEST > columns) {
            rows.forEach(row -> list(text, row));
            return;
        }
        widths[0] = Math.max(NARROWEST, Math.min(widths[0], columns - others));
        row(text, BenchColumns.HEADINGS, widths, "");
        rows.forEach(row -> row(text, row, widths, INDENT));
    }

    /** A row by itself: the backend, and below it what was found of it. */
    private void list(StringBuilder text, List<String> row) {
        paragraph(text, INDENT, row.get(0));
        for (int c = row.size() - 1; c > 0; c--) {
            paragraph(text, INDENT + INDENT, String.format("%-15s %s", BenchColumns.HEADINGS.get(c), row.get(c)));
        }
    }

    /** Cells that are too long go on below themselves; names and words stand left, numbers right. */
    private static void row(StringBuilder text, List<String> row, int[] widths, String indent) {
        List<List<String>> cells = new ArrayList<>();
        for (int c = 0; c < widths.length; c++) {
            cells.add(wrapped(plain(row.get(c)), widths[c], indent));
        }
        int height = cells.stream().mapToInt(List::size).max().orElse(1);
        for (int i = 0; i < height; i++) {
            StringBuilder line = new StringBuilder(INDENT);
            for (int c = 0; c < widths.length; c++) {
                String part = i < cells.get(c).size() ? cells.get(c).get(i) : "";
                boolean left = c == 0 || c == widths.length - 1;
                line.append(c == 0 ? "" : GAP)
                        .append(left ? part : "")
                        .append(" ".repeat(widths[c] - part.length()))
                        .append(left ? "" : part);
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
    }

    void paragraph(StringBuilder text, String indent, String sentence) {
        List<String> lines = wrapped(plain(sentence), columns - indent.length(), INDENT);
        lines.forEach(line -> text.append(indent).append(line).append('\n'));
    }

    /** Lines of at most a width, broken between words where there are any; later ones are indented. */
    private static List<String> wrapped(String text, int width, String indent) {
        List<String> lines = new ArrayList<>();
        String rest = text;
        while (rest.length() > width) {
            int space = rest.lastIndexOf(' ', width);
            int end = space > indent.length() ? space : width;
            lines.add(rest.substring(0, end));
            rest = indent + rest.substring(end).stripLeading();
        }
        lines.add(rest);
        return lines;
    }

    /** Without what would move the cursor. */
    private static String plain(String text) {
        return text.replaceAll("[\\p{Cntrl}]+", " ");
    }
}
