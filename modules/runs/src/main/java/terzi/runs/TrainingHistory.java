package terzi.runs;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import terzi.evaluation.report.Report;
import terzi.training.run.History;

/** Reads {@code training_history.csv} back. */
final class TrainingHistory {
    static final String FILE_NAME = History.FILE_NAME;

    private TrainingHistory() {}

    /** The epochs; none where there is no such file. */
    static List<Report.Step> read(Path folder) throws IOException {
        Path file = folder.resolve(FILE_NAME);
        if (!Files.exists(file)) {
            return List.of();
        }
        List<Report.Step> steps = new ArrayList<>();
        try (CsvReader<NamedCsvRecord> csv = CsvReader.builder().ofNamedCsvRecord(file)) {
            for (NamedCsvRecord epoch : csv) {
                steps.add(new Report.Step(
                        Integer.parseInt(epoch.getField("epoch")),
                        number(epoch, "train_loss"),
                        number(epoch, "train_accuracy"),
                        number(epoch, "validation_loss"),
                        number(epoch, "validation_accuracy"),
                        number(epoch, "learning_rate")));
            }
        } catch (CsvParseException | IllegalArgumentException | java.util.NoSuchElementException e) {
            throw new IOException(file + ": is not a history of a training: " + e.getMessage(), e);
        }
        return steps;
    }

    private static double number(NamedCsvRecord epoch, String column) {
        return Double.parseDouble(epoch.getField(column));
    }
}
