package terzi.runs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import terzi.evaluation.LabelErrors;
import terzi.evaluation.Predictions;
import terzi.evaluation.SetCoverage;
import terzi.evaluation.Strangeness;
import terzi.files.RunFile;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ReportingTest {
    @TempDir
    private Path folder;

    /** A report that is written again is the run's: with its images, and with what only the run knew. */
    @Test
    void writingAReportAgainLosesNothing() throws IOException {
        Path images = Photos.folder(folder.resolve("images"), 60);
        Path run = FineTuning.on(images)
                .withSettings(FineTuningSettings.defaults()
                        .withRecipe("fast")
                        .withBackbone(
                                Photos.network(folder.resolve("network.onnx")).toString())
                        .withSeed(1))
                .withFolds(3)
                .withTarget(RunTarget.defaults().withRunsFolder(folder.resolve("runs")))
                .run()
                .folder();
        Path sheet = RunFile.SAMPLES_IMAGE.in(run);
        String record = Files.readString(RunFile.RECORD.in(run));
        long shown = images(run);
        assertTrue(shown > 0 && Files.exists(sheet), "the run's own report has no images");

        assertFalse(Reporting.of(run).run().measured());
        assertEquals(shown, images(run));
        assertTrue(Files.exists(sheet));
        assertEquals(record, Files.readString(RunFile.RECORD.in(run)));

        Path moved = Files.move(images, folder.resolve("moved"));
        Reporting.of(run).withData(moved.toString()).run();
        assertEquals(shown, images(run));
        assertEquals(record, Files.readString(RunFile.RECORD.in(run)));
    }

    /** Sections that need what is not measured again: they are in the record, and their images are found again. */
    @Test
    void theChecksOfSingleImagesAreWrittenAgain() throws IOException {
        Path images = Photos.folder(folder.resolve("images"), 60);
        Path run = FineTuning.on(images)
                .withSettings(FineTuningSettings.defaults()
                        .withRecipe("fast")
                        .withBackbone(
                                Photos.network(folder.resolve("network.onnx")).toString())
                        .withSeed(1))
                .withTarget(RunTarget.defaults().withRunsFolder(folder.resolve("runs")))
                .run()
                .folder();
        RunRecord record = RunRecord.in(run).orElseThrow();
        Predictions predictions = Predictions.read(RunFile.PREDICTIONS.in(run));
        record.withChecks(RunChecks.NONE).write(run);
        Reporting.of(run).run();
        long before = images(run);
        LabelErrors.Suspect suspect =
                new LabelErrors.Suspect(2, predictions.id(2), "red", "blue", 0.125f, 0.875f, 0.25);
        LabelErrors errors = new LabelErrors(List.of(suspect, suspect), 1, 60, 3);
        SetCoverage sets = new SetCoverage(0.9, List.of(new SetCoverage.ClassCoverage("red", 20, 18, 1.5)));
        Strangeness strangeness = new Strangeness(Collections.nCopies(predictions.size(), 0.5));
        RunChecks checks = new RunChecks(Optional.of(errors), Optional.of(sets), Optional.of(strangeness));
        assertEquals(List.of(suspect), checks.labelErrors().orElseThrow().suspects(), "as many as the estimate");
        record.withChecks(checks).write(folder.resolve("copy"));
        RunRecord read = RunRecord.in(folder.resolve("copy")).orElseThrow();
        assertEquals(checks, read.checks());

        read.write(run);
        Path moved = Files.move(images, folder.resolve("moved"));
        assertFalse(Reporting.of(run).withData(moved.toString()).run().measured());
        String page = Files.readString(RunFile.PAGE.in(run));
        for (String section : List.of("labels", "sets", "strangeness")) {
            assertTrue(page.contains("<section id=\"" + section + "\">"), section);
        }
        assertEquals(before + 1 + Math.min(14, predictions.size()), images(run), "one suspect, and the strangest");
        assertEquals(checks, RunRecord.in(run).orElseThrow().checks());
    }

    /** The report of other images has its own folder, and no figure of the run is replaced by one of theirs. */
    @Test
    void otherImagesHaveAReportOfTheirOwn() throws IOException {
        Path run = FineTuning.on(Photos.folder(folder.resolve("images"), 60))
                .withSettings(FineTuningSettings.defaults()
                        .withRecipe("fast")
                        .withBackbone(
                                Photos.network(folder.resolve("network.onnx")).toString())
                        .withSeed(1))
                .withTarget(RunTarget.defaults().withRunsFolder(folder.resolve("runs")))
                .run()
                .folder();
        List<String> before = List.of(
                Files.readString(RunFile.PAGE.in(run)),
                Files.readString(RunFile.RECORD.in(run)),
                Files.readString(RunFile.METRICS.in(run)));
        Path others = Photos.folder(folder.resolve("others"), 30);
        Reported reported = Reporting.of(run).withData(others.toString()).run();
        assertTrue(reported.measured());
        assertEquals(RunFile.PAGE.in(run.resolve("on-others")), reported.page());
        assertEquals(30, reported.metrics().count());
        JsonNode metrics = JsonMapper.shared().readTree(Files.readString(RunFile.METRICS.in(run.resolve("on-others"))));
        assertEquals(30, metrics.path("prediction_sets").path("images").asInt());
        assertEquals(2, metrics.path("strangeness").size());

        IOException refused = assertThrows(IOException.class, () -> Evaluating.of(run)
                .withData(others.toString())
                .withOutput(run)
                .run());
        assertTrue(refused.getMessage().contains("which would be lost; choose another folder"), refused.getMessage());
        assertEquals(
                before,
                List.of(
                        Files.readString(RunFile.PAGE.in(run)),
                        Files.readString(RunFile.RECORD.in(run)),
                        Files.readString(RunFile.METRICS.in(run))));
    }

    @Test
    void aRecordOfBeforeThereWereChecksHasNone() throws IOException {
        RunRecord record = new RunRecord(
                1,
                "a",
                "test",
                "",
                "",
                Map.of(),
                0,
                0,
                List.of(),
                1,
                null,
                null,
                Map.of("command", "finetune"),
                RunChecks.NONE);
        record.write(folder);
        Path file = RunFile.RECORD.in(folder);
        String text = Files.readString(file);
        String without = text.replaceAll(",\\s*\"checks\" : \\{[^}]*\\}", "");
        assertNotEquals(text, without);
        Files.writeString(file, without);
        assertEquals(record, RunRecord.in(folder).orElseThrow());
    }

    private static long images(Path run) throws IOException {
        return Files.readString(RunFile.PAGE.in(run)).split("<img ", -1).length - 1L;
    }
}
