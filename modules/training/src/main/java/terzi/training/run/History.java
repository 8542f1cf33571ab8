package terzi.training.run;

import de.siegmar.fastcsv.writer.CsvWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import terzi.files.RunFile;
import terzi.files.WholeFile;

/** {@code training_history.csv}: one line for each finished epoch, on disk as soon as the epoch is over. */
public final class History {
    /** The name of the file in a run folder. */
    public static final String FILE_NAME = RunFile.HISTORY.fileName();

    private final Path file;

    private History(Path file) {
        this.file = file;
    }

    /**
     * Writes the epochs of a run that did not write them one by one; an older file is replaced.
     *
     * @param run the run folder
     * @param epochs all epochs, first to last
     * @throws IOException if it cannot be written; it names the file
     */
    public static void write(Path run, List<Epoch> epochs) throws IOException {
        begin(run, epochs);
    }

    /** Begins the file anew with the epochs that are already finished. */
    static History begin(Path run, List<Epoch> finished) throws IOException {
        Path file = run.resolve(FILE_NAME);
        try {
            WholeFile.text(file, out -> {
                CsvWriter csv = CsvWriter.builder().build(out);
                csv.writeRecord(
                        "epoch",
                        "train_loss",
                        "train_accuracy",
                        "validation_loss",
                        "validation_accuracy",
                        "learning_rate",
                        "seconds");
                finished.forEach(epoch -> csv.writeRecord(fields(epoch)));
                csv.flush();
            });
        } catch (IOException e) {
            throw RunFolder.explained("cannot write " + file, e);
        }
        return new History(file);
    }

    void append(Epoch epoch) throws IOException {
        try (CsvWriter csv = CsvWriter.builder().build(file, StandardOpenOption.APPEND)) {
            csv.writeRecord(fields(epoch));
        } catch (IOException e) {
            throw RunFolder.explained("cannot write " + file, e);
        }
    }

    private static List<String> fields(Epoch epoch) {
        return List.of(
                Integer.toString(epoch.number()),
                figure(epoch.trainLoss()),
                figure(epoch.trainAccuracy()),
                figure(epoch.validationLoss()),
                figure(epoch.validationAccuracy()),
                Double.toString(epoch.learningRate()),
                String.format(Locale.ROOT, "%.2f", epoch.seconds()));
    }

    private static String figure(double value) {
        return String.format(Locale.ROOT, "%.6f", value);
    }
}
