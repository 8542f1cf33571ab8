package terzi.evaluation.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import terzi.evaluation.Predictions;

/** Which confusions the page names, and with what. */
class ConfusionSectionTest {
    private static final int RIGHT = 20;

    /** Twenty images of each class are recognised; {@code counts[i]} of class i are given the next class. */
    private static String section(int classes, int... counts) throws IOException {
        List<Integer> truth = new ArrayList<>();
        List<float[]> probabilities = new ArrayList<>();
        for (int c = 0; c < classes; c++) {
            int wrong = c < counts.length ? counts[c] : 0;
            for (int i = 0; i < RIGHT + wrong; i++) {
                truth.add(c);
                float[] row = new float[classes];
                row[i < RIGHT ? c : (c + 1) % classes] = 1;
                probabilities.add(row);
            }
        }
        Predictions predictions = Predictions.of(
                Synthetic.labels(classes),
                truth.stream().mapToInt(i -> i).toArray(),
                probabilities.toArray(float[][]::new));
        Report report = Synthetic.report("a run", predictions, Synthetic.images(predictions, 8, false));
        ConfusionSection section = ConfusionSection.of(report.evaluation(), new ImageCards(report, Path.of("page")));
        return Markup.html(out -> JteconfusionGenerated.render(out, null, section, new HtmlPage()));
    }

    private static List<String> all(String regex, String text) {
        return Pattern.compile(regex)
                .matcher(text.replaceAll("</?(bdi|b|wbr)>", ""))
                .results()
                .map(found -> found.group(1).replace('\u00a0', ' '))
                .toList();
    }

    private static List<String> headings(String html) {
        return all("<div class=\"pair\"><h3>(.*?)</h3>", html);
    }

    private static List<String> listed(String html) {
        return all("<li>(.*?)</li>", html);
    }

    @Test
    void whereNothingIsMisclassifiedThatIsAll() throws IOException {
        String html = section(3);
        assertTrue(html.contains("<p>No image was misclassified.</p>"));
        assertEquals(List.of(), headings(html));
        assertFalse(html.contains("Most frequent confusions"));
    }

    @Test
    void eightConfusionsAreShownWithImagesTheMostFrequentFirst() throws IOException {
        String html = section(12, 2, 3, 4, 5, 6, 7, 8, 20);
        assertEquals(8, headings(html).size());
        assertEquals(
                "class 8 misclassified as class 9: 20 of 40 (50.00 %)",
                headings(html).get(0));
        // 2 of 22
        assertEquals(
                "class 1 misclassified as class 2: 2 of 22 (9.09 %)",
                headings(html).get(7));
        // four of each, but there are only two and three of the last ones
        assertEquals(6 * 4 + 3 + 2, all("(<img)", html).size());
        assertEquals(4, all("alt=\"(class 8 misclassified as class 9)\"", html).size());
        assertFalse(html.contains("Further confusions"));
    }

    @Test
    void theNextOnesAreListedUnlessTheyHappenedOnce() throws IOException {
        String two = section(12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2);
        assertEquals(8, headings(two).size());
        assertEquals(List.of("class 9 → class 10 3 of 23", "class 10 → class 11 2 of 22"), listed(two));
        assertFalse(two.contains("confusion_matrix.csv"), "all are named");
        String once = section(12, 11, 10, 9, 8, 7, 6, 5, 4, 1, 1);
        assertFalse(once.contains("Further confusions"));
        String one = section(12, 11, 10, 9, 8, 7, 6, 5, 4, 2, 1);
        assertEquals(List.of("class 9 → class 10 2 of 22"), listed(one));
        assertTrue(one.contains("1 rarer one is in <code>confusion_matrix.csv</code>."), one);
        String rare = section(12, 11, 10, 9, 8, 7, 6, 5, 4, 2, 1, 1);
        assertTrue(rare.contains("2 rarer ones are in <code>confusion_matrix.csv</code>."), rare);
    }

    @ParameterizedTest
    @CsvSource({"3, true, true, false", "60, true, false, true", "150, true, false, true", "151, false, false, false"})
    void aMatrixThatIsTooLargeIsLeftToItsFile(int classes, boolean shown, boolean percents, boolean pointer)
            throws IOException {
        String html = section(classes, 1);
        assertEquals(shown, html.contains("Rows are true classes, columns predicted ones"));
        assertEquals(!shown, html.contains("With 151 classes it is too large for this page"));
        assertEquals(percents, html.contains("Below each count: its percentage of the row."));
        assertEquals(pointer, html.contains("Hover over a cell for its numbers."));
    }
}
