package terzi.runs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import terzi.files.RunFile;

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

    private static long images(Path run) throws IOException {
        return Files.readString(RunFile.PAGE.in(run)).split("<img ", -1).length - 1L;
    }
}
