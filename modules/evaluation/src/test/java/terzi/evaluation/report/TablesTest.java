package terzi.evaluation.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static terzi.evaluation.report.Markup.groups;

import gg.jte.html.HtmlContent;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import terzi.evaluation.ClassMetrics;
import terzi.evaluation.ConfusionMatrix;
import terzi.evaluation.Evaluation;
import terzi.evaluation.Interval;
import terzi.evaluation.Predictions;
import terzi.evaluation.RankCurve;

/** Tables and texts of the page: what they say, how wide their bars are, and that nothing from outside becomes markup. */
class TablesTest {

    private static List<String> all(String html, String pattern) {
        return Pattern.compile(pattern)
                .matcher(html)
                .results()
                .map(MatchResult::group)
                .toList();
    }

    // ---- escaping -------------------------------------------------------------------------------------------------

    /** A parser that is not ours reads the text back; only control characters, which no page may have, are replaced. */
    @Property(tries = 300, seed = "20261130")
    void whatIsEscapedIsReadBackAsTheSameText(
            @ForAll @CharRange(from = '\u0000', to = '\uffff') @Size(max = 40) List<Character> characters)
            throws Exception {
        StringBuilder drawn = new StringBuilder("<&>\"'");
        characters.forEach(drawn::append);
        String text = drawn.toString();
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            char before = i == 0 ? ' ' : text.charAt(i - 1);
            char after = i + 1 == text.length() ? ' ' : text.charAt(i + 1);
            boolean lone = Character.isSurrogate(c)
                    && !Character.isSurrogatePair(c, after)
                    && !Character.isSurrogatePair(before, c);
            boolean control = Character.isISOControl(c) && c != '\n' && c != '\t';
            expected.append(lone || control ? '\ufffd' : c);
        }
        // U+FFFE and U+FFFF are not characters of XML, though HTML takes them
        String wanted = expected.toString().replace('\ufffe', '?').replace('\uffff', '?');
        String html = "<body>" + key(text) + alternative(text) + "</body>";
        Document read = Markup.xml(html.replace('\ufffe', '?').replace('\uffff', '?'));
        assertEquals(wanted, read.getElementsByTagName("b").item(0).getTextContent());
        Element image = (Element) read.getElementsByTagName("img").item(0);
        assertEquals(wanted.replace('\n', ' ').replace('\t', ' '), image.getAttribute("alt"));
    }

    /** A text in a template. */
    private static String key(String text) {
        return HtmlPage.html((HtmlContent) out -> JtekeyGenerated.render(out, null, text, ""));
    }

    /** A text in an attribute of a template. */
    private static String alternative(String text) {
        Predictions one = Predictions.of(List.of("a", "b"), new int[] {0}, new float[][] {{1, 0}});
        Thumbnail image = new Thumbnail("data:", false);
        ImageCard card = new ImageCard(one, 0, image, Optional.empty(), Optional.empty());
        return HtmlPage.html((HtmlContent) out -> JteimageGenerated.render(out, null, card, image, text));
    }

    /** HTML has no control characters but tab and line feed, and halves of a character are none. */
    @Test
    void whatIsNoCharacterOfAPageIsReplaced() {
        String cat = "\ud83d\udc08";
        Map<String, String> shown = Map.of(
                "a\tb\n" + cat,
                "a\tb\n" + cat,
                "\ud83d",
                "\ufffd",
                "\ud83da",
                "\ufffda",
                "\udc08",
                "\ufffd",
                "a\udc08",
                "a\ufffd",
                "\ud83d" + cat,
                "\ufffd" + cat,
                cat + "\udc08",
                cat + "\ufffd",
                "\u0000\r\u007f",
                "\ufffd\ufffd\ufffd",
                "&<>",
                "&amp;&lt;&gt;");
        shown.forEach((text, markup) -> assertEquals("<div><b>" + markup + "</b><span></span></div>\n", key(text)));
        assertEquals("<img alt=\"&amp;&lt;&#34;&#39;\" src=\"data:\">", alternative("&<\"'"));
    }

    private static String breakable(String name) {
        return HtmlPage.html((HtmlContent) out -> JtebreakableGenerated.render(out, null, name));
    }

    @Test
    void linesMayBreakWithinANameAndNotBeforeOrAfterIt() {
        assertEquals("<bdi>&lt;x&gt;</bdi>", breakable("<x>"));
        assertEquals("<bdi>a_<wbr>b--<wbr>c.<wbr>d/<wbr>e_</bdi>", breakable("a_b--c.d/e_"));
        assertEquals("<bdi></bdi>", breakable(""));
        assertEquals("<i>x</i>", HtmlPage.html(new TrustedMarkup("<i>x</i>")));
    }

    @Test
    void eachFigureOfAPageHasItsOwnNames() throws Exception {
        String page = HtmlPage.of("<t>", (out, interceptor, value) -> out.writeUserContent(value), "m&de");
        assertTrue(page.startsWith("<!DOCTYPE html>\n<html lang=\"en\">"), page);
        assertTrue(page.contains("<title>&lt;t&gt;</title>"), page);
        assertTrue(page.contains("<style>\n:root {"), page);
        assertTrue(page.endsWith("<body>\nm&amp;de</body>\n</html>\n"), page);
        assertEquals(Drawing.hasFonts(), HtmlPage.hasFigures());
        assertEquals(
                !HtmlPage.hasFigures(), HtmlPage.html(HtmlPage.noteOnFonts()).contains("no font"));
        if (HtmlPage.hasFigures()) {
            Figure clipped = new SvgGraphicsTest.Drawn(graphics -> {
                graphics.setClip(0, 0, 5, 5);
                graphics.drawLine(0, 0, 9, 9);
            });
            HtmlPage two = new HtmlPage();
            String svg = HtmlPage.html(two.figure(clipped)) + HtmlPage.html(two.figure(clipped));
            List<String> ids = groups(svg, "id=\"([^\"]+)\"");
            assertEquals(2, new HashSet<>(ids).size(), ids.toString());
            assertEquals(ids, groups(svg, "url\\(#([^)]+)\\)"));
        }
    }

    @Test
    void theNoteOnFontsIsThereWhereFiguresAreNot() {
        assertTrue(Markup.html(out -> JtenoteOnFontsGenerated.render(out, null, false))
                .startsWith("<p class=\"note\">This page has no charts, because the Java that made it has no font"));
        assertEquals("", Markup.html(out -> JtenoteOnFontsGenerated.render(out, null, true)));
    }

    // ---- the matrix -----------------------------------------------------------------------------------------------

    private static ConfusionMatrix matrix(int classes, int... cells) {
        List<Integer> truth = new ArrayList<>();
        List<Integer> answer = new ArrayList<>();
        for (int cell = 0; cell < cells.length; cell += 3) {
            for (int i = 0; i < cells[cell + 2]; i++) {
                truth.add(cells[cell]);
                answer.add(cells[cell + 1]);
            }
        }
        return ConfusionMatrix.of(
                Synthetic.labels(classes),
                truth.stream().mapToInt(i -> i).toArray(),
                answer.stream().mapToInt(i -> i).toArray());
    }

    private static String html(ConfusionMatrix matrix) {
        return HtmlPage.html((HtmlContent) out -> JtematrixGenerated.render(out, null, new MatrixTable(matrix)));
    }

    @Test
    void aCellHasItsCountItsShareAndTheShadeOfTheRoot() {
        String html = html(matrix(3, 0, 0, 9, 0, 1, 7, 1, 2, 1, 1, 1, 1999, 2, 2, 4));
        List<String> rows = all(html, "<tr><th scope=\"row\">.*</tr>");
        assertEquals(3, rows.size());
        // 9/16 and 7/16: shades 0.75 and 0.66
        assertEquals(
                List.of(
                        "<td class=\"r t\" style=\"--s:0.75\" title=\"class 1 recognised: 9 of 16 (56.3 %)\">9<small>56</small></td>",
                        "<td class=\"w t\" style=\"--s:0.66\" title=\"class 1 misclassified as class 2: 7 of 16 (43.8 %)\">7"
                                + "<small>44</small></td>",
                        "<td></td>"),
                all(rows.get(0), "<td.*?</td>"));
        // one of 2,000 is never invisible, and not 0 %
        assertEquals(
                "<td class=\"w\" style=\"--s:0.06\" title=\"class 2 misclassified as class 3: 1 of 2,000 (0.1 %)\">1<small>0.1</small></td>",
                all(rows.get(1), "<td.*?</td>").get(2));
        assertTrue(rows.get(1).contains("<td class=\"r t u\" style=\"--s:1.00\""), rows.get(1));
        assertTrue(rows.get(1).contains(">1999<small>100</small>"), rows.get(1));
        assertEquals(
                List.of("<td></td>", "<td></td>"),
                all(rows.get(2), "<td.*?</td>").subList(0, 2));
        assertTrue(
                html.contains("aria-label=\"Confusion matrix of 3 classes: 2,012 of 2,020 images on the diagonal\""),
                html);
    }

    /** One of 10,000 is 0.01 %, one of 20 is 5 %, 199 of 2,000 are 9.95 %. */
    @ParameterizedTest
    @CsvSource({
        "1, 10000, <0.1",
        "1, 2000, 0.1",
        "1, 20, 5.0",
        "99, 1000, 9.9",
        "100, 1000, 10",
        "999, 1000, 100",
        "19, 20, 95"
    })
    void sharesHaveAsManyDigitsAsThereIsRoomFor(int part, int all, String shown) {
        String html = html(matrix(2, 0, 1, part, 0, 0, all - part, 1, 1, 1));
        String cell = all(html, "<td class=\"w.*?</td>").get(0);
        assertTrue(cell.endsWith("<small>" + shown.replace("<", "&lt;") + "</small></td>"), cell);
    }

    @ParameterizedTest
    @CsvSource({
        "4, true, true, roomy",
        "12, true, true, roomy",
        "13, true, false, numbered",
        "40, true, false, numbered",
        "41, false, false, shaded"
    })
    void moreClassesHaveLessInTheirCells(int classes, boolean numbers, boolean percents, String size) {
        int[] each = IntStream.range(0, classes).toArray();
        ConfusionMatrix confusion = ConfusionMatrix.of(Synthetic.labels(classes), each, each);
        MatrixTable table = new MatrixTable(confusion);
        assertEquals(numbers, table.hasNumbers());
        assertEquals(percents, table.hasPercents());
        assertEquals(percents, table.isShort());
        String html = html(confusion);
        assertTrue(html.contains("<div class=\"matrix-box " + size), html.substring(0, 200));
        assertEquals(percents ? classes : 0, all(html, "<small>100</small>").size());
        assertEquals(numbers ? classes : 0, all(html, "\\(100.0 %\\)\">1").size());
        // up to 4 names need no turning, up to 8 none on a wide screen
        assertEquals(
                classes > 4 ? classes : 0,
                all(html, "<th scope=\"col\" class=\"turned").size());
        assertEquals(
                classes > 4 && classes <= 8 ? classes : 0,
                all(html, "class=\"turned narrow\"").size());
        assertEquals(classes, all(html, "<th scope=\"col\"").size());
        assertTrue(html.contains("Scroll sideways: " + classes + " columns"), html);
    }

    /** Names have the room of their longest word, at 7.4 px a letter and 10 more, from 72 to 210; cells that of their digits. */
    @ParameterizedTest
    @CsvSource({"cat, 72, 30", "internationalisation, 158, 30", "internationalisation_of, 166, 30"})
    void theWidthIsThatOfNamesAndCells(String label, int names, int cell) {
        ConfusionMatrix confusion = ConfusionMatrix.of(List.of(label, "b"), new int[] {0, 1}, new int[] {0, 1});
        String html = html(confusion);
        assertTrue(
                html.contains("--n:2;--cell:" + cell + "px;--most:8rem;--names:" + names + "px;--w:"
                        + (names + 2 * cell) + "px"),
                html.substring(0, 200));
        assertTrue(new MatrixTable(confusion).fitsOnPaper());
    }

    @Test
    void veryLongWordsAreLimitedAndIdeographsMayBeBroken() {
        ConfusionMatrix confusion =
                ConfusionMatrix.of(List.of("x".repeat(80), "猫".repeat(60)), new int[] {0, 1}, new int[] {0, 1});
        assertTrue(html(confusion).contains("--names:210px"));
        ConfusionMatrix wide = ConfusionMatrix.of(List.of("猫".repeat(60), "b"), new int[] {0, 1}, new int[] {0, 1});
        assertTrue(html(wide).contains("--names:72px"));
        // 12,345 has five digits of 7.4 px: 37, and 5 more
        assertTrue(html(matrix(2, 0, 0, 12_345, 1, 1, 1)).contains("--cell:42px"));
    }

    /** A4 has 680 px; with names of 72, 33 columns of 18 fit and 34 do not. */
    @ParameterizedTest
    @CsvSource({"33, 1, true", "34, 1, false", "22, 30, true", "19, 40, true", "20, 40, false"})
    void whatHasNoRoomOnPaperIsForTheScreen(int classes, int letters, boolean fits) {
        int[] each = IntStream.range(0, classes).toArray();
        List<String> labels = IntStream.range(0, classes)
                .mapToObj(c -> String.format(Locale.ROOT, "%-" + Math.max(2, letters) + "d", c)
                        .replace(' ', '-'))
                .toList();
        ConfusionMatrix confusion = ConfusionMatrix.of(labels, each, each);
        assertEquals(fits, new MatrixTable(confusion).fitsOnPaper());
        assertEquals(!fits, html(confusion).contains(" screen-only\""));
    }

    // ---- classes --------------------------------------------------------------------------------------------------

    private static ClassMetrics metrics(double recall, double low, double high, long support, long predicted) {
        return new ClassMetrics("c", 0.5, recall, new Interval(low, high), 0.25, support, predicted);
    }

    @ParameterizedTest
    @CsvSource({"0.99, 0.98", "0.98, 0.98", "0.97, 0.95", "0.95, 0.95", "0.94, 0.9", "0.9, 0.9", "0.89, 0", "0, 0"})
    void barsBeginWhereTheLowestIntervalLetsThem(double lowest, double origin) {
        assertEquals(
                origin,
                ClassTable.origin(
                        List.of(metrics(1, 0.995, 1, 5, 5), metrics(0.99, lowest, 1, 5, 5), metrics(0, 0, 1, 0, 0))));
        assertEquals(
                origin == 0
                        ? "<th></th>"
                        : "<th class=\"name\"><small>bars from " + Math.round(origin * 100) + " to 100 %</small></th>",
                Markup.html(out -> JtebarHeadingGenerated.render(out, null, origin)));
    }

    /** From 90 to 100 per cent every per cent is ten of the width. */
    @ParameterizedTest
    @CsvSource({
        "0, 0.8, 0.7, 0.9, 80.00, 70.00, 20.00, false",
        "0, 0.79, 0.7, 0.9, 79.00, 70.00, 20.00, true",
        "0.9, 0.96, 0.92, 1, 60.00, 20.00, 80.00, false"
    })
    void aBarIsAsWideAsItsRecallAndItsLineAsItsInterval(
            double origin,
            double recall,
            double low,
            double high,
            String width,
            String left,
            String span,
            boolean weak) {
        assertEquals(
                String.format(Locale.ROOT, "<td>%.1f</td>", recall * 100)
                        + "<td class=\"bar\"><span class=\"track\"><i" + (weak ? " class=\"weak\"" : "")
                        + " style=\"width:" + width
                        + "%\"></i><u style=\"left:" + left + "%;width:" + span + "%\"></u></span></td>",
                bar(metrics(recall, low, high, 10, 10), origin));
        assertEquals("<td>–</td><td class=\"bar\"><small>no images</small></td>", bar(metrics(0, 0, 1, 0, 3), origin));
    }

    private static String bar(ClassMetrics metrics, double origin) {
        return Markup.html(out -> JtebarGenerated.render(out, null, metrics, origin));
    }

    private static String classes(Evaluation evaluation) {
        List<Optional<RankCurve>> ranks = IntStream.range(0, evaluation.labels().size())
                .mapToObj(c -> RankCurve.of(evaluation.predictions(), c))
                .toList();
        String html = Markup.html(out -> JteclassTableGenerated.render(out, null, new ClassTable(evaluation, ranks)));
        return html.replace("</tr><tr>", "</tr>\n<tr>");
    }

    @Test
    void theWeakestClassComesFirstAndThoseWithoutAnImageLast() {
        // a: 1 of 2, b: none of 1, c: 1 of 1, d has no image but is answered once, e neither
        Predictions p = Predictions.of(List.of("a", "b", "c", "d", "e"), new int[] {0, 0, 1, 2}, new float[][] {
            {1, 0, 0, 0, 0}, {0, 0, 0, 1, 0}, {1, 0, 0, 0, 0}, {0, 0, 1, 0, 0}
        });
        String html = classes(Evaluation.of(p));
        assertEquals(List.of("b", "a", "c", "d", "e"), groups(html, "<th class=\"name\" title=\"(.)\">"));
        List<String> rows = all(html, "<tr><th class=\"name\" title.*</tr>");
        // a: Wilson of 1 of 2 (9.5 to 90.5), precision 1/2, F1 1/2; of its scores 1, 0, 1, 0 the average precision is
        // 1/2
        assertTrue(
                rows.get(1)
                        .endsWith("<td class=\"spare\">9.5–90.5</td><td>50.0</td><td class=\"spare\">50.0</td>"
                                + "<td class=\"spare\">50.0</td><td>2</td></tr>"),
                rows.get(1));
        assertTrue(rows.get(0).contains("<td>–</td><td class=\"spare\">0.0</td>"), "never answered: " + rows.get(0));
        assertTrue(
                rows.get(3)
                        .endsWith(
                                "<td class=\"spare\"></td><td>0.0</td><td class=\"spare\">–</td><td class=\"spare\">–</td><td>0</td></tr>"),
                rows.get(3));
        assertTrue(rows.get(4).contains("<td class=\"spare\"></td><td>–</td>"), rows.get(4));
        // (1/2 + 0 + 1) / 5 and (1/2 + 1) / 5, F1 (1/2 + 1) / 5
        assertTrue(
                html.contains("macro average</th><td>30.0</td><td></td><td class=\"spare\"></td><td>30.0</td>"
                        + "<td class=\"spare\">30.0</td><td class=\"spare\"></td><td>4</td>"),
                html);
        assertFalse(html.contains("more are in"), "all are shown");
        assertFalse(html.contains("print-only no"), "a small matrix has names");
    }

    @Test
    void noMoreThanTwoHundredClassesAreListedAndAPrintedMatrixHasTheirNumbers() {
        int[] truth = IntStream.range(0, 203).toArray();
        float[][] rows = new float[203][203];
        for (int i = 0; i < 203; i++) {
            rows[i][i] = 1;
        }
        String html = classes(Evaluation.of(Synthetic.labels(203), truth, rows));
        assertEquals(200, all(html, "<tr><th class=\"name\" title").size());
        assertTrue(html.contains("<p>3 more are in <code>classification_report.txt</code>.</p>"), "the rest");
        assertTrue(
                html.contains("<small class=\"print-only no\">1</small> <bdi>class 1</bdi>"),
                "its number in the matrix");
    }

    @Test
    void theTableOfTheDataHasBarsOfTheFirstPart() {
        String html = splits(
                List.of("a_b", "<c>"),
                List.of(new Report.Split("training", List.of(2000, 500)), new Report.Split("test", List.of(3, 4))));
        assertEquals(List.of("training", "test"), groups(html, "<th>(\\w+)</th>"));
        assertEquals(List.of("2,000", "3", "500", "4"), groups(html, "<td>([0-9,]+)</td>"));
        assertEquals(List.of("100.00", "25.00"), groups(html, "width:([0-9.]+)%"));
        assertTrue(html.contains("<bdi>&lt;c&gt;</bdi>"), html);
        String none = splits(List.of("a"), List.of(new Report.Split("training", List.of(0))));
        assertEquals(List.of("0.00"), groups(none, "width:([0-9.]+)%"));
    }

    private static String splits(List<String> labels, List<Report.Split> splits) {
        return Markup.html(out -> JtesplitsGenerated.render(out, null, labels, splits));
    }

    // ---- names and numbers ----------------------------------------------------------------------------------------

    @Property(tries = 200, seed = "20261130")
    void shortenedNamesAreStillDifferentFromEachOther(
            @ForAll @Size(min = 1, max = 12) List<@IntRange(min = 0, max = 3) Integer> kinds,
            @ForAll @IntRange(min = 8, max = 20) int longest) {
        List<String> labels = IntStream.range(0, kinds.size())
                .mapToObj(i -> "😀".repeat(5) + "x".repeat(5 * kinds.get(i)) + (kinds.get(i) < 3 ? "" : " end " + i))
                .distinct()
                .toList();
        List<String> names = Labels.distinct(labels, longest);
        assertEquals(labels.size(), new HashSet<>(names).size(), names.toString());
        for (int i = 0; i < labels.size(); i++) {
            String label = labels.get(i);
            int length = label.codePointCount(0, label.length());
            assertTrue(names.get(i).codePointCount(0, names.get(i).length()) <= longest, names.get(i));
            if (length <= longest) {
                assertEquals(label, names.get(i));
            } else {
                assertEquals(
                        label.substring(0, label.offsetByCodePoints(0, longest - 1)) + "…", Labels.cut(label, longest));
            }
        }
    }

    @Test
    void numbersAgreeWithTheirNouns() {
        assertEquals("1 image", Counted.of(1, "image"));
        assertEquals("0 images", Counted.of(0, "image"));
        assertEquals("2,000 classes", Counted.of(2000, "class", "classes"));
        assertEquals("12.35\u00a0%", Numbers.percent(0.12345));
        assertEquals("1,234", Numbers.count(1234));
        assertEquals("12.3", Numbers.tenths(0.1234));
        assertEquals("0.50", Numbers.fixed(0.5, 2));
        assertEquals("Of it", Page.capital("of it"));
        assertEquals("", Page.capital(""));
    }
}
