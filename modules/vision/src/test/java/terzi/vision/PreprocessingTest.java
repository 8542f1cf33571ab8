package terzi.vision;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import terzi.vision.Preprocessing.Channels;
import terzi.vision.Preprocessing.Fit;

class PreprocessingTest {
    @Test
    void theCropIsTheCentreOfTheResizedPicture() {
        Picture picture = ResizeTest.drawn(101, 67, 3);
        Preprocessing p = Preprocessing.imagenet(40, 32);
        // 101 * 40 / 67 = 60.3, rounded down; (60 - 32) / 2 = 14; (40 - 32) / 2 = 4
        assertEquals(new Preprocessing.Size(60, 40), p.resized(101, 67));
        assertEquals(Resize.crop(Resize.resize(picture, 60, 40), 14, 4, 32, 32), p.fit(picture));
        assertEquals(new Preprocessing.Size(40, 60), p.resized(67, 101));
    }

    @Test
    void aLongStripCostsOnlyItsWindow() {
        Picture strip = ResizeTest.drawn(60_000, 1, 3);
        assertEquals(
                "224 x 224 RGB", Preprocessing.imagenet(256, 224).fit(strip).toString());
    }

    @Test
    void stretchIgnoresTheAspectRatio() {
        Picture picture = ResizeTest.drawn(30, 20, 1);
        assertEquals(
                Resize.resize(picture.withChannels(3), 8, 8),
                Preprocessing.plain(8, 8, Channels.BGR).fit(picture));
    }

    @Test
    void valuesAreScaledShiftedAndOrderedByChannel() {
        Picture picture = new Picture(2, 1, 3, new byte[] {10, 20, 30, (byte) 200, (byte) 150, 100});
        Preprocessing bgr =
                new Preprocessing(2, 1, Channels.BGR, Fit.STRETCH, 0, List.of(1f, 2f, 3f), List.of(1f, 2f, 4f), 1f);
        assertArrayEquals(new float[] {29, 99, 9, 74, 1.75f, 49.25f}, bgr.tensor(picture));
        Preprocessing gray = Preprocessing.plain(2, 1, Channels.GRAY);
        // 0.299 * 10 + 0.587 * 20 + 0.114 * 30 = 18.15
        assertEquals(18f / 255f, gray.tensor(picture)[0], 1e-7f);
    }

    @Test
    void everyMethodFitsToTheSameSize() {
        for (ResizeMethod method : ResizeMethod.values()) {
            assertEquals(
                    "32 x 32 RGB",
                    Preprocessing.imagenet(40, 32)
                            .fit(ResizeTest.drawn(101, 67, 3), method)
                            .toString());
        }
    }

    @Test
    void impossibleSettingsAreRefused() {
        List<Float> one = List.of(1f);
        assertThrows(IllegalArgumentException.class, () -> Preprocessing.imagenet(200, 224));
        assertThrows(IllegalArgumentException.class, () -> Preprocessing.plain(0, 5, Channels.RGB));
        assertThrows(
                IllegalArgumentException.class,
                () -> new Preprocessing(5, 5, Channels.RGB, Fit.STRETCH, 0, one, one, 1f));
        assertThrows(
                IllegalArgumentException.class,
                () -> new Preprocessing(5, 5, Channels.GRAY, Fit.STRETCH, 0, one, List.of(0f), 1f));
        assertThrows(
                IllegalArgumentException.class,
                () -> new Preprocessing(5, 5, Channels.GRAY, Fit.STRETCH, 0, one, one, 0f));
        assertThrows(IllegalArgumentException.class, () -> Preprocessing.plain(3, 3, Channels.RGB)
                .normalise(ResizeTest.drawn(3, 3, 1), new float[27], 0));
    }
}
