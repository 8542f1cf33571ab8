package terzi.evaluation.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static terzi.evaluation.report.Markup.groups;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import terzi.evaluation.Evaluation;
import terzi.evaluation.LabelErrors;
import terzi.evaluation.Predictions;
import terzi.evaluation.SetCoverage;
import terzi.evaluation.Strangeness;

/** Labels that look wrong, prediction sets and strangeness. */
class ChecksOnThePageTest {
    private static final Predictions PREDICTIONS =
            Synthetic.predictions(Synthetic.labels(3), 200, Synthetic.Skill.USUAL, -1);
    private static final ImageSource IMAGES = Synthetic.images(PREDICTIONS, 8, false);

    private static final Evaluation BARE = Evaluation.of(PREDICTIONS);

    private static String html(Evaluation evaluation, Report.Labels labels) throws IOException {
        return Page.of(
                        Synthetic.checked(Synthetic.report("a run", PREDICTIONS, IMAGES), evaluation, labels),
                        List.of(),
                        Path.of("page"))
                .html();
    }

    private static String section(String html, String id) {
        return groups(html.replace('\n', ' '), "(<section id=\"" + id + "\">.*?</section>)")
                .get(0);
    }

    private static String labels(LabelErrors errors, ImageSource images) throws IOException {
        return section(html(BARE, new Report.Labels(Optional.of(errors), images)), "labels");
    }

    private static LabelErrors errors(int suspects, int estimate, int images, int classes) {
        List<LabelErrors.Suspect> all = new ArrayList<>();
        for (int i = 0; i < suspects; i++) {
            all.add(new LabelErrors.Suspect(i, "a/" + i + ".jpg", "cat", "dog", 0.03f, 0.96f, i / 1000.0));
        }
        return new LabelErrors(all, estimate, images, classes);
    }

    private static String sets(double promised, SetCoverage.ClassCoverage... classes) throws IOException {
        return section(html(BARE.withSets(new SetCoverage(promised, List.of(classes))), Report.Labels.NONE), "sets");
    }

    private static Strangeness strangeness(int images) {
        return new Strangeness(
                IntStream.range(0, images).mapToObj(i -> (double) i / images).toList());
    }

    @Test
    void noSectionIsThereWithoutWhatItShows() throws IOException {
        String none = html(BARE, Report.Labels.NONE);
        String all = html(Synthetic.checked(PREDICTIONS), Synthetic.labels(PREDICTIONS, IMAGES));
        for (String id : List.of("labels", "sets", "strangeness")) {
            for (String part : List.of("<section id=\"" + id + "\">", "<a href=\"#" + id + "\">")) {
                assertFalse(none.contains(part), part);
                assertTrue(all.contains(part), part);
            }
        }
    }

    @Test
    void suspectsHaveTheirLabelTheLikelierOneAndTheirFileInOrder() throws IOException {
        String section = labels(errors(30, 20, 400, 4), IMAGES);
        assertTrue(section.contains("About 20 labels look wrong, 5.0 % of 400 images."), section);
        assertEquals(
                IntStream.range(0, 20).mapToObj(i -> "a/" + i + ".jpg").toList(),
                groups(section, "class=\"file\" title=\"([^\"]*)\""));
        String card = groups(section, "<figcaption>(.*?)</figcaption>").get(0).replaceAll("<[^>]*>", "");
        assertEquals("cat 3&nbsp;%→ dog 96&nbsp;%0.jpg", card);
        assertEquals(20, Markup.count("<img", section));
        assertTrue(section.contains("<summary>6 more</summary>"), "14 at once");
        assertFalse(section.contains("are shown"), "all are");
    }

    @Test
    void atMostSixtySuspectsAreShownAndOnlyTheirImagesAreRead() throws IOException {
        List<Integer> read = new ArrayList<>();
        ImageSource counted = row -> {
            read.add(row);
            return IMAGES.image(row);
        };
        String section = labels(errors(100, 90, 2_000, 4), counted);
        assertTrue(section.contains("About 90 labels look wrong, 4.5 % of 2,000 images."), section);
        assertTrue(section.contains("60 are shown."), section);
        assertEquals(60, Markup.count("<figure", section));
        assertEquals(IntStream.range(0, 60).boxed().toList(), read);
    }

    @Test
    void aSuspectWhoseImageIsGoneKeepsItsLabelsAndItsName() throws IOException {
        String section = labels(errors(2, 1, 100, 4), ImageSource.NONE);
        assertTrue(section.contains("About 1 label looks wrong, 1.0 % of 100 images."), section);
        assertFalse(section.contains("<img"), section);
        assertTrue(section.contains("0.jpg") && section.contains("dog"), section);
    }

    @Test
    void fewImagesOfAClassGiveNoEstimate() throws IOException {
        String few = labels(errors(9, 8, 30, 4), IMAGES);
        assertTrue(few.contains("With fewer than 20 images per class"), few);
        assertFalse(few.contains("About"), few);
        String none = labels(errors(9, 0, 300, 4), IMAGES);
        assertTrue(none.contains("None: no other class is likely enough for any of 300 images."), none);
    }

    /** Wilson, as in Interval: 170 of 200 is 79.4 to 89.3 %, which ends below 90; 171 of 200 ends at 89.7, 174 at 91.0 %. */
    @Test
    void aClassIsBelowThePromiseWhereItsIntervalEndsBelowIt() throws IOException {
        String section = sets(
                0.9,
                new SetCoverage.ClassCoverage("fair", 200, 174, 1.5),
                new SetCoverage.ClassCoverage("poor", 200, 170, 2.5),
                new SetCoverage.ClassCoverage("absent", 0, 0, 0));
        assertTrue(section.contains("prediction.set(0.9)"), section);
        assertTrue(section.contains("1 class is clearly below the promise."), section);
        assertEquals(List.of("poor", "fair"), groups(section, "<tr><th class=\"name\" title=\"([^\"]*)\""));
        assertEquals(
                List.of("85.0", "87.0", "86.0"),
                groups(section, "</th><td>([0-9.]+)</td>"),
                "the last is of all images");
        assertEquals(1, Markup.count("class=\"weak\"", section));
        assertTrue(section.contains("79.4–89.3"), section);
        assertTrue(section.contains("<td>2.00</td><td>400</td>"), section);
        // bars begin at 50 %: the promise of 90 % is at four fifths of the track
        assertTrue(section.contains("bars from 50 to 100 %") && section.contains("left:80.00%"), section);
    }

    @Test
    void whereNoClassIsBelowThePageSaysSo() throws IOException {
        String section = sets(0.95, new SetCoverage.ClassCoverage("few", 10, 9, 1));
        assertTrue(section.contains("No class is clearly below the promise."), section);
        assertTrue(section.contains("for 95\u00a0% of the images"), section);
    }

    /** Of 0, 0.001 … 0.999 exactly ten are at least 0.99, and fifty at least 0.95. */
    @Test
    void rejectedImagesAreThoseWithAtLeastTheThreshold() {
        assertEquals(
                List.of(new Strangeness.Rejected(0.01, 10, 1000), new Strangeness.Rejected(0.05, 50, 1000)),
                strangeness(1000).reported());
        assertEquals("as promised", StrangenessSection.verdict(new Strangeness.Rejected(0.05, 50, 1000)));
        assertEquals("more than promised", StrangenessSection.verdict(new Strangeness.Rejected(0.05, 100, 1000)));
        assertEquals("fewer than promised", StrangenessSection.verdict(new Strangeness.Rejected(0.05, 10, 1000)));
    }

    @Test
    void theChartHasTheShareAtEachThresholdBesideThePromise() {
        assumeTrue(Drawing.hasFonts(), "this Java has no font");
        XYChart chart = (XYChart) ((Chart) new StrangenessSection(strangeness(1000), "test", List.of()).figure())
                .content()
                .apply(Palette.LIGHT);
        double[] thresholds = series(chart, "these images").getXData();
        double[] shares = series(chart, "these images").getYData();
        for (int i = 0; i < thresholds.length; i++) {
            assertEquals(100 * (1 - thresholds[i]), shares[i], 0.11, "at " + thresholds[i]);
        }
        assertEquals(20, series(chart, "promised").getYData()[0], 1e-9);
        assertEquals(0, series(chart, "promised").getYData()[1], 1e-9);
    }

    private static XYSeries series(XYChart chart, String name) {
        return chart.getSeriesCollection().stream()
                .filter(series -> series.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theStrangestImagesComeFirst() throws IOException {
        String section = section(html(Synthetic.checked(PREDICTIONS), Report.Labels.NONE), "strangeness");
        assertEquals(
                IntStream.range(0, 14)
                        .mapToObj(i -> "image-" + (199 - i) + ".png")
                        .toList(),
                groups(section, "class=\"file\" title=\"([^\"]*)\""));
        List<String> values = groups(section, "<figcaption><b>([0-9.]+)</b>");
        assertEquals(values.stream().sorted(Collections.reverseOrder()).toList(), values);
        assertEquals(String.format(Locale.ROOT, "%.3f", Math.pow(199 / 200.0, 0.9)), values.get(0));
    }

    @Test
    void aStrangenessOfOtherImagesIsRefused() {
        assertEquals(
                "strangeness: expected a value for each of 200 predictions, found 1",
                assertThrows(IllegalArgumentException.class, () -> BARE.withStrangeness(new Strangeness(List.of(0.5))))
                        .getMessage());
    }
}
