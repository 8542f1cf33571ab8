package terzi.evaluation.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import terzi.evaluation.Evaluation;
import terzi.evaluation.Interval;
import terzi.evaluation.PairedDifference;
import terzi.evaluation.Predictions;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ComparisonTest {
    private static final int SIZE = 400;

    @TempDir
    Path folder;

    /** The first so many images are answered wrongly. */
    private static Comparison.Run run(String name, int wrong, String digest) {
        int[] truth = IntStream.range(0, SIZE).map(i -> i % 2).toArray();
        float[][] probabilities = new float[SIZE][];
        for (int i = 0; i < SIZE; i++) {
            boolean first = (truth[i] == 0) == (i >= wrong);
            probabilities[i] = first ? new float[] {0.8f, 0.2f} : new float[] {0.2f, 0.8f};
        }
        Predictions predictions = Predictions.of(List.of("a", "<b>"), truth, probabilities);
        return new Comparison.Run(name, Evaluation.of(predictions), "test", digest, Map.of("seed", "1"));
    }

    @Test
    void aDifferenceBeyondChanceIsRealAndASmallOneIsNot() {
        Comparison comparison =
                Comparison.of(List.of(run("base", 40, "d"), run("much", 5, "d"), run("little", 38, "d")));
        Comparison.Difference much = comparison.differences().get(0);
        Comparison.Difference little = comparison.differences().get(1);
        assertTrue(much.isReal());
        assertFalse(little.isReal());
        assertTrue(
                comparison.sentence(much).startsWith("much is better than base: +8.75 points"),
                comparison.sentence(much));
        assertTrue(comparison.sentence(much).contains(", log-loss -0.1213 (-0.1"), comparison.sentence(much));
        assertTrue(
                comparison.sentence(much).contains("only much classifies 35 images correctly, only base 0, McNemar"),
                comparison.sentence(much));
        assertTrue(
                comparison.sentence(little).startsWith("base and little do not differ significantly in accuracy"),
                comparison.sentence(little));
    }

    @Test
    void pValuesAreAdjustedForTheNumberOfRunsAfterHolm() {
        Comparison one = Comparison.of(List.of(run("base", 40, "d"), run("other", 32, "d")));
        // 8 images, all won by one side: 2 · 2⁻⁸
        assertEquals(2.0 / 256, one.differences().get(0).adjustedP(), 1e-12);
        Comparison three = Comparison.of(
                List.of(run("base", 40, "d"), run("other", 32, "d"), run("better", 30, "d"), run("same", 40, "d")));
        assertEquals(2 * 2.0 / 256, three.differences().get(0).adjustedP(), 1e-12);
        assertEquals(3 * 2.0 / 1024, three.differences().get(1).adjustedP(), 1e-12);
        assertEquals(1, three.differences().get(2).adjustedP());
    }

    @Test
    void otherImagesAreShownButNotTested() throws IOException {
        Comparison comparison =
                Comparison.of(List.of(run("base", 40, "d"), run("elsewhere", 0, "e"), run("old", 0, "")));
        Comparison.Difference elsewhere = comparison.differences().get(0);
        assertTrue(elsewhere.paired().isEmpty());
        assertTrue(comparison.sentence(elsewhere).contains("measured on different images"));
        Comparison.Difference old = comparison.differences().get(1);
        assertTrue(old.isReal());
        assertTrue(comparison.sentence(old).endsWith("Note: the images were matched by their names only."));
        Path page = folder.resolve("deep/comparison.html");
        comparison.write(page);
        String html = Files.readString(page);
        assertFalse(html.contains("<script"));
        assertTrue(html.contains("&lt;b&gt;") && !html.contains("<b>&lt;"), "a class name became markup");
        assertThrows(IOException.class, () -> comparison.write(folder));
    }

    @Test
    void runsThatGetTheSameImagesRightAreSaidToAndOneImageIsSingular() {
        Comparison comparison =
                Comparison.of(List.of(run("base", 40, "d"), run("twin", 40, "d"), run("next", 39, "d")));
        String twin = comparison.sentence(comparison.differences().get(0));
        assertTrue(
                twin.startsWith(
                        "base and twin do not differ in accuracy, since they classify the same images correctly: twin against base +0.00 points"),
                twin);
        String next = comparison.sentence(comparison.differences().get(1));
        assertTrue(next.contains("only next classifies 1 image correctly, only base 0"), next);
    }

    @Test
    void oneRunIsNothingToCompare() {
        assertThrows(IllegalArgumentException.class, () -> Comparison.of(List.of(run("base", 1, "d"))));
    }

    /** The first 40 images are wrong in the first run; of these so many are right in this one, and so many others wrong. */
    private static Comparison.Run against(String name, int onlyFirst, int onlySecond) {
        float[][] probabilities = new float[SIZE][];
        for (int i = 0; i < SIZE; i++) {
            boolean right = i < 40 ? i < onlySecond : i >= 40 + onlyFirst;
            probabilities[i] = right ? new float[] {0.75f, 0.25f} : new float[] {0.25f, 0.75f};
        }
        Predictions predictions = Predictions.of(List.of("a", "b"), new int[SIZE], probabilities);
        return new Comparison.Run(name, Evaluation.of(predictions), "test", "d", Map.of());
    }

    /** multipletests(method="holm") of statsmodels 0.15.0, made by benchmarks/peers/metrics_golden.py. */
    @Test
    void adjustedPValuesAreThoseOfStatsmodels() throws IOException {
        JsonNode golden;
        try (InputStream in = Evaluation.class.getResourceAsStream("golden.json")) {
            golden = JsonMapper.builder().build().readTree(in).get("holm");
        }
        assertEquals(2, golden.size());
        for (JsonNode one : golden) {
            List<Comparison.Run> runs = new ArrayList<>(List.of(against("base", 0, 0)));
            for (int i = 0; i < one.get("p").size(); i++) {
                runs.add(against(
                        "run " + i,
                        one.get("only_first").get(i).asInt(),
                        one.get("only_second").get(i).asInt()));
            }
            List<Comparison.Difference> differences = Comparison.of(runs).differences();
            for (int i = 0; i < differences.size(); i++) {
                Comparison.Difference difference = differences.get(i);
                assertEquals(
                        one.get("p").get(i).asDouble(),
                        difference.paired().orElseThrow().test().pValue(),
                        1e-10);
                assertEquals(one.get("adjusted").get(i).asDouble(), difference.adjustedP(), 1e-10);
                assertEquals(difference.adjustedP() < 0.05, difference.isReal());
            }
        }
    }

    @Test
    void figuresOfASentenceAreInPointsWithTheirIntervals() {
        Comparison two = Comparison.of(List.of(run("base", 40, "d"), run("worse", 75, "d")));
        Comparison.Difference difference = two.differences().get(0);
        PairedDifference paired = difference.paired().orElseThrow();
        String sentence = two.sentence(difference);
        assertTrue(
                sentence.startsWith("worse is worse than base: -8.75 points of accuracy (95 % interval "
                        + points(paired.accuracyInterval()) + "), macro-F1 " + points(paired.macroF1()) + " ("
                        + points(paired.macroF1Interval()) + "), log-loss "),
                sentence);
        // 35 images lost and none won: 2 · 2⁻³⁵
        assertTrue(
                sentence.endsWith("only worse classifies 0 images correctly, only base 35, McNemar p < 0.0001."),
                sentence);
        Comparison three = Comparison.of(List.of(run("base", 40, "d"), run("twin", 40, "d"), run("less", 41, "d")));
        String twin = three.sentence(three.differences().get(0));
        assertTrue(twin.endsWith("McNemar p = 1.0000, adjusted for several runs p = 1.0000."), twin);
        String less = three.sentence(three.differences().get(1));
        assertTrue(
                less.startsWith(
                        "base and less do not differ significantly in accuracy: less against base -0.25 points"),
                less);
        assertEquals("= 0.0001", Comparison.probability(0.0001));
        assertEquals("< 0.0001", Comparison.probability(Math.nextDown(0.0001)));
    }

    private static String points(double share) {
        return String.format(Locale.ROOT, "%+.2f", share * 100);
    }

    private static String points(Interval interval) {
        return points(interval.low()) + " to " + points(interval.high());
    }

    /** 8 images are won: 2 · 2⁻⁸, not doubled by the run that was measured on other images. */
    @Test
    void runsThatCannotBeTestedDoNotCountInTheAdjustment() {
        Comparison comparison =
                Comparison.of(List.of(run("base", 40, "d"), run("elsewhere", 0, "e"), run("other", 32, "d")));
        assertEquals(2.0 / 256, comparison.differences().get(1).adjustedP(), 1e-12);
        String elsewhere = comparison.sentence(comparison.differences().get(0));
        assertTrue(elsewhere.startsWith("base and elsewhere were not tested: "), elsewhere);
    }

    private static List<String> cells(String html, String heading) {
        String row = html.substring(html.indexOf("<tr><th class=\"name\">" + heading + "</th>"));
        return Pattern.compile("<td>(.*?)</td>")
                .matcher(row.substring(0, row.indexOf("</tr>")))
                .results()
                .map(found -> found.group(1).replace('\u00a0', ' '))
                .toList();
    }

    /** 40 and 5 of 400 are wrong; the intervals are those of statsmodels 0.14.6, proportion_confint(…, method="wilson"). */
    @Test
    void thePageHasTheFiguresOfEachRunBesideEachOther() throws IOException {
        Comparison.Run first = run("base", 40, "d");
        Comparison.Run second =
                new Comparison.Run("other", run("other", 5, "d").evaluation(), "test", "d", Map.of("duration", "3 s"));
        String html = new ComparisonPage(Comparison.of(List.of(first, second))).html();
        assertEquals(List.of("90.00 %", "98.75 %"), cells(html, "accuracy"));
        assertEquals(List.of("86.67–92.57", "97.11–99.46"), cells(html, "95 % interval"));
        // −ln 0.8 for those that are right, −ln 0.2 for the others
        double right = -Math.log(0.8);
        double wrong = -Math.log(0.2);
        assertEquals(
                List.of(
                        String.format(Locale.ROOT, "%.4f", 0.9 * right + 0.1 * wrong),
                        String.format(Locale.ROOT, "%.4f", 0.9875 * right + 0.0125 * wrong)),
                cells(html, "log-loss"));
        // 80 % sure
        assertEquals(List.of("0.1000", "0.1875"), cells(html, "ECE"));
        assertEquals(List.of("400 test images", "400 test images"), cells(html, "measured on"));
        assertEquals(List.of("1", "–"), cells(html, "seed"));
        assertEquals(List.of("–", "3 s"), cells(html, "duration"));
        // a and b are wrong 20 of 200 times each; both F1 are 0.9
        assertEquals(List.of("90.00 %", "98.75 %"), cells(html, "macro-F1"));
        String recalls = html.substring(html.indexOf("Recall of each class"));
        assertEquals(2, recalls.split("<tr><th class=\"name\"><bdi>", -1).length - 1, "a row for each class");
        assertTrue(recalls.contains("90.0") && recalls.contains("98."), recalls);
        assertFalse(html.contains("<p class=\"note\">"), "nothing to mind");
    }

    @Test
    void runsOfOtherClassesHaveNoRecallsBesideEachOther() throws IOException {
        Predictions predictions =
                Predictions.of(List.of("a", "c"), new int[] {0, 1}, new float[][] {{0.9f, 0.1f}, {0.1f, 0.9f}});
        Comparison.Run stranger = new Comparison.Run("stranger", Evaluation.of(predictions), "test", "e", Map.of());
        String html = new ComparisonPage(Comparison.of(List.of(run("base", 40, "d"), stranger))).html();
        assertFalse(html.contains("Recall of each class"));
        assertTrue(html.contains("<p class=\"note\">"));
    }
}
