package terzi.benchmarks;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import terzi.evaluation.Evaluation;
import terzi.evaluation.Predictions;
import terzi.evaluation.SetCoverage;
import terzi.files.RunFile;
import terzi.runs.ClassifiedImages;
import terzi.runs.Classifying;
import terzi.runs.FineTuned;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/**
 * A fine-tuning with what its folder says about single images; closing it deletes the folder.
 *
 * @param run its record
 * @param outOfFold predictions for all images by heads that were not trained on them, nor on others of their groups
 * @param strangeness of each of these images, out of fold
 * @param sets coverage of the prediction sets, out of fold
 * @param suspects paths of the images whose label is believed least, in the order of {@code label_errors.csv}
 */
record MeasuredRun(
        FineTuned run, Evaluation outOfFold, List<Double> strangeness, SetCoverage sets, List<String> suspects)
        implements AutoCloseable {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    static MeasuredRun of(FineTuned run) throws IOException {
        JsonNode checks = MAPPER.readTree(Files.readString(RunFile.RECORD.in(run.folder())))
                .path("checks");
        List<Double> strangeness = checks.path("strangeness")
                .path("values")
                .valueStream()
                .map(JsonNode::doubleValue)
                .toList();
        Evaluation outOfFold = run.outOfFold()
                .filter(all -> all.count() == strangeness.size())
                .orElseThrow(
                        () -> new IOException(run.folder() + ": expected out-of-fold predictions and strangeness of"
                                + " all images, found none; use a recipe that trains the head alone, such as fast"));
        return new MeasuredRun(
                run,
                outOfFold,
                strangeness,
                MAPPER.treeToValue(checks.path("sets"), SetCoverage.class),
                suspects(RunFile.LABEL_ERRORS.in(run.folder())));
    }

    private static List<String> suspects(Path list) throws IOException {
        try (CsvReader<NamedCsvRecord> csv = CsvReader.builder().ofNamedCsvRecord(list)) {
            return csv.stream().map(record -> record.getField("path")).toList();
        }
    }

    Predictions predictions() {
        return outOfFold.predictions();
    }

    /** The strangeness of image files, by the exported classifier; unreadable ones are left out. */
    List<Double> strangenessOf(List<String> files) throws IOException {
        return Classifying.of(run.classifier(), files).run().images().stream()
                .flatMap(image -> image instanceof ClassifiedImages.Labelled labelled
                        ? labelled.strangeness().stream()
                        : Stream.empty())
                .map(Float::doubleValue)
                .toList();
    }

    @Override
    public void close() throws IOException {
        StartUp.deleteTree(run.folder());
    }
}
