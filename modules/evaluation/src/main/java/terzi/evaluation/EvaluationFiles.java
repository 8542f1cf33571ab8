package terzi.evaluation;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import terzi.evaluation.Evaluation.Columns;
import terzi.files.RunFile;
import terzi.files.WholeFile;

/** Writes an evaluation into a folder; every file is written beside its place and then moved there. */
final class EvaluationFiles {

    private EvaluationFiles() {}

    static void write(Evaluation e, Path folder, Columns columns) throws IOException {
        try {
            Files.createDirectories(folder);
            WholeFile.text(RunFile.CLASSIFICATION_REPORT.in(folder), out -> out.write(e.text()));
            WholeFile.text(RunFile.CONFUSION_MATRIX.in(folder), out -> confusion(e.confusion(), out));
            WholeFile.text(RunFile.PREDICTIONS.in(folder), out -> PredictionsCsv.write(e.predictions(), columns, out));
            // last: whoever finds metrics.json finds the others too
            WholeFile.text(RunFile.METRICS.in(folder), out -> out.write(e.json()));
        } catch (AccessDeniedException denied) {
            throw new IOException(
                    "evaluation folder " + folder + ": no permission to write; choose another folder or allow writing",
                    denied);
        } catch (IOException failed) {
            throw new IOException("evaluation folder " + folder + ": cannot write, " + reason(failed), failed);
        }
    }

    private static void confusion(ConfusionMatrix confusion, Writer out) throws IOException {
        try (CsvWriter csv = csv(out)) {
            List<String> header = new ArrayList<>();
            header.add("truth \\ predicted");
            header.addAll(confusion.labels());
            csv.writeRecord(header);
            for (int t = 0; t < confusion.labels().size(); t++) {
                List<String> row = new ArrayList<>();
                row.add(confusion.labels().get(t));
                for (int p = 0; p < confusion.labels().size(); p++) {
                    row.add(Long.toString(confusion.count(t, p)));
                }
                csv.writeRecord(row);
            }
        }
    }

    static CsvWriter csv(Writer out) {
        return CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(out);
    }

    private static String reason(IOException failed) {
        String message = failed.getMessage();
        return failed.getClass().getSimpleName() + (message == null ? "" : ": " + message);
    }
}
