package terzi.evaluation.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static terzi.evaluation.report.Markup.count;
import static terzi.evaluation.report.Markup.groups;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import terzi.evaluation.Predictions;
import terzi.evaluation.RankCurve;
import terzi.images.Image;

/** What stands on the page, and what does not where there is nothing to say. */
class PageTest {
    private static final Path FOLDER = Path.of("page");

    @BeforeAll
    static void fonts() {
        assumeTrue(Drawing.hasFonts(), "this Java has no font");
    }

    /** A report in which single parts can be left out or exchanged. */
    private static final class Draft {
        private final Report whole;
        private Report.Training training;
        private List<Report.Split> splits;
        private Optional<Report.Network> network;
        private float temperature;
        private String part;
        private Optional<Report.Fitted> fitted;
        private ImageSource images;
        private Map<String, String> provenance;

        Draft(int classes, boolean heat) {
            Predictions predictions = Synthetic.predictions(Synthetic.labels(classes), 120, Synthetic.Skill.USUAL, -1);
            whole = Synthetic.report("a run", predictions, Synthetic.images(predictions, 8, heat));
            training = whole.training();
            splits = whole.splits();
            network = whole.network();
            temperature = whole.temperature();
            part = whole.part();
            fitted = whole.fitted();
            images = whole.images();
            provenance = whole.provenance();
        }

        String html() throws IOException {
            Report report = new Report(
                    whole.title(),
                    whole.evaluation(),
                    part,
                    whole.conclusions(),
                    training,
                    splits,
                    network,
                    temperature,
                    fitted,
                    images,
                    provenance,
                    Report.Labels.NONE);
            List<SampleSheet.Shown> samples = new ArrayList<>();
            for (int row = 0; row < 5; row++) {
                int at = row;
                images.image(row).ifPresent(image -> samples.add(new SampleSheet.Shown(at, image)));
            }
            return Page.of(report, samples, FOLDER).html();
        }
    }

    private static void assertSections(String html, String... ids) {
        assertEquals(List.of(ids), groups(html, "<section id=\"([a-z]+)\""));
        String nav = html.substring(html.indexOf("<nav>"), html.indexOf("</nav>"));
        assertEquals(
                List.of(ids),
                groups(nav, "<a href=\"#([a-z]+)\""),
                "every section has its link, every link its section");
    }

    @Test
    void everySectionIsLinkedFromTheTop() throws IOException {
        assertSections(
                new Draft(4, false).html(),
                "summary",
                "classes",
                "confusion",
                "images",
                "curves",
                "calibration",
                "training",
                "data",
                "network",
                "again");
    }

    @Test
    void whatIsNotKnownHasNeitherSectionNorLink() throws IOException {
        Draft bare = new Draft(4, false);
        bare.training = Report.Training.NONE;
        bare.splits = List.of();
        bare.network = Optional.empty();
        bare.images = row -> Optional.empty();
        assertSections(bare.html(), "summary", "classes", "confusion", "curves", "calibration", "again");
    }

    /** Among three classes the true one is always one of three. */
    @ParameterizedTest
    @CsvSource({"3, false, false", "4, true, false", "5, true, false", "6, true, true"})
    void theKeyFiguresHaveTopKOnlyWhereThereAreMoreClasses(int classes, boolean three, boolean five)
            throws IOException {
        Draft draft = new Draft(classes, false);
        String html = draft.html();
        String key = html.substring(html.indexOf("<div class=\"key\">"), html.indexOf("<dl class=\"words\">"));
        assertEquals(three, key.contains("top-3, the true class among the 3 most probable"));
        assertEquals(five, key.contains("top-5, the true class among the 5 most probable"));
        int wrong = 0;
        for (int row = 0; row < 120; row++) {
            Predictions predictions = draft.whole.evaluation().predictions();
            wrong += predictions.predicted(row) == predictions.truth(row) ? 0 : 1;
        }
        assertTrue(wrong > 0);
        assertTrue(key.contains("<div><b>" + wrong + "</b><span>of 120 images misclassified</span></div>"), key);
        assertTrue(key.contains(String.format(Locale.ROOT, "<div><b>%.2f", 100 - wrong / 1.2)), key);
        for (String figure : List.of("accuracy, 95 % interval ", "macro-F1, ", "ECE, ")) {
            assertEquals(1, count("<span>" + figure, key), figure);
        }
    }

    @Test
    void severalIdeasAreAListAndOneIsASentence() throws IOException {
        Draft draft = new Draft(4, false);
        String html = draft.html();
        String words = html.substring(html.indexOf("<dl class=\"words\">"), html.indexOf("</dl>"));
        assertEquals(draft.whole.conclusions().size(), count("<dt>", words));
        assertEquals(count("<dt>", words), groups(words, "<dt>[^<]+</dt>(<dd>)").size(), "an answer for each question");
        assertTrue(words.contains("<dt>How good</dt><dd>"), words);
        for (String answer : groups(words, "<dd>(.*?)</dd>")) {
            assertEquals(count("<li>", answer) > 1, answer.startsWith("<ul>"), answer);
        }
    }

    @Test
    void imagesAreShownWithTheirHeatMapsAndLinksWhereThereAreAny() throws IOException {
        Draft plain = new Draft(4, false);
        String html = plain.html();
        int wrong = (int) IntStream.range(0, 120)
                .filter(row -> !plain.whole.evaluation().predictions().correct(row))
                .count();
        String section =
                html.substring(html.indexOf("<section id=\"images\">"), html.indexOf("<section id=\"curves\">"));
        // the worst eighteen at most, and the five of the sample
        assertEquals(Math.min(18, wrong) + 5, count("<img", section));
        assertFalse(section.contains("Beside each image"));
        assertFalse(section.contains("opens the file"), "there are no files");
        assertEquals(1, count("<h3>Misclassified, the most confident first</h3>", section));

        Draft heated = new Draft(4, true);
        ImageSource source = heated.images;
        heated.images = new ImageSource() {
            @Override
            public Optional<Image> image(int row) {
                return source.image(row);
            }

            @Override
            public Optional<Image> overlay(int row) {
                return source.overlay(row);
            }

            @Override
            public Optional<Path> file(int row) {
                return Optional.of(FOLDER.resolve(row + ".png"));
            }
        };
        String hot = heated.html();
        String images = hot.substring(hot.indexOf("<section id=\"images\">"), hot.indexOf("<section id=\"curves\">"));
        assertEquals(2 * Math.min(18, wrong) + 5, count("<img", images), "a map beside each that is wrong");
        assertTrue(images.contains("Beside each image, the regions that support the wrong class."));
        assertTrue(images.contains("Click an image or its name to open the file."));
    }

    @Test
    void curvesHaveTheClassesOfTheirLegendsFromTheWorst() throws IOException {
        Draft draft = new Draft(6, false);
        String html = draft.html();
        Predictions predictions = draft.whole.evaluation().predictions();
        List<Integer> worst = IntStream.range(0, 6)
                .boxed()
                .sorted((a, b) -> Double.compare(precision(predictions, a), precision(predictions, b)))
                .limit(4)
                .toList();
        String legend = worst.stream()
                .map(c -> "<bdi>class " + (c + 1) + "</bdi>")
                .reduce((a, b) -> a + ", " + b)
                .orElseThrow();
        assertTrue(html.contains("Classes in the legends, in order: " + legend + ".</p>"), html);
        assertTrue(html.contains("The four classes with the lowest average precision. "));
        assertFalse(new Draft(4, false).html().contains("The four classes with the lowest average precision. "));
        String curves =
                html.substring(html.indexOf("<section id=\"curves\">"), html.indexOf("<section id=\"calibration\">"));
        assertEquals(2, count("<svg", curves), "precision against recall, and ROC");
    }

    private static double precision(Predictions predictions, int c) {
        return RankCurve.of(predictions, c).orElseThrow().averagePrecision();
    }

    @Test
    void calibrationIsShownBeforeAndAfterWhereItWasFitted() throws IOException {
        Draft draft = new Draft(4, false);
        draft.temperature = 1.4f;
        draft.fitted = Optional.of(new Report.Fitted(600, 0.0412, 0.0098, 0.2512, 0.2301));
        String row =
                "<tr><th class=\"name\">validation</th><td>600</td><td>0.0412</td><td>0.0098</td><td>0.2512</td><td>0.2301</td>";
        String html = draft.html();
        assertTrue(html.contains(row), html);
        assertTrue(html.contains("Before and after dividing the logits by the temperature 1.400,"));
        assertFalse(html.contains("The temperature is 1:"));
        draft.part = "validation";
        String measuredWhereFitted = draft.html();
        assertFalse(measuredWhereFitted.contains(row), "the validation images stand in the table twice");
        assertTrue(measuredWhereFitted.contains("<tr><th class=\"name\">validation</th>"));
        draft.part = "test";
        draft.fitted = Optional.of(new Report.Fitted(0, 0.0412, 0.0098, 0.2512, 0.2301));
        draft.temperature = 1;
        String unfitted = draft.html();
        assertFalse(unfitted.contains("<tr><th class=\"name\">validation</th>"));
        assertTrue(unfitted.contains("The temperature is 1: the logits are not scaled"));
        assertFalse(unfitted.contains("Before and after dividing"));
    }

    @Test
    void fewClassesHaveATableOfTheDataAndManyAImage() throws IOException {
        for (int classes : new int[] {40, 41}) {
            Draft draft = new Draft(classes, false);
            List<Integer> each =
                    IntStream.range(0, classes).mapToObj(c -> c + 1).toList();
            int all = classes * (classes + 1) / 2;
            draft.splits = List.of(
                    new Report.Split("training", each),
                    new Report.Split(
                            "test",
                            IntStream.range(0, classes)
                                    .mapToObj(c -> c == 0 ? 1 : 0)
                                    .toList()));
            String html = draft.html();
            String data =
                    html.substring(html.indexOf("<section id=\"data\">"), html.indexOf("<section id=\"network\">"));
            assertTrue(data.contains("<p>" + all + " training images, 1 test image.</p>"), data);
            assertEquals(classes == 40 ? 1 : 0, count("<table>", data));
            assertEquals(classes == 40 ? 0 : 1, count("<svg", data));
        }
    }

    @ParameterizedTest
    @CsvSource({"30, 0", "31, 1"})
    void manyLayersAreFolded(int layers, int folded) throws IOException {
        Draft draft = new Draft(3, false);
        draft.network = Optional.of(new Report.Network(
                "network",
                IntStream.range(0, layers)
                        .mapToObj(i -> new Report.Layer("conv_" + i, "Conv", "[N,8,4,4]", 1000L * i))
                        .toList(),
                1_000_000,
                1_472,
                Optional.empty()));
        String html = draft.html();
        String network =
                html.substring(html.indexOf("<section id=\"network\">"), html.indexOf("<section id=\"again\">"));
        assertEquals(folded, count("<details><summary>" + layers + " layers</summary>", network));
        assertEquals(folded, count("</details>", network));
        assertTrue(network.contains("<th class=\"name\">total</th><td></td><td></td><td>1,001,472</td>"), network);
        assertEquals(layers, count("<td class=\"name mono\">", network));
    }

    @Test
    void whatIsToBeCopiedIsSetAsCode() throws IOException {
        Draft draft = new Draft(3, false);
        draft.provenance = new LinkedHashMap<>();
        for (String code : List.of("command", "resumed with", "data digest", "more arguments")) {
            draft.provenance.put(code, "1");
        }
        for (String words : List.of("seed", "machine")) {
            draft.provenance.put(words, "2");
        }
        String html = draft.html();
        List<String> marked = Pattern.compile("<tr><th>([a-z ]+)</th><td( class=\"code\")?>")
                .matcher(html.substring(html.indexOf("<section id=\"again\">")))
                .results()
                .map((MatchResult found) -> found.group(1) + (found.group(2) == null ? "" : " in code"))
                .toList();
        assertEquals(
                List.of(
                        "command in code",
                        "resumed with in code",
                        "data digest in code",
                        "more arguments in code",
                        "seed",
                        "machine"),
                marked);
    }
}
