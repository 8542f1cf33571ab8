package terzi.runs.amazon;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import terzi.files.WholeFile;

/**
 * A CSV file that grows by a line at a time and survives being killed: a line counts when its end has been written, and
 * what is left of a torn one is cut off when the file is opened again. Line ends in values become spaces.
 */
final class Ledger {
    private final Path file;

    private Ledger(Path file) {
        this.file = file;
    }

    static Ledger open(Path file, String... header) throws IOException {
        String first = line((Object[]) header);
        if (!Files.exists(file)) {
            Files.writeString(file, first);
        } else {
            String text = Files.readString(file);
            if (!text.startsWith(first)) {
                throw new IOException(file + ": expected a list with the header '" + first.strip()
                        + "', found another file; choose another folder, or move it away");
            }
            if (!text.endsWith("\n")) {
                WholeFile.text(file, out -> out.write(text.substring(0, text.lastIndexOf('\n') + 1)));
            }
        }
        return new Ledger(file);
    }

    /** The values of all lines; lines with more or fewer than the header are left out. */
    List<List<String>> rows() throws IOException {
        try (CsvReader<CsvRecord> csv = CsvReader.builder()
                .missingFieldStrategy(FieldMismatchStrategy.SKIP)
                .extraFieldStrategy(FieldMismatchStrategy.SKIP)
                .ofCsvRecord(file)) {
            return csv.stream().skip(1).map(CsvRecord::getFields).toList();
        } catch (CsvParseException e) {
            throw new IOException(file + ": is not well-formed CSV: " + e.getMessage() + "; move it away", e);
        }
    }

    void add(Object... values) throws IOException {
        Files.writeString(file, line(values), StandardOpenOption.APPEND);
    }

    private static String line(Object... values) throws IOException {
        StringWriter line = new StringWriter();
        try (CsvWriter csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(line)) {
            csv.writeRecord(Stream.of(values)
                    .map(value -> String.valueOf(value).replaceAll("\\p{Cntrl}+", " "))
                    .toList());
        }
        return line.toString();
    }
}
