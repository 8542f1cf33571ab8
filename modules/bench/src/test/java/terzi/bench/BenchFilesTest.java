package terzi.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchFilesTest {
    @TempDir
    Path folder;

    @Test
    void aReportIsReadBackAsItWasFromItsFolderAndFromItsFile() throws IOException {
        BenchReport report = SampleReport.LARGE;
        report.write(folder.resolve("new/one"));
        assertEquals(report, BenchReport.read(folder.resolve("new/one")));
        assertEquals(report, BenchReport.read(folder.resolve("new/one/results.json")));
        try (Stream<Path> files = Files.list(folder.resolve("new/one"))) {
            assertEquals(
                    List.of("results.csv", "results.html", "results.json", "results.md"),
                    files.map(file -> file.getFileName().toString()).sorted().toList());
        }
    }

    @Test
    void theFileHoldsTheRecordsComponentsAndNothingThatFollowsFromThem() throws IOException {
        String json = SampleReport.SMALL.json();
        assertTrue(json.startsWith("{\n  \"schema\" : 1,\n  \"date\" : "), json.substring(0, 60));
        assertFalse(json.contains("\"measured\""), "isMeasured is not a component");
    }

    private String refused(String content) throws IOException {
        Path file = Files.writeString(folder.resolve("results.json"), content);
        String message =
                assertThrows(IOException.class, () -> BenchReport.read(folder)).getMessage();
        assertTrue(message.startsWith(file + ": expected "), message);
        assertTrue(message.contains(", found "), message);
        assertTrue(message.contains("; "), "no remedy: " + message);
        return message;
    }

    @Test
    void aMissingFileIsNamedWithWhatToGive() {
        IOException missing = assertThrows(IOException.class, () -> BenchReport.read(folder));
        assertEquals(
                folder.resolve("results.json")
                        + ": expected results of 'terzi bench', found no such file; give a folder that 'terzi bench' wrote, or"
                        + " the results.json in it",
                missing.getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            p50 is 3 ms                     | found something else
            ' '                             | found an empty file
            []                              | without 'schema' and 'entries'
            {"accuracy": 1}                 | without 'schema' and 'entries'
            {"schema": "1", "entries": []}  | without 'schema' and 'entries'
            {"schema": 2, "entries": []}    | expected results of schema 1, found schema 2
            {"schema": 1, "entries": []}    | expected complete results
            {"schema": 1, "entries": [      | damaged or cut off
            """)
    void whatIsNoReportIsRefusedForWhatItIs(String content, String words) throws IOException {
        String message = refused(content);
        assertTrue(message.contains(words), message);
    }

    @Test
    void aFileThatWasCutOffAnywhereIsRefused() throws IOException {
        String json = SampleReport.SMALL.json();
        for (int length = json.length() / 7; length < json.length() - 10; length += json.length() / 7) {
            assertTrue(refused(json.substring(0, length)).contains("damaged or cut off"), "at " + length);
        }
    }

    @Test
    void bytesThatAreNoTextAreRefused() throws IOException {
        Files.write(folder.resolve("results.json"), new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});
        IOException binary = assertThrows(IOException.class, () -> BenchReport.read(folder));
        assertTrue(binary.getMessage().contains("expected JSON in UTF-8"), binary.getMessage());
    }

    @Test
    void aReportWithoutSomethingThatAllHaveIsRefused() throws IOException {
        String json = SampleReport.SMALL.json();
        assertTrue(refused(json.replace("\"per_round\"", "\"per_what\"")).contains("per_round"));
    }

    @ParameterizedTest
    @CsvSource({"LATENCY, latency_p50", "THROUGHPUT, throughput", "UNAVAILABLE, unavailable"})
    void theTableForProgramsHasALineForEachNumber(String what, String metric) throws IOException {
        BenchReport report = SampleReport.LARGE;
        report.write(folder);
        List<NamedCsvRecord> rows;
        try (CsvReader<NamedCsvRecord> csv = CsvReader.builder().ofNamedCsvRecord(folder.resolve("results.csv"))) {
            rows = csv.stream()
                    .filter(row -> row.getField("metric").equals(metric))
                    .toList();
        }
        NamedCsvRecord first = rows.get(0);
        assertEquals(
                List.of("model", "backend", "subject", "metric", "batch", "value", "low", "high", "unit", "note"),
                first.getHeader());
        assertEquals("resnet50-products", first.getField("model"));
        switch (what) {
            case "LATENCY" -> {
                assertEquals(9, rows.size());
                assertEquals(
                        report.entries()
                                .get(0)
                                .figures()
                                .orElseThrow()
                                .latency()
                                .p50()
                                .value(),
                        Double.parseDouble(first.getField("value")));
                assertTrue(Double.parseDouble(first.getField("low")) < Double.parseDouble(first.getField("high")));
                assertEquals("ms", first.getField("unit"));
            }
            case "THROUGHPUT" -> {
                assertEquals(9 * SampleReport.BATCHES.size(), rows.size());
                assertEquals("1", first.getField("batch"));
                assertEquals("images/s", first.getField("unit"));
            }
            default -> {
                assertEquals(2, rows.size());
                assertTrue(first.getField("note").contains("libcuda.so.1"));
                assertEquals("onnxruntime-cuda device=0", first.getField("backend"));
            }
        }
    }

    @Test
    void aFolderThatIsAFileIsNamed() throws IOException {
        Path file = Files.writeString(folder.resolve("taken"), "");
        IOException refused = assertThrows(IOException.class, () -> SampleReport.SMALL.write(file));
        assertTrue(refused.getMessage().startsWith("results folder " + file), refused.getMessage());
    }
}
