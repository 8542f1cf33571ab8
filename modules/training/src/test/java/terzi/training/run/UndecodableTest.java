package terzi.training.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import terzi.data.Dataset;
import terzi.data.DatasetOptions;
import terzi.data.DatasetReport;
import terzi.data.Datasets;
import terzi.data.PackedImages;

/** Images whose header is good, so that they are found out when they are decoded. */
class UndecodableTest {
    @TempDir
    Path temporary;

    /** A class folder of PNG files for each of the three classes. */
    private Path images(String name, int count) throws IOException {
        PackedImages stripes = Stripes.images(count, 7);
        Path folder = temporary.resolve(name);
        for (int i = 0; i < count; i++) {
            Path file = folder.resolve(stripes.labels().get(stripes.label(i))).resolve(String.format("%03d.png", i));
            Files.createDirectories(file.getParent());
            ImageIO.write(stripes.image(i).toBufferedImage(), "png", file.toFile());
        }
        return folder;
    }

    /** Spoils the compressed pixels; header and chunks stay good. */
    private static void spoil(Path file) throws IOException {
        byte[] whole = Files.readAllBytes(file);
        int pixels = new String(whole, StandardCharsets.ISO_8859_1).indexOf("IDAT") + 4;
        Arrays.fill(whole, pixels, pixels + 8, (byte) 0xFF);
        CRC32 sum = new CRC32();
        int length = ByteBuffer.wrap(whole).getInt(pixels - 8);
        sum.update(whole, pixels - 4, length + 4);
        ByteBuffer.wrap(whole).putInt(pixels + length, (int) sum.getValue());
        Files.write(file, whole);
    }

    private static Dataset open(Path folder) throws IOException {
        return Datasets.open(folder.toString(), DatasetOptions.defaults().withHeldOut(0, 0))
                .train();
    }

    private TrainingJob job(Path train, Path validation) throws IOException {
        return TrainingJob.of(
                Stripes.network(),
                Stripes.PREPROCESSING,
                open(train),
                open(validation),
                Stripes.options().withEpochs(1),
                Files.createDirectories(temporary.resolve("run")));
    }

    @Test
    void imagesThatCannotBeDecodedAreCountedAndNamedBeforeTheFirstStepAndInTheResult() throws IOException {
        Path train = images("train", 30);
        Path validation = images("validation", 12);
        spoil(train.resolve("rows/003.png"));
        spoil(train.resolve("columns/004.png"));
        spoil(validation.resolve("diagonal/002.png"));
        List<DatasetReport> heard = new ArrayList<>();
        TrainingResult result = Trainer.train(job(train, validation), new TrainingListener() {
            @Override
            public void started(Start start) {
                heard.add(start.skipped());
                assertEquals(28, start.trainImages());
                assertEquals(11, start.validationImages());
            }
        });
        List<String> expected = List.of("columns/004.png", "rows/003.png", "diagonal/002.png");
        assertEquals(
                expected,
                heard.get(0).skipped().stream().map(DatasetReport.Skipped::id).toList());
        assertEquals(heard.get(0), result.skipped());
    }

    @Test
    void aClassWithoutADecodableTrainingImageIsRefused() throws IOException {
        Path train = images("train", 9);
        for (int i = 0; i < 9; i += 3) {
            spoil(train.resolve(String.format("rows/%03d.png", i)));
        }
        TrainingJob job = job(train, images("validation", 9));
        IOException e = assertThrows(IOException.class, () -> Trainer.train(job, TrainingListener.NONE));
        assertTrue(e.getMessage().contains("no training image of the class 'rows' can be decoded"), e.getMessage());
        assertTrue(e.getMessage().contains("3 of 9 images cannot be decoded, the first: "), e.getMessage());
        assertTrue(e.getMessage().contains("000.png"), e.getMessage());
    }

    @Test
    void aClassWithoutADecodableValidationImageIsNotedAndAValidationWithoutAnyIsRefused() throws IOException {
        Path train = images("train", 9);
        Path validation = images("validation", 6);
        spoil(validation.resolve("rows/000.png"));
        spoil(validation.resolve("rows/003.png"));
        List<String> notes = new ArrayList<>();
        Trainer.train(job(train, validation), new TrainingListener() {
            @Override
            public void started(Start start) {
                notes.addAll(start.notes());
            }
        });
        assertEquals(1, notes.size());
        assertTrue(notes.get(0).contains("no validation image can be decoded of rows"), notes.get(0));

        for (String file : List.of("columns/001", "columns/004", "diagonal/002", "diagonal/005")) {
            spoil(validation.resolve(file + ".png"));
        }
        TrainingJob job = job(train, validation);
        IOException e = assertThrows(IOException.class, () -> Trainer.train(job, TrainingListener.NONE));
        assertTrue(e.getMessage().contains("6 of 6 images cannot be decoded"), e.getMessage());
    }
}
