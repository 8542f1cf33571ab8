package terzi.samples.digits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import terzi.images.Image;

/** With the classifier of digits where it is trained already, else with the one of clothes: both take 28 x 28 gray pixels. */
class DigitPadTest {

    private static final Path DIGITS = Path.of("../../models/mnist/classifier.onnx");
    private static final Path CLOTHES = Path.of("../../models/fashion-mnist-deep/classifier.onnx");
    private static final String ROWS = "document.querySelectorAll('#answer tr').length + ' rows'";

    private DigitPad pad;

    @BeforeEach
    void start() throws Exception {
        pad = new DigitPad(Files.exists(DIGITS) ? DIGITS : CLOTHES, 0);
    }

    @AfterEach
    void stop() {
        pad.close();
    }

    @Test
    void aDrawingIsAnsweredWithAProbabilityForEachLabel() throws Exception {
        HttpResponse<String> answer = post("classify", stroke().pixels());
        assertEquals(200, answer.statusCode());
        assertEquals(10, answer.body().lines().count(), answer.body());
        double sum = answer.body()
                .lines()
                .mapToDouble(line -> Double.parseDouble(line.split("\t", -1)[0]))
                .sum();
        assertEquals(1, sum, 1e-3);
        if (Files.exists(DIGITS)) {
            String best = answer.body().lines().max(String::compareTo).orElseThrow();
            assertTrue(best.endsWith("\t1"), "an upright stroke is " + best);
        }
    }

    @Test
    void whatIsNoDrawingIsRefused() throws Exception {
        assertEquals(400, post("classify", new byte[17]).statusCode());
        assertEquals(
                400, post("classify", new byte[DigitPad.PAD * DigitPad.PAD + 1]).statusCode());
        assertEquals(404, post("elsewhere", new byte[0]).statusCode());
    }

    @Test
    void drawingInARealBrowserShowsTheAnswer() throws Exception {
        Optional<Path> program = Browser.installed();
        assumeTrue(program.isPresent(), "no Chromium: apt install chromium");
        // not a @TempDir: a browser that was ended may still write into its profile
        Path profile = Path.of("target/browser").toAbsolutePath();
        try (Browser browser = Browser.open(program.get(), pad.address(), profile)) {
            assertEquals(
                    "Draw a digit", browser.text("(document.querySelector('h1') || {textContent: ''}).textContent"));
            assertEquals("0 rows", browser.text(ROWS));
            int[] corner = corner(browser);
            browser.draw(at(corner, 90, 70), at(corner, 190, 70), at(corner, 160, 140), at(corner, 130, 220));
            String best = browser.text("(document.querySelector('#answer tr.best') || {innerText: ''}).innerText");
            assertTrue(best.matches(".*\\d+\\.\\d %"), best);
            assertEquals("10 rows", browser.text(ROWS));
            Files.write(Path.of("target/page.png"), Base64.getDecoder().decode(browser.screenshot()));
            browser.text("document.getElementById('clear').click() || 'clicked'");
            assertEquals("0 rows", browser.text(ROWS));
        }
    }

    @Test
    void aDigitIsCentredAsInMnist() {
        Image centred = CentredDigit.of(stroke());
        assertEquals("28 x 28 gray", centred.toString());
        double mass = 0;
        double sumX = 0;
        double sumY = 0;
        int rows = 0;
        for (int y = 0; y < 28; y++) {
            int row = 0;
            for (int x = 0; x < 28; x++) {
                int ink = centred.sample(x, y, 0);
                row += ink;
                sumX += ink * (x + 0.5);
                sumY += ink * (y + 0.5);
            }
            mass += row;
            rows += row > 0 ? 1 : 0;
        }
        assertEquals(20, rows);
        assertEquals(14, sumX / mass, 0.5);
        assertEquals(14, sumY / mass, 0.5);
        assertEquals(new Image(28, 28, 1, new byte[28 * 28]), CentredDigit.of(new Image(9, 9, 1, new byte[81])));
    }

    /** An upright stroke, off the middle. */
    private static Image stroke() {
        byte[] pixels = new byte[DigitPad.PAD * DigitPad.PAD];
        for (int y = 30; y < 210; y++) {
            for (int x = 50; x < 72; x++) {
                pixels[y * DigitPad.PAD + x] = (byte) 255;
            }
        }
        return new Image(DigitPad.PAD, DigitPad.PAD, 1, pixels);
    }

    private static int[] corner(Browser browser) throws Exception {
        String[] places = browser.text(
                        "['left', 'top'].map(s => Math.round(document.getElementById('pad').getBoundingClientRect()[s])).join()")
                .split(",", -1);
        return new int[] {Integer.parseInt(places[0]), Integer.parseInt(places[1])};
    }

    private static int[] at(int[] corner, int x, int y) {
        return new int[] {corner[0] + x, corner[1] + y};
    }

    private HttpResponse<String> post(String path, byte[] body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(pad.address().resolve(path))
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }
}
