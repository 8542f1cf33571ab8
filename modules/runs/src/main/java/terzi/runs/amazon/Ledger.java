package terzi.runs.amazon;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import terzi.files.WholeFile;

/**
 * A CSV file that grows by a line at a time and survives being killed: a line counts when its end has been written, and
 * what is left of a torn one is cut off when the file is opened again. Values hold neither commas, quotes nor line ends.
 */
final class Ledger {
    private final Path file;
    private final int columns;

    private Ledger(Path file, int columns) {
        this.file = file;
        this.columns = columns;
    }

    static Ledger open(Path file, String... header) throws IOException {
        String first = String.join(",", header) + "\n";
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
        return new Ledger(file, header.length);
    }

    /** The values of all lines. */
    List<List<String>> rows() throws IOException {
        List<List<String>> rows = new ArrayList<>();
        for (String line : Files.readAllLines(file).stream().skip(1).toList()) {
            List<String> values = Arrays.asList(line.split(",", -1));
            if (values.size() == columns) {
                rows.add(values);
            }
        }
        return rows;
    }

    void add(Object... values) throws IOException {
        StringBuilder line = new StringBuilder();
        for (Object value : values) {
            line.append(line.isEmpty() ? "" : ",").append(clean(String.valueOf(value)));
        }
        Files.write(file, line.append('\n').toString().getBytes(StandardCharsets.UTF_8), StandardOpenOption.APPEND);
    }

    /** A comma or quote in an address may as well be escaped; elsewhere it does not matter. */
    private static String clean(String value) {
        return value.replace(",", "%2C").replace("\"", "%22").replaceAll("\\p{Cntrl}+", " ");
    }
}
