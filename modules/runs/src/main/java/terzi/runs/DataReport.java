package terzi.runs;

import java.util.ArrayList;
import java.util.List;
import terzi.data.DatasetReport;

/** The report of a dataset in words, the same for every run that opens data. */
final class DataReport {
    private DataReport() {}

    /** What was left out as warnings, decisions as notes. */
    static void tell(RunLog log, DatasetReport report) {
        report.lines().forEach(log::warn);
        report.notes().forEach(log::note);
    }

    /** One paragraph for a report; empty where there is nothing to say. */
    static String text(DatasetReport report) {
        List<String> lines = new ArrayList<>(report.leftOutLines().stream()
                .map(line -> "folders left out: " + line)
                .toList());
        if (!report.emptyClasses().isEmpty()) {
            lines.add("class folders without a file left out: " + String.join(", ", report.emptyClasses()));
        }
        lines.addAll(report.notes());
        return String.join("; ", lines);
    }
}
