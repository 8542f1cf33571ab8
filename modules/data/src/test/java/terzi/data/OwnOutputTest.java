package terzi.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import terzi.images.Image;
import terzi.images.ImageDecoder;
import terzi.images.ImageException;
import terzi.images.SignedPng;

class OwnOutputTest {
    private static final DatasetOptions OPTIONS = DatasetOptions.defaults().withHeldOut(0, 0);

    @TempDir
    private Path root;

    private static BufferedImage image() {
        return new BufferedImage(5, 3, BufferedImage.TYPE_INT_RGB);
    }

    private void plain(String name) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        ImageIO.write(image(), "png", file.toFile());
    }

    private void signed(String name) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        try (OutputStream out = Files.newOutputStream(file)) {
            SignedPng.write(image(), out);
        }
    }

    private void text(String name) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "text");
    }

    @BeforeEach
    void classes() throws IOException {
        plain("cat/1.png");
        plain("dog/1.png");
    }

    private DatasetSplits open() throws IOException {
        return Datasets.open(root.toString(), OPTIONS);
    }

    @Test
    void aSignedImageHasTheSamePixelsAndNamesItsProgramBeforeThem() throws IOException {
        signed("x.png");
        byte[] bytes = Files.readAllBytes(root.resolve("x.png"));
        String head = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1);
        assertTrue(head.contains("tEXtSoftware\0Terzi"));
        assertTrue(head.indexOf("tEXt") < head.indexOf("IDAT"));
        Image read = ImageDecoder.read(root.resolve("x.png"));
        assertArrayEquals(new int[] {5, 3}, new int[] {read.width(), read.height()});
        assertTrue(OwnOutput.isImage(root.resolve("x.png")));
        assertFalse(OwnOutput.isImage(root.resolve("cat/1.png")));
    }

    @Test
    void runsReportsAndExplainedImagesBesideTheClassesAreLeftOut() throws IOException {
        text("runs/finetune/photos/args.yaml");
        signed("runs/finetune/photos/confusion_matrix.png");
        text("runs/finetune/photos/folds/run.json");
        text("runs/train/deep/args.yaml");
        text("my report/report.html");
        signed("my report/sample_predictions.png");
        signed("explained/1-explained.png");
        signed("explained/contact-sheet.png");
        DatasetSplits splits = open();
        assertEquals(List.of("cat", "dog"), splits.labels());
        assertEquals(
                List.of("folders left out: explained, my report, runs (written by Terzi)"),
                splits.report().lines());
    }

    @Test
    void whatWasWrittenIntoAClassFolderIsNotData() throws IOException {
        signed("cat/why.png");
        plain("cat/1-explained.png"); // as earlier versions wrote it, without a mark
        text("dog/report/metrics.json");
        signed("dog/report/confusion_matrix.png");
        DatasetSplits splits = open();
        assertEquals(2, splits.train().size());
        assertEquals(Map.of(ImageException.Kind.OWN_OUTPUT, 2), splits.report().counts());
        assertEquals(
                List.of(new DatasetReport.LeftOut("dog/report", OwnOutput.WHY)),
                splits.report().leftOut());
    }

    @Test
    void aClassFolderWithAReportInItStaysAClassAndAnotherProgramsImagesStayData() throws IOException {
        text("cat/metrics.json");
        plain("dog/plan-explained.png");
        DatasetSplits splits = open();
        assertEquals(List.of("cat", "dog"), splits.labels());
        assertEquals(3, splits.train().size(), "nothing beside plan-explained.png says that it is ours");
    }

    @Test
    void aReportThatWasWrittenBesideTheClassesDoesNotHideThem() throws IOException {
        text("report.html");
        text("metrics.json");
        signed("confusion_matrix.png");
        plain("dog/2023/7.png");
        text("dog/report.html");
        DatasetSplits splits = open();
        assertEquals(List.of("cat", "dog"), splits.labels());
        assertEquals(3, splits.train().size());
        assertEquals(List.of(), splits.report().leftOut());
    }

    @Test
    void aRunFolderIsNoData() throws IOException {
        text("run/args.yaml");
        signed("run/explained/1-explained.png");
        String message = assertThrows(
                        DatasetException.class,
                        () -> Datasets.open(root.resolve("run").toString(), OPTIONS))
                .getMessage();
        assertTrue(message.contains("this folder was written by Terzi"), message);
    }
}
