package terzi.samples.batch;

import de.siegmar.fastcsv.writer.CsvWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.stream.Stream;
import terzi.inference.Classified;
import terzi.inference.ClassifierOptions;
import terzi.inference.ImageClassifier;

/** Classifies every file below a folder into a CSV table: {@code ClassifyFolder classifier.onnx folder table.csv}. */
public final class ClassifyFolder {

    private ClassifyFolder() {}

    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 3) {
            System.err.println("usage: ClassifyFolder classifier.onnx folder table.csv");
            System.exit(2);
        }
        Path table = Path.of(arguments[2]);
        int failed = run(Path.of(arguments[0]), Path.of(arguments[1]), table);
        System.err.println(table + " is written" + (failed == 0 ? "" : "; not readable: " + failed));
    }

    /**
     * One thread runs the network while the others decode what comes next; a million images need no more memory than a
     * hundred.
     *
     * @return how many files are not readable images; their row says why
     */
    static int run(Path classifierFile, Path folder, Path table) throws IOException {
        ClassifierOptions options = ClassifierOptions.defaults().withThreads(1);
        Path part = table.resolveSibling(table.getFileName() + ".part");
        int failed = 0;
        try (ImageClassifier classifier = ImageClassifier.load(classifierFile, options);
                Stream<Path> files =
                        Files.walk(folder).filter(Files::isRegularFile).sorted();
                Stream<Classified<Path>> results = classifier.classifyAll(files);
                CsvWriter csv = CsvWriter.builder().build(part)) {
            csv.writeRecord("file", "label", "probability", "problem");
            for (Classified<Path> result : (Iterable<Classified<Path>>) results::iterator) {
                String file = folder.relativize(result.source()).toString();
                if (result.failure().isPresent()) {
                    csv.writeRecord(
                            file, "", "", String.valueOf(result.failure().get().getMessage()));
                    failed++;
                } else {
                    String probability = String.format(
                            Locale.ROOT, "%.4f", result.prediction().probability());
                    csv.writeRecord(file, result.prediction().label(), probability, "");
                }
            }
        }
        Files.move(part, table, StandardCopyOption.REPLACE_EXISTING); // complete, or not there
        return failed;
    }
}
