package terzi.runs;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import terzi.training.run.Cancellation;

class FineTuningTest {
    @TempDir
    private Path folder;

    /** The exception says that the same request goes on, so its folder must be free again. */
    @Test
    void aCancelledRequestCanBeRunAgainInItsFolder() throws IOException {
        Path run = folder.resolve("run");
        FineTuning request = FineTuning.on(Photos.folder(folder.resolve("images"), 60))
                .withSettings(FineTuningSettings.defaults()
                        .withRecipe("fast")
                        .withBackbone(
                                Photos.network(folder.resolve("network.onnx")).toString()))
                .withTarget(RunTarget.defaults().withFolder(run));
        Cancellation cancellation = new Cancellation();
        FineTuning cancelled = request.withCancellation(cancellation);
        assertThrows(
                CancellationException.class,
                () -> cancelled.run(event -> {
                    if (event.toString().contains("run folder")) {
                        cancellation.request();
                    }
                }));
        assertFalse(Files.exists(run), "the folder of a run without results is left");
        assertTrue(Files.exists(request.run().classifier()));
    }
}
