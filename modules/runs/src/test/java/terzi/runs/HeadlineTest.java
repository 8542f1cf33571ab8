package terzi.runs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import terzi.evaluation.Predictions;
import terzi.files.RunFile;
import terzi.images.Image;
import terzi.inference.ImageClassifier;
import terzi.inference.Prediction;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One figure is the one to quote, and every place has it. */
class HeadlineTest {
    private static final int IMAGES = 90;

    @TempDir
    private static Path folder;

    private static Path images;
    private static FineTuned plain;

    @BeforeAll
    static void fineTune() throws IOException {
        images = Photos.folder(folder.resolve("images"), IMAGES);
        for (int i = 0; i < IMAGES; i += 9) { // some labels are wrong, so that no figure is 100 %
            Path file = images.resolve("red").resolve(i + ".png");
            Files.move(file, images.resolve(i % 2 == 0 ? "green" : "blue").resolve("was_red_" + i + ".png"));
        }
        Photos.network(folder.resolve("network.onnx"));
        plain = run("plain", request -> request);
    }

    private static FineTuned run(String name, UnaryOperator<FineTuning> change) throws IOException {
        return change.apply(FineTuning.on(images)
                        .withSettings(FineTuningSettings.defaults()
                                .withRecipe("fast")
                                .withBackbone(folder.resolve("network.onnx").toString())
                                .withSeed(1))
                        .withTarget(RunTarget.defaults().withFolder(folder.resolve(name))))
                .run();
    }

    private static JsonNode json(FineTuned run, RunFile file) throws IOException {
        return JsonMapper.shared().readTree(Files.readString(file.in(run.folder())));
    }

    /** The figures in the result, in the files, on the page and of the gates are those of this part. */
    private static void assertHeadline(FineTuned run, String part, long count) throws IOException {
        MetricsSummary summary = run.summary();
        assertEquals(part, run.measuredOn());
        assertEquals(count, summary.count());
        assertEquals(part, json(run, RunFile.RECORD).get("part").asString());
        JsonNode metrics = json(run, RunFile.METRICS);
        assertEquals(count, metrics.get("count").asLong());
        assertEquals(summary.accuracy(), metrics.get("accuracy").asDouble());
        assertEquals(summary.logLoss(), metrics.get("log_loss").asDouble());
        assertEquals(
                count, Predictions.read(RunFile.PREDICTIONS.in(run.folder())).size());
        String page = Files.readString(run.page().orElseThrow());
        String accuracy = String.format(Locale.ROOT, "%.1f %%", summary.accuracy() * 100);
        int tile = page.indexOf("accuracy, 95 % interval");
        String shown = page.substring(page.lastIndexOf("<b>", tile) + 3, tile);
        assertTrue(shown.startsWith(String.format(Locale.ROOT, "%.2f", summary.accuracy() * 100)), shown);
        assertTrue(
                run.conclusions().get("how_good").contains(accuracy),
                run.conclusions().get("how_good"));
        for (GateOutcome gate : run.gates()) {
            assertEquals(summary.accuracy(), gate.value(), gate.toString());
        }
        String written = Files.readString(run.page().orElseThrow());
        assertFalse(Reporting.of(run.folder()).run().measured());
        assertEquals(written, Files.readString(run.page().orElseThrow()), "the page that is written again");
    }

    @Test
    void withoutATestPartItIsOfTheInnerFoldsAndEveryImageIsLearnedFrom() throws IOException {
        assertHeadline(plain, "out-of-fold", IMAGES);
        assertTrue(plain.test().isEmpty());
        assertTrue(plain.validation().isEmpty());
        assertTrue(plain.summary().accuracy() < 0.97, "ten labels are wrong: " + plain.summary());
        String report = Files.readString(RunFile.REPORT.in(plain.folder()));
        assertTrue(report.contains(IMAGES + " training images, 0 validation images, 0 test images"), report);
    }

    @Test
    void withATestPartItIsOfTheTest() throws IOException {
        FineTuned run =
                run("test", request -> request.withTestShare(0.3).withGates(List.of(Gate.parse("accuracy>=0.1"))));
        assertHeadline(run, "test", run.test().orElseThrow().count());
        assertEquals(1, run.gates().size());
        assertTrue(run.passed());
        assertEquals(
                IMAGES, run.test().get().count() + run.outOfFold().orElseThrow().count(), "beside it");
        assertChecksOfTheTest(run);
        String page = Files.readString(run.page().orElseThrow());
        assertTrue(page.contains("<section id=\"strangeness\">") && page.contains("<section id=\"sets\">"));
    }

    /** What the page says about sets and strangeness is what the classifier answers for each test image. */
    private static void assertChecksOfTheTest(FineTuned run) throws IOException {
        JsonNode checks = json(run, RunFile.RECORD).get("checks");
        Predictions tested = Predictions.read(RunFile.PREDICTIONS.in(run.folder()));
        Map<String, Integer> covered = new TreeMap<>();
        try (ImageClassifier classifier = run.openClassifier()) {
            for (int i = 0; i < tested.size(); i++) {
                Prediction one = classifier.classify(images.resolve(tested.id(i)));
                String truth = tested.labels().get(tested.truth(i));
                boolean isCovered =
                        one.set(0.9).stream().anyMatch(label -> label.label().equals(truth));
                covered.merge(truth, isCovered ? 1 : 0, Integer::sum);
                assertEquals(
                        one.strangeness(),
                        checks.get("strangeness").get("values").get(i).floatValue(),
                        1e-5);
            }
        }
        Map<String, Integer> written = new TreeMap<>();
        checks.get("sets")
                .get("classes")
                .forEach(one -> written.put(
                        one.get("label").asString(), one.get("covered").asInt()));
        assertEquals(covered, written);
    }

    @Test
    void withFoldsItIsOfTheOutOfFoldPredictionsOfTheWholeFineTuning() throws IOException {
        FineTuned run = run("folds", request -> request.withTestShare(0.3)
                .withFolds(3)
                .withGates(List.of(Gate.parse("accuracy>=0.999"), Gate.parse("accuracy<0.999"))));
        long tested = run.test().orElseThrow().count();
        assertHeadline(run, "out-of-fold", IMAGES - tested);
        assertNotEquals(run.test().get().accuracy(), run.summary().accuracy(), "the figures differ in this test");
        assertEquals(
                List.of(false, true),
                run.gates().stream().map(GateOutcome::passed).toList());
        assertFalse(run.passed());
    }

    /** A head that hardly learns, so that the second stage wins. */
    private static FineTuning secondStage(FineTuning request) {
        FineTuningSettings settings = request.settings();
        for (String one : List.of(
                "unfreeze.depth.stages=1",
                "head.form=linear",
                "head.strengths=[1000]",
                "head.iterations=1",
                "training.epochs=12",
                "training.optimizer.adamw.learning_rate=0.02",
                "training.schedule=constant")) {
            int equals = one.indexOf('=');
            settings = settings.with(one.substring(0, equals), one.substring(equals + 1));
        }
        return request.withSettings(settings);
    }

    @Test
    void aSecondStageIsTrainedOnEverythingButTheTestPartAndItsFileHasAllThatAHeadHas() throws IOException {
        FineTuned run = run("tuned", request -> secondStage(request));
        assertEquals("tuning", run.kept(), run.conclusions().toString());
        assertHeadline(run, "test", run.test().orElseThrow().count());
        int others = IMAGES - run.test().orElseThrow().count();
        assertTrue(run.validation().orElseThrow().count() < others / 3, "those that were held out");
        String kept = run.conclusions().get("what_was_kept");
        assertTrue(kept.contains("trained again on all " + others + " images"), kept);
        try (ImageClassifier classifier = run.openClassifier()) {
            assertTrue(classifier.info().strangeness());
            Prediction one = classifier.classify(images.resolve("blue").resolve("2.png"));
            assertFalse(one.set(0.9).isEmpty(), one.toString());
        }
        FineTuned untested = run("untested", request -> secondStage(request).withTestShare(0));
        assertHeadline(untested, "validation", untested.summary().count());
        assertTrue(untested.summary().count() < IMAGES / 3, "those that were held out: " + untested.summary());
    }

    @Test
    void theFileHasStrangenessAndSets() throws IOException {
        try (ImageClassifier classifier = plain.openClassifier()) {
            assertTrue(classifier.info().strangeness());
            Prediction usual = classifier.classify(images.resolve("blue").resolve("2.png"));
            assertTrue(usual.strangeness() < 0.95, usual.toString());
            assertTrue(usual.set(0.9).contains(usual.top().get(0)), usual.toString());
            byte[] pixels = new byte[32 * 32 * 3];
            for (int p = 0; p < pixels.length; p++) {
                pixels[p] = (byte) (p % 6 < 3 ? 255 : 0);
            }
            Prediction strange = classifier.classify(new Image(32, 32, 3, pixels));
            assertTrue(strange.strangeness() > usual.strangeness(), strange + " after " + usual);
        }
        ClassifiedImages shown = Classifying.of(
                        plain.folder(),
                        List.of(images.resolve("blue").resolve("2.png").toString()))
                .withSet(0.9)
                .run();
        String text = RunJson.text(shown);
        assertTrue(text.contains("\"strangeness\"") && text.contains("\"set\""), text);
        String page = Files.readString(plain.page().orElseThrow());
        assertTrue(page.contains("<section id=\"strangeness\">") && page.contains("<section id=\"sets\">"));
    }

    /** Ten images of each of twelve colours; those with the colours nearest to a group's have the other label. */
    private static Path leaking(Path target) throws IOException {
        for (int i = 0; i < 120; i++) {
            int group = i % 12;
            int[] level = {group / 4, group / 2 % 2, group % 2};
            Random random = new Random(i);
            int edge = 3 + random.nextInt(9);
            byte[] pixels = new byte[32 * 32 * 3];
            for (int p = 0; p < pixels.length; p++) {
                int stripe = (p / 3 % 32 / edge * 5 + p / 96 / (edge + 1) * (3 + i % 7)) % 8;
                int colour = p % 3 == 0 ? 50 + 70 * level[0] : 50 + 140 * level[p % 3];
                pixels[p] = (byte) (colour + 2 * stripe + random.nextInt(6));
            }
            String label = (level[0] + level[1] + level[2]) % 2 == 0 ? "cats" : "dogs";
            Path file = target.resolve(label).resolve("shop" + group + "__" + i + ".png");
            Files.createDirectories(file.getParent());
            ImageIO.write(new Image(32, 32, 3, pixels).toBufferedImage(), "png", file.toFile());
        }
        return target;
    }

    @Test
    void groupsComeFirstOnlyWhereTheyChangeTheFigureByMoreThanChance() throws IOException {
        Path before = images;
        try {
            images = leaking(folder.resolve("leaking"));
            FineTuned leaking = run("leaking-run", request -> request);
            double random = leaking.randomFolds().orElseThrow().accuracy();
            assertTrue(random > 0.85, "images of a group in other folds give the label away: " + random);
            assertTrue(leaking.summary().accuracy() < 0.75, "they do not: " + leaking.summary());
            String expected = String.format(
                    Locale.ROOT,
                    "Expect %.1f %% on images of new groups",
                    leaking.summary().accuracy() * 100);
            assertTrue(
                    leaking.conclusions().get("how_good").startsWith(expected),
                    leaking.conclusions().get("how_good"));

            images = Photos.folder(folder.resolve("shops"), 60);
            for (int i = 0; i < 60; i++) {
                Path file = images.resolve(List.of("red", "green", "blue").get(i % 3))
                        .resolve(i + ".png");
                Files.move(file, file.resolveSibling("shop" + i / 3 % 10 + "__" + i + ".png"));
            }
            FineTuned same = run("shops-run", request -> request);
            String sentences = same.conclusions().get("how_good");
            assertFalse(sentences.startsWith("Expect"), sentences);
            assertTrue(sentences.contains("random folds, which divide groups, would say"), sentences);
        } finally {
            images = before;
        }
    }
}
