package terzi.evaluation.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import terzi.evaluation.Predictions;

/** Renders pages in a real browser, where there is one, as wide as a phone. */
class PageRenderingTest {
    private static final int PHONE = 420;
    private static final long PATIENCE_SECONDS = 180;
    private static final List<Integer> CLASSES = List.of(2, 3, 10, 30, 100);

    /** Reports of a frame: what is wider than it, and of the matrix its scrolling, its hint, and its smallest letters. */
    private static final String MEASURE =
            """
            <script>addEventListener('load', () => {
              const root = document.documentElement, cm = document.querySelector('.matrix');
              let smallest = 99, broken = 0;
              for (const e of cm.querySelectorAll('td, th, small'))
                if (e.textContent) smallest = Math.min(smallest, parseFloat(getComputedStyle(e).fontSize));
              for (const e of document.querySelectorAll('.cm tbody th bdi, td.name bdi, th.name bdi, figcaption .clip bdi, .pair h3 bdi'))
                for (const part of e.childNodes) if (part.data)
                  for (const word of part.data.matchAll(/\\S+/g)) {
                    const range = document.createRange();
                    range.setStart(part, word.index); range.setEnd(part, word.index + word[0].length);
                    broken += new Set([...range.getClientRects()].map(r => Math.round(r.top))).size > 1 ? 1 : 0;
                  }
              parent.postMessage([root.scrollWidth, root.clientWidth, cm.scrollWidth - cm.clientWidth,
                document.querySelector('.hint').offsetHeight, smallest, broken].join(' '), '*');
            });</script>
            """;

    @TempDir
    Path folder;

    private static Optional<String> browser() {
        return Stream.of("chromium", "chromium-browser", "google-chrome", "chrome")
                .flatMap(name -> Stream.of(String.valueOf(System.getenv("PATH")).split(File.pathSeparator))
                        .map(path -> Path.of(path, name)))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst();
    }

    @Test
    @Tag("slow")
    void onAPhoneNothingIsWiderThanTheScreenAndTheMatrixIsReadableOrSaysThatItScrolls() throws Exception {
        Optional<String> browser = browser();
        assumeTrue(browser.isPresent(), "there is no Chromium on the PATH");
        StringBuilder wrapper = new StringBuilder(
                "<!DOCTYPE html><body><script>"
                        + "addEventListener('message', e => { for (const f of document.querySelectorAll('iframe'))"
                        + " if (f.contentWindow === e.source) { const p = document.createElement('p');"
                        + " p.textContent = 'RESULT ' + f.name + ' ' + e.data + ' END'; document.body.append(p); } });</script>");
        for (int classes : CLASSES) {
            Files.writeString(folder.resolve(classes + ".html"), page(classes));
            wrapper.append(String.format(
                    "<iframe name=%d width=%d height=900 style='border:0' src=%d.html></iframe>",
                    classes, PHONE, classes));
        }
        Path page = Files.writeString(folder.resolve("wrapper.html"), wrapper.append("</body>"));
        Map<Integer, double[]> results = results(dom(browser.get(), page));
        assertEquals(CLASSES, List.copyOf(results.keySet()), "not every page was measured");
        results.forEach((classes, measured) -> {
            assertEquals(PHONE, measured[1], 1, "the frame is not as wide as a phone");
            assertTrue(measured[0] <= measured[1], classes + " classes: the page is " + measured[0] + " px wide");
            assertTrue(
                    measured[2] <= 0 || measured[3] > 10,
                    classes + " classes: the matrix scrolls by " + measured[2] + " px and does not say so");
            assertTrue(measured[4] >= 11, classes + " classes: letters of " + measured[4] + " px");
            assertEquals(0, measured[5], classes + " classes: words are broken");
        });
        assertTrue(results.get(2)[2] <= 0 && results.get(10)[2] <= 0, "ten classes fit without scrolling");
        assertTrue(results.get(100)[2] > 0, "a hundred classes cannot fit: the measure is wrong");
    }

    private String page(int classes) throws IOException {
        List<String> names = List.of("Health_and_Personal_Care", "Ankle boot", "Digital_Music", "T-shirt/top", "Toys");
        List<String> labels = new ArrayList<>();
        for (int c = 0; c < classes; c++) {
            labels.add(names.get(c % names.size()) + (c < names.size() ? "" : " " + c));
        }
        Predictions predictions = Synthetic.predictions(labels, 30 * classes, Synthetic.Skill.USUAL, -1);
        String html = Page.of(
                        Synthetic.checked(
                                Synthetic.report("a run", predictions, Synthetic.images(predictions, 80, true)),
                                Synthetic.checked(predictions),
                                Synthetic.labels(predictions, Synthetic.images(predictions, 80, false))),
                        IntStream.range(0, 12)
                                .mapToObj(row -> new SampleSheet.Shown(
                                        row,
                                        Synthetic.images(predictions, 80, false)
                                                .image(row)
                                                .orElseThrow()))
                                .toList(),
                        folder)
                .html();
        assertFalse(html.contains("<script"), "the page itself has no scripts");
        return html.replace("</body>", MEASURE + "</body>");
    }

    /** The page after its scripts have run; the browser may use no network. */
    private String dom(String browser, Path page) throws IOException, InterruptedException {
        Path out = folder.resolve("dom.html");
        Process process = new ProcessBuilder(
                        browser,
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--hide-scrollbars",
                        "--disable-quic",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--user-data-dir=" + folder.resolve("profile"),
                        "--window-size=1400,1000",
                        "--virtual-time-budget=20000",
                        "--dump-dom",
                        page.toUri().toString())
                .redirectOutput(out.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            assumeTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), "the browser does not answer");
            assumeTrue(process.exitValue() == 0, "the browser cannot run here");
        } finally {
            process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
        return Files.readString(out);
    }

    private static Map<Integer, double[]> results(String dom) {
        Map<Integer, double[]> results = new TreeMap<>();
        Matcher found = Pattern.compile("RESULT (\\d+) ([^<]*) END").matcher(dom);
        while (found.find()) {
            results.put(
                    Integer.valueOf(found.group(1)),
                    Stream.of(found.group(2).split(" "))
                            .mapToDouble(Double::parseDouble)
                            .toArray());
        }
        return results;
    }
}
