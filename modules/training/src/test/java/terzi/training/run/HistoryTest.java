package terzi.training.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryTest {
    private static final Epoch FIRST = new Epoch(1, 1.25, 0.5, 2.0000004, 1, 1e-3, 12.345);
    private static final Epoch SECOND = new Epoch(2, 0.5, 0.75, 1, 0.25, 5e-4, 0.004);
    private static final List<String> LINES = List.of(
            "epoch,train_loss,train_accuracy,validation_loss,validation_accuracy,learning_rate,seconds",
            "1,1.250000,0.500000,2.000000,1.000000,0.001,12.35",
            "2,0.500000,0.750000,1.000000,0.250000,5.0E-4,0.00");

    @TempDir
    Path folder;

    private List<String> lines() throws IOException {
        return Files.readAllLines(folder.resolve("training_history.csv"));
    }

    @Test
    void everyEpochIsALineAsSoonAsItIsOver() throws IOException {
        History history = History.begin(folder, List.of());
        assertEquals(LINES.subList(0, 1), lines());
        history.append(FIRST);
        assertEquals(LINES.subList(0, 2), lines());
        history.append(SECOND);
        assertEquals(LINES, lines());
        assertFalse(Files.exists(folder.resolve(".training_history.csv.part")));
    }

    @Test
    void aRunThatGoesOnBeginsWithTheEpochsItHad() throws IOException {
        History.write(folder, List.of(SECOND, FIRST));
        History.begin(folder, List.of(FIRST)).append(SECOND);
        assertEquals(LINES, lines());
    }

    @Test
    void aFolderThatIsGoneIsNamed() throws IOException {
        History history = History.begin(folder, List.of());
        Files.delete(folder.resolve("training_history.csv"));
        IOException append =
                org.junit.jupiter.api.Assertions.assertThrows(IOException.class, () -> history.append(FIRST));
        assertTrue(append.getMessage().startsWith("cannot write " + folder.resolve("training_history.csv")));
        Path missing = folder.resolve("missing");
        IOException begin = org.junit.jupiter.api.Assertions.assertThrows(
                IOException.class, () -> History.begin(missing, List.of()));
        assertTrue(
                begin.getMessage().contains("any more; does another program work in this folder?"), begin.getMessage());
    }
}
