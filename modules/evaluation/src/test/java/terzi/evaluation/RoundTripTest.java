package terzi.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.UniqueElements;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What is written can be read again as it was: predictions.csv, metrics.json, and the counts of the text report. */
class RoundTripTest {

    @Provide
    Arbitrary<String> name() {
        return Arbitraries.strings()
                .withChars("ab ,;\"'\n\r\tü猫|p:<&=")
                .ofMinLength(1)
                .ofMaxLength(8)
                .map(text -> text + ".");
    }

    @Property(tries = 100, seed = "20261130")
    void predictionsWithAnyNamesAreReadAsTheyWereWritten(
            @ForAll @Size(min = 2, max = 5) @UniqueElements List<@From("name") String> labels,
            @ForAll @Size(min = 1, max = 20) List<@From("name") String> ids,
            @ForAll long seed)
            throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        float[][] logits = new float[ids.size()][labels.size()];
        for (float[] row : logits) {
            for (int c = 0; c < row.length; c++) {
                row[c] = (float) random.nextDouble(-30, 30);
            }
        }
        Predictions written = Predictions.of(
                labels,
                ids,
                ids.stream().mapToInt(id -> random.nextInt(labels.size())).toArray(),
                TemperatureScaling.softmax(logits, 1));
        Path file = Files.createTempFile("predictions", ".csv");
        try {
            StringWriter out = new StringWriter();
            PredictionsCsv.write(written, Evaluation.Columns.ANSWER_AND_PROBABILITIES, out);
            Files.writeString(file, out.toString());
            Predictions read = Predictions.read(file);
            assertEquals(labels, read.labels());
            assertEquals(written.size(), read.size());
            for (int i = 0; i < read.size(); i++) {
                assertEquals(ids.get(i), read.id(i));
                assertEquals(written.truth(i), read.truth(i));
                assertEquals(written.predicted(i), read.predicted(i));
                for (int c = 0; c < labels.size(); c++) {
                    assertEquals(written.probability(i, c), read.probability(i, c), "to the last bit");
                }
            }
        } finally {
            Files.delete(file);
        }
    }

    @Property(tries = 100, seed = "20261130")
    void theJsonHasEveryFigureToTheLastBit(@ForAll long seed) {
        Evaluation e = Evaluation.of(Drawn.predictions(seed));
        JsonNode json = JsonMapper.builder().build().readTree(e.json());
        assertEquals(e.count(), json.get("count").asInt());
        assertEquals(e.confusion().correct(), json.get("correct").asLong());
        assertEquals(e.accuracy(), json.get("accuracy").asDouble());
        same(e.accuracyInterval(), json.get("accuracy_interval"));
        List<Integer> told =
                IntStream.of(1, 3, 5).filter(k -> k < e.labels().size()).boxed().toList();
        assertEquals(
                told.stream().map(String::valueOf).toList(),
                List.copyOf(json.get("top_k").propertyNames()));
        told.forEach(k ->
                assertEquals(e.topK(k), json.get("top_k").get(String.valueOf(k)).asDouble()));
        assertEquals(
                e.confusion().balancedAccuracy(), json.get("balanced_accuracy").asDouble());
        assertEquals(e.confusion().cohenKappa(), json.get("cohen_kappa").asDouble());
        assertEquals(
                e.confusion().matthewsCorrelation(),
                json.get("matthews_correlation").asDouble());
        assertEquals(e.logLoss(), json.get("log_loss").asDouble());
        assertEquals(e.ece(), json.get("ece").asDouble());
        same(e.macro(), json.get("macro"));
        same(e.weighted(), json.get("weighted"));
        for (int c = 0; c < e.labels().size(); c++) {
            ClassMetrics m = e.perClass().get(c);
            JsonNode node = json.get("classes").get(c);
            assertEquals(m.label(), node.get("label").asString());
            same(new Average(m.precision(), m.recall(), m.f1()), node);
            same(m.recallInterval(), node.get("recall_interval"));
            assertEquals(m.support(), node.get("support").asLong());
            assertEquals(m.predicted(), node.get("predicted").asLong());
            for (int a = 0; a < e.labels().size(); a++) {
                assertEquals(
                        e.confusion().count(c, a),
                        json.get("confusion_matrix").get(c).get(a).asLong());
            }
        }
        JsonNode calibration = json.get("calibration");
        assertEquals(
                e.calibration().expectedError(),
                calibration.get("expected_error").asDouble());
        assertEquals(
                e.calibration().maximumError(), calibration.get("maximum_error").asDouble());
        for (int b = 0; b < Calibration.BINS; b++) {
            Calibration.Bin bin = e.calibration().bins().get(b);
            JsonNode node = calibration.get("bins").get(b);
            assertEquals(
                    bin,
                    new Calibration.Bin(
                            node.get("low").asDouble(),
                            node.get("high").asDouble(),
                            node.get("count").asLong(),
                            node.get("accuracy").asDouble(),
                            node.get("confidence").asDouble()));
        }
    }

    private static void same(Interval expected, JsonNode found) {
        assertEquals(
                expected,
                new Interval(found.get("low").asDouble(), found.get("high").asDouble()));
    }

    private static void same(Average expected, JsonNode found) {
        assertEquals(
                expected,
                new Average(
                        found.get("precision").asDouble(),
                        found.get("recall").asDouble(),
                        found.get("f1").asDouble()));
    }

    /** Read as people do, by columns: each figure is the metric, rounded to four digits. */
    @Property(tries = 100, seed = "20261130")
    void theTextReportHasEachFigureRoundedToFourDigits(@ForAll long seed) {
        Evaluation e = Evaluation.of(Drawn.predictions(seed));
        List<String> lines = e.classificationReport().lines().toList();
        int classes = e.labels().size();
        assertEquals(classes + 6, lines.size());
        for (int c = 0; c < classes; c++) {
            ClassMetrics m = e.perClass().get(c);
            same(lines.get(2 + c), m.label(), m.precision(), m.recall(), m.f1(), m.support());
        }
        String accuracy = lines.get(3 + classes);
        same(accuracy.replace("accuracy", "accuracy 0 0"), "accuracy", 0, 0, e.accuracy(), e.count());
        same(
                lines.get(4 + classes),
                "macro avg",
                e.macro().precision(),
                e.macro().recall(),
                e.macro().f1(),
                e.count());
        same(
                lines.get(5 + classes),
                "weighted avg",
                e.weighted().precision(),
                e.weighted().recall(),
                e.weighted().f1(),
                e.count());
    }

    private static void same(String line, String name, double precision, double recall, double f1, long support) {
        String[] words = line.strip().split(" +", -1);
        int figures = words.length - 4;
        assertEquals(name, String.join(" ", List.of(words).subList(0, figures)));
        double[] expected = {precision, recall, f1};
        for (int i = 0; i < 3; i++) {
            assertEquals(expected[i], Double.parseDouble(words[figures + i]), 0.5000001e-4, line);
        }
        assertEquals(support, Long.parseLong(words[figures + 3]));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``|expected the columns id, truth, predicted, confidence, found []",
                "`id,truth\n`|expected the columns id, truth, predicted, confidence, found [id, truth]",
                "`id,truth,predicted,sure,p:a,p:b\n`|expected the columns id, truth, predicted, confidence",
                "`id,truth,predicted,confidence\nx,a,a,1\n`|has answers but no probabilities",
                "`id,truth,predicted,confidence,p:a,p:b\nx,c,a,1,1,0\n`|line 2: expected a class that has a column of probabilities, found 'c'",
                "`id,truth,predicted,confidence,p:a,p:b\nx,a,a,1,1,0\ny,b,a,1,1\n`|line 3: expected 6 fields as in the header, found 5",
                "`id,truth,predicted,confidence,p:a,p:b\nx,a,a,1,1,0,0\n`|line 2: expected 6 fields as in the header, found 7",
                "`id,truth,predicted,confidence,p:a,p:b\nx,a,a,1,one,0\n`|is not a list of predictions: For input string",
                "`id,truth,predicted,confidence,p:a,p:b\nx,a,a,1,1,1\n`|expected a sum of 1, found 2.0",
                "`id,truth,predicted,confidence,p:a,p:b\n`|truth: expected at least one row, found none",
                "`id,truth,predicted,confidence,p:a,p:a\nx,a,a,1,1,0\n`|\"a\" occurs twice"
            })
    void aFileThatIsSomethingElseIsRefusedWithItsNameAndLine(String text, String message) throws IOException {
        Path file = Files.createTempFile("predictions", ".csv");
        try {
            Files.writeString(file, text);
            IOException refused = assertThrows(IOException.class, () -> Predictions.read(file));
            assertTrue(refused.getMessage().startsWith(file.toString()), refused.getMessage());
            assertTrue(refused.getMessage().contains(message), refused.getMessage());
        } finally {
            Files.delete(file);
        }
    }

    /** Older files name the columns of the probabilities by the class alone. */
    @Test
    void columnsWithoutThePrefixAreClassesToo() throws IOException {
        Path file = Files.createTempFile("predictions", ".csv");
        try {
            Files.writeString(file, "id,truth,predicted,confidence,a,p:b\nx,b,a,0.75,0.75,0.25\n");
            Predictions read = Predictions.read(file);
            assertEquals(List.of("a", "b"), read.labels());
            assertEquals(1, read.truth(0));
            assertEquals(0.25f, read.probability(0, 1));
        } finally {
            Files.delete(file);
        }
    }
}
