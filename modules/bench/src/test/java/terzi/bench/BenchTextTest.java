package terzi.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import terzi.bench.BenchReport.Agreement;
import terzi.bench.BenchReport.Agreement.Grade;
import terzi.bench.BenchReport.Subject;

class BenchTextTest {
    private static void assertContains(String text, String... parts) {
        for (String part : parts) {
            assertTrue(text.contains(part), "'" + part + "' is missing in\n" + text);
        }
    }

    private static String line(String text, String beginning) {
        return text.lines()
                .filter(line -> line.strip().startsWith(beginning))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theTableTellsAllThatIsNeededToChoose() {
        String text = SampleReport.LARGE.text();
        assertContains(
                text,
                "Network alone\n",
                "File to label\n",
                "onnxruntime-cuda device=0 (network alone): no CUDA device",
                "Other programs took 12.5 %",
                "To choose, network alone: fastest for one image at a time: onnxruntime-java threads=2",
                "not to be told apart");
        assertContains(text.replaceAll("\n *", " "), "most images a second: onnxruntime-java threads=2 with batch 32");
        assertContains(line(text, "onnxruntime-java threads=1"), "1.83x slower", "(32)");
        assertTrue(line(text, "onnxruntime-java threads=2").endsWith("baseline"));
        assertContains(text, "reference  baseline", "no difference");
    }

    @Test
    void noLineIsWiderThanATerminal() {
        String text = new SampleReport(3)
                .with(
                        "a-backend-of-a-very-long-name-that-cannot-be-broken-anywhere-at-all ".repeat(2),
                        Subject.NETWORK,
                        0.0234)
                .with("b ".repeat(80), Subject.FILES, 12_345.6)
                .unavailable("c", "because ".repeat(60))
                .warning("x".repeat(300))
                .report()
                .text();
        text.lines().forEach(line -> assertTrue(line.length() <= 120, line.length() + ": " + line));
        assertTrue(text.chars().allMatch(c -> c < 127), text);
    }

    @Test
    void theSameLabelsFromCoarserLogitsCountAndAreSaidToBeCoarser() {
        assertEquals(Grade.COARSER, new Agreement(0.6, 14.2, 1, false).grade());
        assertEquals(Grade.OTHER, new Agreement(0.6, 14.2, 0.96, false).grade());
        assertEquals(Grade.OTHER, new Agreement(9, 14.2, 1, false).grade());
        String text = new SampleReport(4)
                .with("ort threads=2", Subject.NETWORK, 2.4)
                .coarser("djl-pytorch precision=bf16", 1.2)
                .report()
                .text();
        assertContains(line(text, "djl-pytorch precision=bf16"), "faster");
        assertContains(text.replaceAll("\n *", " "), "Same labels, but coarser logits: djl-pytorch precision=bf16.");
    }

    @Test
    void howeverFastWrongAnswersComeLastAndAreNotRecommended() {
        String text = SampleReport.LARGE.text();
        assertContains(line(text, "peer-openvino"), "WRONG ANSWERS");
        assertFalse(line(text, "peer-openvino").contains("faster"), text);
        assertContains(text, "Not counted, for wrong answers: peer-openvino precision=int8 threads=2.");
        assertTrue(text.indexOf("peer-openvino") > text.indexOf("precision=bf16"), text);
    }

    @Test
    void whereNothingCouldBeMeasuredThatIsSaid() {
        String text = new SampleReport(4)
                .unavailable("onnxruntime-cuda", "no CUDA device")
                .report()
                .text();
        assertContains(text, "Nothing could be measured.", "no CUDA device");
        assertFalse(text.contains("Network alone"));
    }

    @Test
    void theMarkdownHasTablesAndHowToMakeThemAgain() {
        String markdown = SampleReport.LARGE.markdown();
        assertContains(
                markdown,
                "```\nterzi bench products.onnx --full\n```",
                "| backend | p50 ms (95 %) |",
                "| `djl-pytorch layout=channels-first threads=2` | 15.",
                "| **WRONG ANSWERS** |",
                "2026-03-01T12:00:00Z",
                "Imaginary Processor 9000 @ 2.60GHz, 2 cores (quota 2.00), avx2 fma avx512f avx512_vnni, 7,950 MiB",
                "Java 17.0.16",
                "Mode full: each backend in 5 processes",
                "djl-pytorch 1.28.0",
                "- `peer-tensorflow threads=2` (network alone): python has no module",
                "- The processor's frequency drifted");
        List<String> rows =
                markdown.lines().filter(line -> line.startsWith("|")).toList();
        assertEquals(2 + 7 + 2 + 2, rows.size());
        rows.forEach(row -> assertEquals(10, row.chars().filter(c -> c == '|').count(), row));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a|b", "a\nb", "`a`", "<script>", "\u001b[31ma"})
    void oddNamesBreakNeitherTableNorTerminal(String name) {
        BenchReport report = new SampleReport(5)
                .named(name)
                .with(name, Subject.NETWORK, 3)
                .warning(name)
                .report();
        assertFalse(report.text().contains("\u001b"));
        String markdown = report.markdown();
        assertFalse(markdown.contains("\u001b"));
        assertFalse(markdown.replaceAll("`[^`\n]*`", "").contains("<"), markdown);
        String row = line(markdown, "| `");
        assertEquals(10, row.replace("\\|", "").chars().filter(c -> c == '|').count(), row);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "0.0234; 0.0234",
                "0.9996; 1.00",
                "1.234; 1.23",
                "45.67; 45.7",
                "999.6; 1,000",
                "12345.6; 12,346",
                "0; 0",
                "NaN; -",
                "0.00000003; 3.0e-08",
                "9.996; 10.0"
            })
    void numbersHaveThreeDigits(double value, String text) {
        assertEquals(text, Digits.three(value));
    }
}
