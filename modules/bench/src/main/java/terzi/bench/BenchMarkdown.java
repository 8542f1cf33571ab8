package terzi.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import terzi.bench.BenchReport.Entry;
import terzi.bench.BenchReport.Host;
import terzi.bench.BenchReport.Subject;
import terzi.bench.Findings.Ranked;
import terzi.files.Machine;

/** A report as Markdown, to be put into a README. */
final class BenchMarkdown {
    private BenchMarkdown() {}

    static String of(BenchReport report) {
        Findings findings = new Findings(report);
        StringBuilder text = new StringBuilder();
        text.append("### ").append(escape(report.network().name())).append("\n\n");
        text.append(fence(report.command())).append('\n');
        for (Subject subject : Subject.values()) {
            List<Ranked> measured = findings.measured(subject);
            if (!measured.isEmpty()) {
                text.append("**")
                        .append(BenchText.capital(Digits.subject(subject)))
                        .append("**\n\n");
                table(text, measured);
            }
        }
        if (!findings.unavailable().isEmpty()) {
            text.append("**Could not run**\n\n");
            for (Entry entry : findings.unavailable()) {
                text.append("- `")
                        .append(code(entry.id()))
                        .append("` (")
                        .append(Digits.subject(entry.subject()))
                        .append("): ")
                        .append(escape(entry.reason()))
                        .append('\n');
            }
            text.append('\n');
        }
        if (!report.warnings().isEmpty()) {
            text.append("**Warnings**\n\n");
            report.warnings()
                    .forEach(
                            warning -> text.append("- ").append(escape(warning)).append('\n'));
            text.append('\n');
        }
        findings.choice().lines().forEach(line -> text.append(escape(line)).append("\n\n"));
        text.append("Measured ").append(escape(report.date())).append(" on ");
        text.append(escape(machine(report.host()))).append(".\n\n");
        text.append(escape(findings.method())).append("\n\n");
        text.append("Versions: ").append(escape(versions(report))).append(".\n");
        return text.toString();
    }

    private static void table(StringBuilder text, List<Ranked> measured) {
        List<String> rule = new ArrayList<>(List.of("---"));
        for (int c = 1; c < BenchColumns.HEADINGS.size(); c++) {
            rule.add(c == BenchColumns.HEADINGS.size() - 1 ? "---" : "--:");
        }
        row(text, BenchColumns.HEADINGS);
        row(text, rule);
        for (Ranked one : measured) {
            List<String> cells = new ArrayList<>(BenchColumns.cells(one));
            cells.set(0, "`" + code(cells.get(0)) + "`");
            if (one.isWrong()) {
                cells.set(cells.size() - 1, "**" + BenchColumns.WRONG + "**");
            }
            row(text, cells);
        }
        text.append('\n');
    }

    private static void row(StringBuilder text, List<String> cells) {
        text.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }

    /** The machine in one line. */
    static String machine(Host host) {
        List<String> parts = new ArrayList<>();
        parts.add(host.cpu());
        parts.add(Machine.cores(host.cores())
                + host.quota()
                        .map(quota -> " (quota " + Digits.three(quota) + ")")
                        .orElse(""));
        if (!host.features().isEmpty()) {
            parts.add(String.join(" ", host.features()));
        }
        parts.add(String.format(Locale.ROOT, "%,d MiB", host.memoryMib()));
        parts.add(host.system());
        parts.add("Java " + host.java());
        return String.join(", ", parts);
    }

    /** Each thing once, with all versions that were met. */
    static String versions(BenchReport report) {
        Map<String, List<String>> all = new TreeMap<>();
        for (Entry entry : report.entries()) {
            entry.versions().forEach((name, version) -> {
                List<String> met = all.computeIfAbsent(name, key -> new ArrayList<>());
                if (!met.contains(version)) {
                    met.add(version);
                }
            });
        }
        return all.isEmpty()
                ? "unknown"
                : all.entrySet().stream()
                        .map(one -> one.getKey() + " " + String.join(" and ", one.getValue()))
                        .collect(Collectors.joining(", "));
    }

    private static String escape(String text) {
        return oneLine(text)
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replaceAll("([\\\\`*\\[\\]|]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9]))", "\\\\$1");
    }

    /** For between back ticks, where only they and the end of a table's cell have a meaning. */
    private static String code(String text) {
        return oneLine(text).replace('`', '\'').replace("|", "\\|");
    }

    private static String fence(String command) {
        return "```\n" + oneLine(command).replace("```", "'''") + "\n```\n";
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\p{Cntrl}+", " ");
    }
}
