package terzi.evaluation;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import de.siegmar.fastcsv.writer.CsvWriter;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import terzi.evaluation.Evaluation.Columns;

/** {@code predictions.csv}: written and read back. */
final class PredictionsCsv {
    private static final List<String> ANSWER = List.of("id", "truth", "predicted", "confidence");
    private static final String PROBABILITY = "p:";

    private PredictionsCsv() {}

    static void write(Predictions all, Columns columns, Writer out) throws IOException {
        boolean probabilities = columns == Columns.ANSWER_AND_PROBABILITIES;
        try (CsvWriter csv = EvaluationFiles.csv(out)) {
            List<String> header = new ArrayList<>(ANSWER);
            if (probabilities) {
                all.labels().forEach(label -> header.add(PROBABILITY + label));
            }
            csv.writeRecord(header);
            for (int i = 0; i < all.size(); i++) {
                List<String> row = new ArrayList<>(List.of(
                        all.id(i),
                        all.labels().get(all.truth(i)),
                        all.labels().get(all.predicted(i)),
                        Float.toString(all.confidence(i))));
                for (int c = 0; probabilities && c < all.labels().size(); c++) {
                    row.add(Float.toString(all.probability(i, c)));
                }
                csv.writeRecord(row);
            }
        }
    }

    static Predictions read(Path file) throws IOException {
        try (CsvReader<CsvRecord> csv = CsvReader.builder()
                .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                .ofCsvRecord(file)) {
            Iterator<CsvRecord> records = csv.iterator();
            List<String> header = records.hasNext() ? List.copyOf(records.next().getFields()) : List.of();
            if (header.size() < ANSWER.size()
                    || !header.subList(0, ANSWER.size()).equals(ANSWER)) {
                throw new IOException(
                        file + ": expected the columns " + String.join(", ", ANSWER) + ", found " + header);
            }
            List<String> labels = header.subList(ANSWER.size(), header.size()).stream()
                    .map(column -> column.startsWith(PROBABILITY) ? column.substring(PROBABILITY.length()) : column)
                    .toList();
            if (labels.isEmpty()) {
                throw new IOException(file + ": has answers but no probabilities; measure the classifier again with"
                        + " 'terzi report' on the run, or evaluate it into another folder");
            }
            return rows(file, records, labels);
        } catch (CsvParseException | IllegalArgumentException e) {
            throw new IOException(file + ": is not a list of predictions: " + e.getMessage(), e);
        }
    }

    private static Predictions rows(Path file, Iterator<CsvRecord> records, List<String> labels) throws IOException {
        Map<String, Integer> places = new HashMap<>();
        labels.forEach(label -> places.put(label, places.size()));
        List<String> ids = new ArrayList<>();
        List<Integer> truth = new ArrayList<>();
        List<float[]> probabilities = new ArrayList<>();
        while (records.hasNext()) {
            CsvRecord record = records.next();
            int columns = ANSWER.size() + labels.size();
            if (record.getFieldCount() != columns) {
                throw new IOException(file + ", line " + record.getStartingLineNumber() + ": expected "
                        + columns + " fields as in the header, found " + record.getFieldCount()
                        + "; write the file again with 'terzi report' or 'terzi evaluate'");
            }
            Integer label = places.get(record.getField(1));
            if (label == null) {
                throw new IOException(file + ", line " + record.getStartingLineNumber()
                        + ": expected a class that has a column of probabilities, found '" + record.getField(1) + "'");
            }
            float[] row = new float[labels.size()];
            for (int c = 0; c < row.length; c++) {
                row[c] = Float.parseFloat(record.getField(ANSWER.size() + c));
            }
            ids.add(record.getField(0));
            truth.add(label);
            probabilities.add(row);
        }
        return Predictions.of(
                labels,
                ids,
                truth.stream().mapToInt(Integer::intValue).toArray(),
                probabilities.toArray(new float[0][]));
    }
}
