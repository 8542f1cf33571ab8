package terzi.runs;

import java.util.List;
import terzi.data.DatasetReport;

/**
 * A folder that lies in the folder of a dataset, but is not part of it.
 *
 * @param folder the path below the folder of the dataset, with slashes
 * @param reason why, for people
 */
public record LeftOutFolder(String folder, String reason) {
    static List<LeftOutFolder> of(DatasetReport report) {
        return report.leftOut().stream()
                .map(one -> new LeftOutFolder(one.folder(), one.reason()))
                .toList();
    }

    /**
     * {@return a line for each reason with its folders; of folders below the first level, only some are named}
     *
     * @param folders of one dataset
     */
    public static List<String> lines(List<LeftOutFolder> folders) {
        return new DatasetReport(
                        List.of(),
                        List.of(),
                        folders.stream()
                                .map(one -> new DatasetReport.LeftOut(one.folder, one.reason))
                                .toList(),
                        List.of())
                .leftOutLines();
    }
}
