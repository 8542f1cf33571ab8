package terzi.data;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import terzi.data.ImageFiles.Entry;
import terzi.data.ImageFiles.Part;
import terzi.files.FileNames;

/**
 * A UTF-8 CSV file with the header {@code path,label} or {@code path,label,split}; paths are relative to the file. Other
 * columns are kept for {@link Grouping}. Labels
 * are {@linkplain Labels normalized} and sorted: by number if all are whole numbers, by text otherwise. A split has one of the
 * names of {@link PartName}, in any case; rows whose split says that they have no label are left out and counted.
 */
final class CsvList {
    private CsvList() {}

    static DatasetSplits open(String name, Path csv, DatasetOptions options) throws IOException {
        List<Entry> entries = new ArrayList<>();
        int leftOut = 0;
        try (CsvReader<CsvRecord> reader = CsvReader.builder()
                .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                .ofCsvRecord(text(csv))) {
            Columns columns = null;
            for (CsvRecord row : reader) {
                if (columns == null) {
                    columns = Columns.of(csv, row.getFields());
                } else {
                    Optional<Entry> entry = entry(csv, row, columns);
                    entry.ifPresent(entries::add);
                    leftOut += entry.isPresent() ? 0 : 1;
                }
            }
        } catch (CsvParseException | UncheckedIOException e) {
            throw new DatasetException(csv + ": not a well-formed CSV file: " + e.getMessage(), e);
        }
        if (entries.isEmpty()) {
            throw new DatasetException(
                    csv + ": expected a header with path and label and at least one image, found " + "no image");
        }
        boolean divided = entries.stream().anyMatch(e -> e.part() != Part.UNDIVIDED);
        if (divided && options.labels().isEmpty() && entries.stream().noneMatch(e -> e.part() == Part.TRAIN)) {
            throw new DatasetException(csv + ": expected at least one image with split train, found none");
        }
        List<String> labels = labels(entries);
        List<String> notes = new ArrayList<>(Labels.alike(labels));
        if (leftOut > 0) {
            notes.add(leftOut + (leftOut == 1 ? " row is" : " rows are")
                    + " left out: the split says that the images have no label");
        }
        return ImageFiles.open(
                name, labels, entries, new DatasetReport(List.of(), List.of(), List.of(), notes), options);
    }

    /** The file's text; anything but UTF-8 is refused rather than read as other names. */
    private static String text(Path csv) throws IOException {
        try {
            String text = Files.readString(csv);
            requireClosedQuotes(csv, text);
            return text.startsWith("\ufeff") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw new DatasetException(csv + ": expected UTF-8 text, found other bytes; save the list as UTF-8", e);
        }
    }

    /** The reader would take all that follows an open quote, rows and all, for one field. */
    private static void requireClosedQuotes(Path csv, String text) throws DatasetException {
        int line = 1;
        int opened = 0; // the line of the quote that is open
        boolean isStart = true;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            line += c == '\n' ? 1 : 0;
            if (c == '"' && opened > 0) {
                opened = 0; // until the next one, if that follows at once
                isStart = i + 1 < text.length() && text.charAt(i + 1) == '"';
            } else if (c == '"' && isStart) {
                opened = line;
            } else {
                isStart = c == ',' || c == '\n' || c == '\r' || c == '\ufeff';
            }
        }
        if (opened > 0) {
            throw new DatasetException(
                    csv + " line " + opened + ": not a well-formed CSV file: a quote is opened and never closed");
        }
    }

    private record Columns(List<String> header, int path, int label, int split) {
        /** The fields of the other columns. */
        Map<String, String> others(CsvRecord row) {
            Map<String, String> others = new LinkedHashMap<>();
            for (int i = 0; i < header.size(); i++) {
                if (i != path && i != label && i != split) {
                    others.put(header.get(i), field(row, i));
                }
            }
            return Collections.unmodifiableMap(others);
        }

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
            return new Columns(header.stream().map(String::strip).toList(), path, label, names.indexOf("split"));
        }
    }

    /** The entry of a row; empty for one whose split says that it has no label. */
    private static Optional<Entry> entry(Path csv, CsvRecord row, Columns columns) throws DatasetException {
        String where = csv + " line " + row.getStartingLineNumber() + ": ";
        if (row.getFieldCount() != columns.header().size()) {
            throw new DatasetException(
                    where + "expected " + columns.header().size() + " fields as in the header, found "
                            + row.getFieldCount() + "; put a field that has a comma in double quotes");
        }
        Optional<Part> part =
                columns.split() < 0 ? Optional.of(Part.UNDIVIDED) : part(where, field(row, columns.split()));
        if (part.isEmpty()) {
            return Optional.empty();
        }
        String path = field(row, columns.path());
        String label = Labels.normalized(field(row, columns.label()));
        if (path.isEmpty() || label.isEmpty()) {
            throw new DatasetException(where + "expected a path and a label, found " + row.getFields());
        }
        try {
            // a name may begin or end with a blank; a blank after the comma is not part of it
            String written = row.getField(columns.path());
            Path file = FileNames.resolve(folder(csv), written);
            boolean exact = Files.exists(file);
            return Optional.of(new Entry(
                    part.get(),
                    label,
                    exact ? file : FileNames.resolve(folder(csv), path),
                    exact ? written : path,
                    columns.others(row)));
        } catch (InvalidPathException e) {
            throw new DatasetException(where + "'" + path + "' is not a path: " + e.getReason(), e);
        }
    }

    private static Path folder(Path csv) {
        return csv.resolveSibling("");
    }

    private static Optional<Part> part(String where, String split) throws DatasetException {
        PartName name = PartName.of(split)
                .filter(found -> found.affix().isEmpty())
                .orElseThrow(() -> new DatasetException(where + "expected train, val or test as the split, found '"
                        + split + "'; known spellings: " + PartName.SPELLINGS + ", in any case"));
        return switch (name.kind()) {
            case TRAINING -> Optional.of(Part.TRAIN);
            case VALIDATION -> Optional.of(Part.VALIDATION);
            case TEST -> Optional.of(Part.TEST);
            case UNLABELLED -> Optional.empty();
        };
    }

    private static String field(CsvRecord row, int column) {
        return row.getField(column).strip();
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
