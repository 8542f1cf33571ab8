package terzi.evaluation;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import terzi.evaluation.Evaluation.Columns;

/** Writes an evaluation into a folder; every file is written beside its place and then moved there. */
final class EvaluationFiles {

    private EvaluationFiles() {}

    static void write(Evaluation e, Path folder, Columns columns) throws IOException {
        try {
            Files.createDirectories(folder);
            replace(folder.resolve("classification_report.txt"), out -> out.write(e.text()));
            replace(folder.resolve("confusion_matrix.csv"), out -> confusion(e.confusion(), out));
            replace(folder.resolve("predictions.csv"), out -> predictions(e.predictions(), columns, out));
            // last: whoever finds metrics.json finds the others too
            replace(folder.resolve("metrics.json"), out -> out.write(e.json()));
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

    private static void predictions(Predictions all, Columns columns, Writer out) throws IOException {
        boolean probabilities = columns == Columns.ANSWER_AND_PROBABILITIES;
        try (CsvWriter csv = csv(out)) {
            List<String> header = new ArrayList<>(List.of("id", "truth", "predicted", "confidence"));
            if (probabilities) {
                all.labels().forEach(label -> header.add("p:" + label));
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

    private static CsvWriter csv(Writer out) {
        return CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(out);
    }

    @FunctionalInterface
    private interface Content {
        void writeTo(Writer out) throws IOException;
    }

    private static void replace(Path target, Content content) throws IOException {
        Path part = target.resolveSibling("." + target.getFileName() + ".part");
        try {
            try (Writer out = Files.newBufferedWriter(part, StandardCharsets.UTF_8)) {
                content.writeTo(out);
            }
            try {
                Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } catch (AtomicMoveNotSupportedException networkShare) {
                Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
            }
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private static String reason(IOException failed) {
        String message = failed.getMessage();
        return failed.getClass().getSimpleName() + (message == null ? "" : ": " + message);
    }
}
