package terzi.vision;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import terzi.vision.PictureFiles.Entry;
import terzi.vision.PictureFiles.Part;

/**
 * A UTF-8 CSV file with the header {@code path,label} or {@code path,label,split}; paths are relative to the file. Labels
 * are sorted: by number if all are whole numbers, by text otherwise.
 */
final class CsvList {
    private CsvList() {}

    static DatasetSplits open(String name, Path csv, DatasetOptions options) throws IOException {
        List<Entry> entries = new ArrayList<>();
        try (CsvReader<CsvRecord> reader = CsvReader.builder().ofCsvRecord(text(csv))) {
            Columns columns = null;
            for (CsvRecord row : reader) {
                if (columns == null) {
                    columns = Columns.of(csv, row.getFields());
                } else {
                    entries.add(entry(csv, row, columns));
                }
            }
        } catch (CsvParseException | UncheckedIOException e) {
            throw new DatasetException(csv + ": not a well-formed CSV file: " + e.getMessage(), e);
        }
        if (entries.isEmpty()) {
            throw new DatasetException(
                    csv + ": expected a header with path and label and at least one picture, found " + "no picture");
        }
        boolean divided = entries.stream().anyMatch(e -> e.part() != Part.UNDIVIDED);
        if (divided && entries.stream().noneMatch(e -> e.part() == Part.TRAIN)) {
            throw new DatasetException(csv + ": expected at least one picture with split train, found none");
        }
        return PictureFiles.open(name, labels(entries), entries, DatasetReport.EMPTY, options);
    }

    /** The file's text; anything but UTF-8 is refused rather than read as other names. */
    private static String text(Path csv) throws IOException {
        try {
            String text = Files.readString(csv);
            return text.startsWith("\ufeff") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw new DatasetException(csv + ": expected UTF-8 text, found other bytes; save the list as UTF-8", e);
        }
    }

    private record Columns(int path, int label, int split) {
        static Columns of(Path csv, List<String> header) throws DatasetException {
            List<String> names = header.stream()
                    .map(field -> field.strip().toLowerCase(Locale.ROOT))
                    .toList();
            int path = names.indexOf("path");
            int label = names.indexOf("label");
            if (path < 0 || label < 0) {
                throw new DatasetException(
                        csv + " line 1: expected a header with the columns path and label (and optionally"
                                + " split), separated by commas; found " + header);
            }
            return new Columns(path, label, names.indexOf("split"));
        }
    }

    private static Entry entry(Path csv, CsvRecord row, Columns columns) throws DatasetException {
        String where = csv + " line " + row.getStartingLineNumber() + ": ";
        String path = field(row, columns.path());
        String label = field(row, columns.label());
        if (path.isEmpty() || label.isEmpty()) {
            throw new DatasetException(where + "expected a path and a label, found " + row.getFields());
        }
        Part part = columns.split() < 0
                ? Part.UNDIVIDED
                : switch (field(row, columns.split()).toLowerCase(Locale.ROOT)) {
                    case "train" -> Part.TRAIN;
                    case "val", "valid", "validation" -> Part.VALIDATION;
                    case "test" -> Part.TEST;
                    default ->
                        throw new DatasetException(where + "expected train, val or test as the split, found '"
                                + field(row, columns.split()) + "'");
                };
        try {
            return new Entry(part, label, csv.resolveSibling(path), path);
        } catch (InvalidPathException e) {
            throw new DatasetException(where + "'" + path + "' is not a path: " + e.getReason(), e);
        }
    }

    private static String field(CsvRecord row, int column) {
        return column < row.getFieldCount() ? row.getField(column).strip() : "";
    }

    private static List<String> labels(List<Entry> entries) {
        TreeSet<String> distinct = new TreeSet<>();
        entries.forEach(e -> distinct.add(e.label()));
        boolean numbers = distinct.stream().allMatch(label -> label.matches("\\d{1,9}"));
        return numbers
                ? distinct.stream()
                        .sorted(Comparator.<String>comparingInt(Integer::parseInt)
                                .thenComparing(Comparator.naturalOrder()))
                        .toList()
                : List.copyOf(distinct);
    }
}
