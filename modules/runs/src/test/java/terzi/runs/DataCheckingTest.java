package terzi.runs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import terzi.evaluation.LabelErrors;
import terzi.files.RunFile;

/** The search for wrong labels with a classifier of reddish, greenish and bluish images. */
class DataCheckingTest {
    @TempDir
    private static Path folder;

    private static Path images;
    private static Path run;

    @BeforeAll
    static void classifier() throws IOException {
        images = Photos.folder(folder.resolve("images"), 60);
        run = FineTuning.on(images)
                .withSettings(FineTuningSettings.defaults()
                        .withRecipe("fast")
                        .withBackbone(
                                Photos.network(folder.resolve("network.onnx")).toString())
                        .withSeed(1))
                .withTarget(RunTarget.defaults().withRunsFolder(folder.resolve("runs")))
                .run()
                .folder();
    }

    private static CheckedData.LabelCheck check(Path data) throws IOException {
        return DataChecking.on(data)
                .withDuplicates(DataChecking.Duplicates.IGNORED)
                .withModel(run)
                .run()
                .labelCheck()
                .orElseThrow();
    }

    @Test
    void imagesInTheFolderOfAnotherColourAreFoundAndCounted() throws IOException {
        Path others = Photos.folder(folder.resolve("others"), 90);
        Set<String> moved = new TreeSet<>(Set.of("blue/60.png", "green/63.png", "red/88.png"));
        Files.move(others.resolve("red/60.png"), others.resolve("blue/60.png"));
        Files.move(others.resolve("red/63.png"), others.resolve("green/63.png"));
        Files.move(others.resolve("green/88.png"), others.resolve("red/88.png"));
        CheckedData.LabelCheck found = check(others);
        LabelErrors errors = found.errors();
        assertEquals(90, errors.images());
        assertEquals(3, errors.estimate());
        assertEquals(
                moved,
                errors.likely().stream().map(LabelErrors.Suspect::id).collect(Collectors.toCollection(TreeSet::new)));
        LabelErrors.Suspect green = errors.suspects().stream()
                .filter(one -> one.id().equals("green/63.png"))
                .findFirst()
                .orElseThrow();
        assertEquals("green", green.label());
        assertEquals("red", green.likelierLabel());
        assertFalse(found.knownImages());
        List<String> lines = found.lines(2);
        assertEquals(
                "labels: about 3 labels look wrong; 3 images are classified otherwise; look before you change a label",
                lines.get(0));
        assertTrue(lines.get(1).matches("  (blue/60|green/63|red/88)[.]png: [a-z]+ \\d+ %, likelier [a-z]+ \\d+ %"));
        assertEquals(
                "  a classifier believes labels that it was trained on too easily; better is the list of a finetune run"
                        + " on these images",
                lines.get(3));
    }

    @Test
    void theDatasetOfItsOwnTrainingIsRecognisedAndTheListOfTheRunIsNamed() throws IOException {
        Path list = RunFile.LABEL_ERRORS.in(run);
        boolean there = Files.exists(list);
        if (!there) {
            Files.writeString(list, "path");
        }
        CheckedData.LabelCheck found = check(images);
        assertTrue(found.knownImages());
        assertEquals(0, found.errors().estimate());
        List<String> lines = found.lines(20);
        assertEquals(
                "  the classifier was trained on this dataset and believes labels that it was trained on too easily; "
                        + list + " is of classifiers that were not",
                lines.get(lines.size() - 1));
        if (!there) {
            Files.delete(list);
        }
    }

    @Test
    void aClassThatTheClassifierDoesNotKnowIsNamed() throws IOException {
        Path others = Photos.folder(folder.resolve("unknown"), 6);
        Files.move(others.resolve("red"), others.resolve("rouge"));
        String message = assertThrows(IOException.class, () -> check(others)).getMessage();
        assertEquals(
                "the images have labels that the classifier does not know: rouge; it knows blue, green, red", message);
    }

    @Test
    void withoutAClassifierNoLabelIsJudged() throws IOException {
        assertTrue(DataChecking.on(images).run().labelCheck().isEmpty());
    }

    @Test
    void fewImagesOfAClassGiveNoEstimate() throws IOException {
        String first = check(Photos.folder(folder.resolve("few"), 6)).lines(20).get(0);
        assertEquals(
                "labels: with fewer than 20 images per class, wrong labels cannot be told from hard images; 0 images are"
                        + " classified otherwise; look before you change a label",
                first);
    }
}
