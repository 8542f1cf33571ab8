package terzi.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import terzi.data.DatasetReport;

/** What a data set's report says, on the console and in JSON: the same words for every command that opens data. */
final class DataReport {
    private DataReport() {}

    /** What was left out as warnings, decisions as notes. */
    static void tell(Console console, DatasetReport report) {
        report.lines().forEach(console::warn);
        report.notes().forEach(note -> console.progress("note: " + note));
    }

    /** Adds {@code folders_left_out} (which and why) and {@code notes} to an answer. */
    static void put(Map<String, Object> answer, DatasetReport report) {
        answer.put("folders_left_out", leftOut(report));
        answer.put("notes", report.notes());
    }

    /** The folders that were left out, each with {@code folder} and {@code reason}. */
    static List<Map<String, Object>> leftOut(DatasetReport report) {
        List<Map<String, Object>> folders = new ArrayList<>();
        for (DatasetReport.LeftOut one : report.leftOut()) {
            Map<String, Object> folder = new LinkedHashMap<>();
            folder.put("folder", one.folder());
            folder.put("reason", one.reason());
            folders.add(folder);
        }
        return folders;
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
