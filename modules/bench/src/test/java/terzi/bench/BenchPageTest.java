package terzi.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import terzi.bench.BenchReport.Entry;
import terzi.bench.BenchReport.Host;
import terzi.bench.BenchReport.Network;
import terzi.bench.BenchReport.Subject;
import terzi.evaluation.report.HtmlPage;

class BenchPageTest {
    private static String page(BenchReport report) throws IOException {
        String page = BenchPage.of(report).html();
        assertWellFormed(page);
        assertFalse(page.contains("<script"), "needs scripts");
        assertFalse(Pattern.compile("(?:src|href)=\"(?!data:|#)").matcher(page).find(), "needs other files");
        assertFalse(page.contains("http://") || page.contains("https://"), "needs a network");
        assertFalse(page.contains("NaN") || page.contains("Infinity"), "a figure is not a number");
        return page;
    }

    /** But for the elements that HTML does not close, our pages are XML too. */
    private static void assertWellFormed(String page) throws IOException {
        String xml = page.replace("<!DOCTYPE html>\n", "").replaceAll("<(meta|br)([^>]*)>", "<$1$2/>");
        try {
            DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(xml)));
        } catch (SAXException | ParserConfigurationException broken) {
            throw new AssertionError("not well-formed: " + broken.getMessage(), broken);
        }
    }

    private static int count(String page, String part) {
        return page.split(Pattern.quote(part), -1).length - 1;
    }

    @Test
    void thePageStandsAloneAndShowsEachBackend() throws IOException {
        String page = page(SampleReport.LARGE);
        for (String part : new String[] {
            "Latency of <bdi>resnet50-products</bdi>",
            "1.83x slower",
            "no CUDA device: the driver's library libcuda.so.1 is missing",
            "Other programs took 12.5 %",
            "terzi bench products.onnx --full",
            "3f".repeat(32),
            "Imaginary Processor 9000",
            "<dd class=\"bad\">WRONG ANSWERS: peer-openvino",
        }) {
            assertTrue(page.contains(part), part);
        }
        if (HtmlPage.hasFigures()) {
            // network: 7 latencies, 7 throughputs, 6 loads, the slowest backend has none; files: 2 of each
            assertEquals(7 + 7 + 6 + 2 + 2 + 2, count(page, "<svg "));
        }
    }

    @Test
    void withoutAnythingMeasuredThePageSaysWhy() throws IOException {
        String page = page(new SampleReport(1)
                .unavailable("onnxruntime-cuda", "no CUDA device")
                .report());
        assertTrue(page.contains("0 of 1"));
        assertTrue(page.contains("no CUDA device"));
        assertFalse(page.contains("<svg "));
    }

    @Test
    void oneBackendAloneIsNotComparedWithOthers() throws IOException {
        String page =
                page(new SampleReport(1).with("only", Subject.NETWORK, 0.0234).report());
        assertTrue(page.contains("and is the baseline"), page);
        assertFalse(page.contains("the others"), page);
        assertFalse(page.contains("The next"), page);
    }

    @Test
    void whateverThingsAreCalledTheyAreTextAndNoMarkup() throws IOException {
        String evil = "<img src=x onerror=\"alert('1')\">&\u0000 %s %n";
        String page = page(new SampleReport(1)
                .named(evil)
                .on(evil)
                .ofFile(evil)
                .with(evil, Subject.NETWORK, 3)
                .with("שלום", Subject.NETWORK, 4)
                .unavailable(evil + "2", evil)
                .warning(evil)
                .report());
        assertFalse(page.contains("<img"), "a name became markup");
        assertTrue(page.contains("&lt;img src=x onerror=\"alert('1')\"&gt;&amp;\ufffd %s %n"));
        assertTrue(page.contains("<bdi>שלום</bdi>"));
    }

    /** Each text of a report from elsewhere, which may be a text or an attribute of the page. */
    @Test
    void noTextOfAReportBecomesMarkup() throws IOException {
        List<String> sources = new ArrayList<>();
        UnaryOperator<String> evil = source -> {
            sources.add("<script>&\"'" + source);
            return "<script>&\"'" + source;
        };
        BenchReport usual = SampleReport.SMALL;
        Host host = usual.host();
        List<Entry> entries = new ArrayList<>(usual.entries().stream()
                .map(entry -> new Entry(
                        evil.apply(entry.id()),
                        entry.backend(),
                        entry.subject(),
                        Map.of(evil.apply("setting"), evil.apply("value")),
                        "",
                        Map.of(evil.apply("library"), evil.apply("version")),
                        entry.figures(),
                        entry.verdict()))
                .toList());
        entries.add(new Entry(
                evil.apply("absent"),
                "cuda",
                Subject.NETWORK,
                Map.of(),
                evil.apply("reason"),
                Map.of(),
                Optional.empty(),
                Optional.empty()));
        BenchReport report = new BenchReport(
                usual.schema(),
                evil.apply("date"),
                evil.apply("command"),
                new Network(evil.apply("network"), evil.apply("digest"), 1, List.of(3, 8, 8), 2, 1),
                new Host(
                        evil.apply("processor"),
                        List.of(evil.apply("feature")),
                        host.cores(),
                        host.quota(),
                        Optional.of(evil.apply("governor")),
                        host.memoryMib(),
                        evil.apply("system"),
                        evil.apply("java"),
                        host.loadBefore(),
                        host.othersShare(),
                        host.stolenShare(),
                        host.drift(),
                        host.hottest()),
                usual.method(),
                entries,
                List.of(evil.apply("warning")));
        String page = page(report);
        for (String source : sources) {
            assertTrue(
                    page.contains(
                            source.replace("<", "&lt;").replace(">", "&gt;").replace("&\"", "&amp;\"")),
                    source);
        }
    }
}
