package terzi.evaluation.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import terzi.evaluation.Evaluation;
import terzi.evaluation.Predictions;
import terzi.images.Image;

class ReportTest {
    private static final List<String> IMAGES = List.of(
            "training_curves.png",
            "class_distribution.png",
            "confusion_matrix.png",
            "confusion_matrix_normalized.png",
            "sample_predictions.png");
    private static final Pattern TAG = Pattern.compile("<(/?)([a-zA-Z][a-zA-Z0-9]*)([^>]*)>");
    private static final List<String> VOID = List.of("meta", "img", "path", "br", "wbr");

    @TempDir
    Path folder;

    /** The page alone, without its files. */
    private String page(Report report) throws IOException {
        Predictions predictions = report.evaluation().predictions();
        List<SampleSheet.Shown> samples = Samples.random(predictions, 24).stream()
                .flatMap(row -> report.images().image(row).map(image -> new SampleSheet.Shown(row, image)).stream())
                .toList();
        return Page.of(report, samples, folder).html();
    }

    private static Report report(List<String> labels, int images, Synthetic.Skill skill, int absent) {
        Predictions predictions = Synthetic.predictions(labels, images, skill, absent);
        return Synthetic.report("a run", predictions, Synthetic.images(predictions, 24, false));
    }

    /** Elements must be closed in the order that they were opened in. */
    private static void assertWellFormed(String page) {
        List<String> open = new ArrayList<>();
        String body = page.substring(page.indexOf("<html")).replaceAll("(?s)<style>.*</style>", "");
        Matcher tags = TAG.matcher(body);
        while (tags.find()) {
            String name = tags.group(2);
            if (VOID.contains(name) && !(name.equals("path") && !tags.group(3).endsWith("/"))) {
                continue;
            }
            if (tags.group(1).isEmpty()) {
                open.add(name);
            } else {
                assertFalse(open.isEmpty(), "closed but not open: " + name);
                String last = open.remove(open.size() - 1);
                assertEquals(last, name, "near " + body.substring(Math.max(0, tags.start() - 200), tags.end()));
            }
        }
        assertEquals(List.of(), open);
    }

    @Test
    void epochsOnImagesAsTheyAreHaveALineOfTheirOwn() throws IOException {
        Report bent = report(Synthetic.labels(3), 200, Synthetic.Skill.USUAL, -1);
        List<Report.Step> steps = bent.training().steps();
        Report.Training turning = new Report.Training(steps, 17, 15);
        assertEquals(Set.of("training", "validation", "kept: epoch 17"), lines(bent.training()));
        assertEquals(Set.of("training", "validation", "kept: epoch 17"), lines(new Report.Training(steps, 17, 1)));
        assertEquals(Set.of("training", "validation", "plain", "kept: epoch 17"), lines(turning));

        assertFalse(page(bent).contains("neither augmented"), "there were none");
        String page = page(Synthetic.trained(bent, turning));
        assertTrue(page.contains("From epoch 15 on the training images were neither augmented nor mixed"), page);
        assertTrue(page.contains("Loss over 20 epochs, without augmentation from 15 on;"), page);
    }

    private static Set<String> lines(Report.Training training) {
        Chart loss = (Chart) TrainingCurves.of(training).get(0);
        return ((XYChart) loss.content().apply(Palette.LIGHT))
                .getSeriesCollection().stream().map(XYSeries::getName).collect(Collectors.toSet());
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 10, 100})
    void thePageStandsAloneAndTheImagesLieBesideIt(int classes) throws IOException {
        String page = Files.readString(report(Synthetic.labels(classes), 300, Synthetic.Skill.USUAL, -1)
                .write(folder));
        assertWellFormed(page);
        assertFalse(page.contains("<script"), "needs scripts");
        assertFalse(Pattern.compile("(?:src|href)=\"(?!data:|#)").matcher(page).find(), "needs other files");
        assertFalse(page.contains("url(http"), "needs a network");
        assertFalse(page.contains("NaN"), "a figure is not a number");
        for (String image : IMAGES) {
            var drawn = ImageIO.read(folder.resolve(image).toFile());
            assertTrue(drawn.getWidth() >= 300 && drawn.getHeight() >= 200, image);
        }
        for (String file :
                List.of("metrics.json", "predictions.csv", "classification_report.txt", "confusion_matrix.csv")) {
            assertTrue(Files.exists(folder.resolve(file)), file);
        }
    }

    @ParameterizedTest
    @EnumSource(Synthetic.Skill.class)
    void fewImagesAndAClassWithoutOneAreShownForWhatTheyAre(Synthetic.Skill skill) throws IOException {
        String page = page(report(Synthetic.labels(4), 30, skill, 2));
        assertWellFormed(page);
        assertTrue(page.contains("no images"), page);
        assertTrue(page.contains("Not measured, because there are no images: class 3"));
        assertEquals(skill == Synthetic.Skill.PERFECT, page.contains("No image was misclassified"));
    }

    @Test
    void whateverClassesAreCalledTheyAreTextAndNoMarkup() throws IOException {
        String evil = "<img src=x onerror=\"alert('1')\">&\u0000 50 %s %n";
        String page = page(report(List.of(evil, "猫", "שלום", "😀".repeat(80)), 200, Synthetic.Skill.USUAL, -1));
        assertWellFormed(page);
        assertFalse(page.contains("<img src=x"), "a name became markup");
        assertTrue(page.contains(">&lt;img src=x onerror=\"alert('1')\"&gt;&amp;\ufffd 50 %s %n<"), "the name is lost");
        assertTrue(
                page.contains("title=\"&lt;img src=x onerror=&#34;alert(&#39;1&#39;)&#34;>&amp;\ufffd 50 %s %n\""),
                "the name is lost in an attribute");
        assertTrue(page.contains("<bdi>שלום</bdi>"));
    }

    @Test
    void aClassifierThatIsHardlyEverWrongIsShownWhereItIsWrong() throws IOException {
        String usual = page(report(Synthetic.labels(10), 1000, Synthetic.Skill.USUAL, -1));
        assertTrue(usual.contains("A perfect precision–recall curve reaches"));
        assertFalse(usual.contains("bars from"));
        String perfect = page(report(Synthetic.labels(10), 1000, Synthetic.Skill.PERFECT, -1));
        assertWellFormed(perfect);
        assertTrue(perfect.contains("the average precision of every class is at least 99.5"));
        assertFalse(perfect.contains("A perfect precision–recall curve reaches"));
        // of 100 right answers the interval begins at 96.3 %
        assertTrue(perfect.contains("bars from 95 to 100 %"));
        assertTrue(perfect.contains("style=\"width:100.00%\"></i><u style=\"left:26.0"), "the interval's place");
    }

    @Test
    void whatIsNotKnownIsLeftOutAndOldImagesGo() throws IOException {
        Files.writeString(folder.resolve("training_curves.png"), "of an earlier run");
        Predictions predictions = Synthetic.predictions(Synthetic.labels(3), 60, Synthetic.Skill.USUAL, -1);
        String page = Files.readString(
                Report.of("bare", Evaluation.of(predictions), "test").write(folder));
        assertWellFormed(page);
        assertFalse(Files.exists(folder.resolve("training_curves.png")));
        assertFalse(page.contains("id=\"training\""));
        assertFalse(page.contains("id=\"images\""));
    }

    @Test
    void aReportMayBeWrittenIntoAJar() throws IOException {
        Predictions predictions = Synthetic.predictions(Synthetic.labels(3), 30, Synthetic.Skill.USUAL, -1);
        Report report = Synthetic.report("small", predictions, Synthetic.images(predictions, 8, true));
        try (FileSystem jar = FileSystems.newFileSystem(
                URI.create("jar:" + folder.resolve("a.jar").toUri()), Map.of("create", "true"))) {
            Path inJar = jar.getPath("/report");
            String page = Files.readString(report.write(inJar));
            assertEquals(Files.readString(report.write(folder)), page);
            assertTrue(Files.size(inJar.resolve("confusion_matrix.png")) > 1000);
        }
    }

    /** Processor time, since a busy machine says nothing about the report. */
    @Test
    @Tag("slow")
    void theReportOfTenThousandImagesIsSmallAndQuick() throws IOException {
        Predictions predictions = Synthetic.predictions(Synthetic.labels(100), 10_000, Synthetic.Skill.USUAL, -1);
        Report report = Synthetic.report("large", predictions, Synthetic.images(predictions, 240, true));
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long before = system.getProcessCpuTime();
        Path page = report.write(folder);
        double seconds = (system.getProcessCpuTime() - before) / 1e9;
        assertTrue(Files.size(page) <= 5_000_000, Files.size(page) + " bytes");
        assertTrue(seconds <= 10, seconds + " s");
    }

    @Test
    void predictionsAreReadBackAsTheyWere() throws IOException {
        Predictions predictions =
                Synthetic.predictions(List.of("a,b", "\"c\"", "p:d\n"), 50, Synthetic.Skill.USUAL, -1);
        Evaluation.of(predictions).write(folder);
        Predictions read = Predictions.read(folder.resolve("predictions.csv"));
        assertEquals(predictions.labels(), read.labels());
        assertEquals(Evaluation.of(predictions).json(), Evaluation.of(read).json());
        Evaluation.of(predictions).write(folder, Evaluation.Columns.ANSWER);
        IOException without =
                assertThrows(IOException.class, () -> Predictions.read(folder.resolve("predictions.csv")));
        assertTrue(without.getMessage().contains("no probabilities"), without.getMessage());
    }

    @Test
    void everyImageShownHasItsNameAndALinkToItsFile() throws IOException {
        Predictions made = Synthetic.predictions(Synthetic.labels(3), 60, Synthetic.Skill.USUAL, -1);
        List<String> ids =
                IntStream.range(0, 60).mapToObj(i -> "a b/ü#" + i + "?.png").toList();
        Predictions predictions = Predictions.of(
                made.labels(),
                ids,
                IntStream.range(0, 60).map(made::truth).toArray(),
                IntStream.range(0, 60)
                        .mapToObj(i ->
                                new float[] {made.probability(i, 0), made.probability(i, 1), made.probability(i, 2)})
                        .toArray(float[][]::new));
        Path data = folder.resolve("data");
        Path run = Files.createDirectories(folder.resolve("runs/one"));
        ImageSource drawn = Synthetic.images(predictions, 24, false);
        ImageSource files = new ImageSource() {
            @Override
            public Optional<Image> image(int row) {
                return drawn.image(row);
            }

            @Override
            public Optional<Path> file(int row) {
                return Optional.of(data.resolve(predictions.id(row)));
            }
        };
        String page =
                Files.readString(Synthetic.report("a run", predictions, files).write(run));
        assertWellFormed(page);
        Matcher links = Pattern.compile("<a class=\"file\" title=\"([^\"]*)\" href=\"([^\"]*)\">(.*?)</a>")
                .matcher(page);
        int count = 0;
        while (links.find()) {
            Path target = run.resolve(URI.create(links.group(2)).getPath()).normalize();
            assertEquals(data.resolve(links.group(1)).normalize(), target, "the link leads elsewhere");
            String name = links.group(3).replaceAll("<[^>]*>", "");
            assertEquals(links.group(1).substring(4), name, "the name is not visible");
            count++;
        }
        assertTrue(count >= 24, count + " links");
        assertTrue(page.contains("href=\"../../data/a%20b/%C3%BC%23"), "the address is not encoded");
        long images = page.lines()
                .flatMap(line -> Pattern.compile("<img").matcher(line).results())
                .count();
        assertEquals(count, images, "an image without a name");
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 5, 10, 30, 100})
    void everyClassNameIsWholeInTheTableAndInTheMatrix(int classes) throws IOException {
        List<String> labels = IntStream.range(0, classes)
                .mapToObj(i -> "Industrial_and-Scientific equipment/number." + i)
                .toList();
        String page = page(report(labels, 10 * classes, Synthetic.Skill.USUAL, -1));
        assertWellFormed(page);
        String words = page.replace("<wbr>", "");
        for (String label : labels) {
            assertTrue(words.contains("<th class=\"name\" title=\"" + label + "\">"), label);
            assertTrue(words.contains("<th scope=\"row\"><bdi>" + label + "</bdi></th>"), label);
            assertTrue(words.contains("<span><bdi>" + label + "</bdi></span></th>"), label);
        }
        assertFalse(words.contains("Industrial_and-Scientific equipment/numb…"), "a name is cut");
        assertTrue(page.contains("Industrial_<wbr>and-<wbr>Scientific equipment/<wbr>number."), "no place to break");
    }

    @Test
    void theMatrixHasEachCountWithItsPerCentOfTheRow() throws IOException {
        int[] truth = {0, 0, 0, 1};
        float[][] answers = {{1, 0}, {1, 0}, {0, 1}, {0, 1}};
        Evaluation evaluation = Evaluation.of(List.of("cat", "dog"), truth, answers);
        String page = page(Report.of("bare", evaluation, "test"));
        assertTrue(page.contains("title=\"cat recognised: 2 of 3 (66.7 %)\">2<small>67</small>"), page);
        assertTrue(page.contains("title=\"cat misclassified as dog: 1 of 3 (33.3 %)\">1<small>33</small>"), page);
        assertTrue(page.contains("title=\"dog recognised: 1 of 1 (100.0 %)\">1<small>100</small>"), page);
        assertTrue(page.contains("<tr><th scope=\"row\"><bdi>dog</bdi></th><td></td><td class=\"r t u\""), page);
        assertTrue(page.contains("2 classes, measured on 4 test images"), page);
        assertTrue(page.contains("The temperature is 1: the logits are not scaled"), page);
    }

    @Test
    void parameterCountsNameWhatWasTrained() {
        Report.Network network = new Report.Network(
                "n",
                List.of(),
                23_706_166,
                0,
                Optional.of(new Report.Learned(Report.Learned.Part.LINEAR_HEAD, 6_147, 23_508_032)));
        assertEquals(
                "Head only: 6,147 values fitted; the backbone's 23,508,032 parameters stayed frozen.",
                network.sentence());
        assertEquals(
                "1 parameter, 1 of them trainable; the file does not record which of them were trained.",
                new Report.Network("n", List.of(), 1, 0, Optional.empty()).sentence());
        assertEquals(
                "1,001,472 parameters, 1,000,000 of them trained.",
                new Report.Network(
                                "n",
                                List.of(),
                                1_000_000,
                                1_472,
                                Optional.of(new Report.Learned(Report.Learned.Part.NETWORK, 1_000_000, 0)))
                        .sentence());
    }

    @Test
    void wherePartOfTheEpochsIsNotKeptThePageDoesNotClaimIt() throws IOException {
        Report bent = report(Synthetic.labels(3), 200, Synthetic.Skill.USUAL, -1);
        String page =
                page(Synthetic.trained(bent, new Report.Training(bent.training().steps(), 0, 0)));
        assertTrue(page.contains("None of 20 epochs was kept."), page);
        assertFalse(page.contains("Epoch 0"), page);
    }

    @Test
    void anImageThatCannotBeReplacedIsNamed() throws IOException {
        Files.createDirectories(folder.resolve("confusion_matrix.png/full"));
        IOException refused =
                assertThrows(IOException.class, () -> report(Synthetic.labels(2), 20, Synthetic.Skill.USUAL, -1)
                        .write(folder));
        assertTrue(refused.getMessage().contains("report folder " + folder), refused.getMessage());
        assertFalse(Files.exists(folder.resolve("report.html")), "the page comes last");
    }
}
