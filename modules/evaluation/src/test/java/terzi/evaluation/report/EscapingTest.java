package terzi.evaluation.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import terzi.evaluation.Evaluation;
import terzi.evaluation.Predictions;
import terzi.images.Image;

/** Whatever comes from outside is a text of the page, from every source and in every template. */
class EscapingTest {
    private static final String EVIL = "<script>&\"'";

    private final List<String> sources = new ArrayList<>();

    /** A text as evil as all others that can be found again. */
    private String evil(String source) {
        sources.add(EVIL + source);
        return EVIL + source;
    }

    private List<String> evils(String source, int count) {
        return IntStream.range(0, count).mapToObj(i -> evil(source + i + "x")).toList();
    }

    /** None became markup, and each can be read, as a text or as an attribute. */
    private void assertTexts(String page) {
        assertFalse(page.contains("<script"), "became markup");
        Document read = Markup.xml(page);
        StringBuilder all = new StringBuilder(read.getDocumentElement().getTextContent());
        NodeList elements = read.getElementsByTagName("*");
        for (int i = 0; i < elements.getLength(); i++) {
            for (int a = 0; a < elements.item(i).getAttributes().getLength(); a++) {
                all.append('\n').append(elements.item(i).getAttributes().item(a).getNodeValue());
            }
        }
        for (String source : sources) {
            assertTrue(all.indexOf(source) >= 0, "lost: " + source);
        }
        assertEquals(0, read.getElementsByTagName("script").getLength());
    }

    /** Few classes have tables and images, many have a list of confusions and figures. */
    @ParameterizedTest
    @ValueSource(ints = {2, 6, 45})
    void inAReport(int classes) throws IOException {
        List<String> labels = evils("label", classes);
        Predictions made = Synthetic.predictions(labels, 40 * classes, Synthetic.Skill.HOPELESS, -1);
        int[] rows = IntStream.range(0, made.size()).toArray();
        Predictions predictions = Predictions.of(
                labels,
                IntStream.of(rows).mapToObj(row -> EVIL + "id" + row).toList(),
                IntStream.of(rows).map(made::truth).toArray(),
                IntStream.of(rows)
                        .mapToObj(row -> {
                            float[] probabilities = new float[classes];
                            for (int c = 0; c < classes; c++) {
                                probabilities[c] = made.probability(row, c);
                            }
                            return probabilities;
                        })
                        .toArray(float[][]::new));
        Report usual = Synthetic.report("", predictions, Synthetic.images(predictions, 8, true));
        Path folder = Path.of("page");
        sources.add(EVIL + "id0");
        ImageSource files = new ImageSource() {
            @Override
            public Optional<Image> image(int row) {
                return usual.images().image(row);
            }

            @Override
            public Optional<Image> overlay(int row) {
                return usual.images().overlay(row);
            }

            @Override
            public Optional<Path> file(int row) {
                return row % 2 == 0 ? Optional.empty() : Optional.of(folder.resolve("a&\"'<b>" + row));
            }
        };
        Report report = new Report(
                evil("title"),
                Synthetic.checked(predictions),
                evil("part"),
                Map.of(
                        evil("question"),
                        evil("answer"),
                        evil("several"),
                        evil("first idea") + "\n" + evil("second idea")),
                usual.training(),
                List.of(new Report.Split(evil("split"), usual.splits().get(0).counts())),
                Optional.of(new Report.Network(
                        "network",
                        List.of(new Report.Layer(evil("layer"), evil("type"), evil("shape"), 1)),
                        1,
                        1,
                        Optional.empty())),
                1.4f,
                usual.fitted(),
                files,
                Map.of(evil("fact"), evil("value"), "command", evil("command")),
                Synthetic.labels(predictions, files));
        SampleSheet.Shown sample =
                new SampleSheet.Shown(0, usual.images().image(0).orElseThrow());
        String page = Page.of(report, List.of(sample), folder).html();
        assertTexts(page);
        assertTrue(page.contains("href=\"a%26%22%27%3Cb%3E"), "a link");
    }

    @Test
    void inAComparison() throws IOException {
        List<String> labels = evils("label", 3);
        Predictions predictions = Synthetic.predictions(labels, 60, Synthetic.Skill.USUAL, -1);
        String fact = evil("fact");
        List<Comparison.Run> runs = Stream.of("first", "second")
                .map(name -> new Comparison.Run(
                        evil(name),
                        Evaluation.of(predictions),
                        evil(name + " part"),
                        name,
                        Map.of(fact, evil(name + " value"))))
                .toList();
        assertTexts(new ComparisonPage(Comparison.of(runs)).html());
    }

    /** Its description; the plotting library draws other texts as shapes. */
    @Test
    void inAPanel() {
        if (HtmlPage.hasFigures()) {
            LinePanel panel = new LinePanel(
                    evil("description"),
                    LinePanel.Axis.fromZero(EVIL, 1),
                    LinePanel.Axis.fromZero(EVIL, 1),
                    List.of(new LinePanel.Line(LinePanel.Role.SUBJECT, List.of(LinePanel.Point.of(0, 1)))));
            assertTexts(HtmlPage.html(new HtmlPage().figure(panel)));
        }
    }

    /** jte's word for markup that is not escaped stands nowhere: there is {@link TrustedMarkup} for it. */
    @ParameterizedTest
    @ValueSource(strings = {"evaluation", "bench"})
    void noTemplateLetsATextThroughAsItIs(String module) throws IOException {
        try (Stream<Path> templates = Files.list(Path.of("..", module, "src/main/jte"))) {
            List<Path> found = templates.toList();
            assertTrue(found.size() > 5, found.toString());
            for (Path template : found) {
                assertFalse(Files.readString(template).contains("$unsafe"), template.toString());
            }
        }
    }

    /** Elements are written by templates; {@link SvgGraphics} writes figures, and they are the only trusted markup but the style sheet. */
    @ParameterizedTest
    @ValueSource(strings = {"evaluation", "bench", "runs", "cli"})
    void noOtherCodeWritesElements(String module) throws IOException {
        try (Stream<Path> sources = Files.walk(Path.of("..", module, "src/main/java"))) {
            for (Path source : sources.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !file.endsWith("SvgGraphics.java"))
                    .toList()) {
                String code = Files.readString(source);
                List<String> elements = Markup.groups(code, "\"[^\"\n]*(</?(?:[a-z]+[1-6]?)(?: [a-z]+=|>))[^\n]*\"");
                assertEquals(List.of(), elements, source + " writes HTML");
                assertEquals(
                        source.endsWith("HtmlPage.java") ? 2 : 0,
                        Markup.count("new TrustedMarkup(", code),
                        source + " trusts markup");
            }
        }
    }
}
