package terzi.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluationFilesTest {

    @TempDir
    Path temp;

    private final Evaluation evaluation = Evaluation.of(Predictions.of(
            List.of("cat", "dog, big"), List.of("a.png", "b \"2\".png", "c.png"), new int[] {0, 1, 1}, new float[][] {
                {0.75f, 0.25f}, {0.25f, 0.75f}, {0.625f, 0.375f}
            }));

    @Test
    void theFourFilesAreWrittenAndNothingElse() throws IOException {
        Path folder = temp.resolve("runs/new");
        evaluation.write(folder);

        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(
                    List.of("classification_report.txt", "confusion_matrix.csv", "metrics.json", "predictions.csv"),
                    files.map(f -> f.getFileName().toString()).sorted().toList());
        }
        assertEquals(evaluation.text(), Files.readString(folder.resolve("classification_report.txt")));
        assertEquals(evaluation.json(), Files.readString(folder.resolve("metrics.json")));
        assertEquals(
                """
                truth \\ predicted,cat,"dog, big"
                cat,1,0
                "dog, big",1,1
                """,
                Files.readString(folder.resolve("confusion_matrix.csv")));
        assertEquals(
                """
                id,truth,predicted,confidence,p:cat,"p:dog, big"
                a.png,cat,cat,0.75,0.75,0.25
                "b ""2"".png","dog, big","dog, big",0.75,0.25,0.75
                c.png,"dog, big",cat,0.625,0.625,0.375
                """,
                Files.readString(folder.resolve("predictions.csv")));
    }

    @Test
    void answersAloneAreWrittenOnRequest() throws IOException {
        evaluation.write(temp, Evaluation.Columns.ANSWER);
        assertTrue(
                Files.readString(temp.resolve("predictions.csv"))
                        .startsWith(
                                """
                id,truth,predicted,confidence
                a.png,cat,cat,0.75
                """));
    }

    @Test
    void theFilesMayLieInAJar() throws IOException {
        try (FileSystem jar = FileSystems.newFileSystem(
                URI.create("jar:" + temp.resolve("a.jar").toUri()), Map.of("create", "true"))) {
            Path folder = jar.getPath("/evaluation");
            evaluation.write(folder);
            evaluation.write(folder);
            assertEquals(evaluation.json(), Files.readString(folder.resolve("metrics.json")));
        }
    }

    @Test
    void writingAgainReplacesTheFiles() throws IOException {
        Files.writeString(temp.resolve("metrics.json"), "old");
        evaluation.write(temp);
        evaluation.write(temp);
        assertEquals(evaluation.json(), Files.readString(temp.resolve("metrics.json")));
    }

    @Test
    void aFileInThePlaceOfTheFolderIsNamedAndKept() throws IOException {
        Path file = Files.writeString(temp.resolve("taken"), "precious");
        IOException refused = assertThrows(IOException.class, () -> evaluation.write(file));
        assertTrue(refused.getMessage().contains("evaluation folder " + file), refused.getMessage());
        assertEquals("precious", Files.readString(file));
    }

    @Test
    void aTargetThatCannotBeReplacedLeavesNoPart() throws IOException {
        Files.createDirectories(temp.resolve("metrics.json/full"));
        IOException refused = assertThrows(IOException.class, () -> evaluation.write(temp));
        assertTrue(refused.getMessage().contains("evaluation folder " + temp), refused.getMessage());
        try (Stream<Path> files = Files.list(temp)) {
            assertTrue(files.noneMatch(f -> f.toString().endsWith(".part")));
        }
    }
}
