package terzi.images;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import terzi.images.Preprocessing.Channels;
import terzi.images.Preprocessing.CropOrigin;
import terzi.images.Preprocessing.Fit;

/** The keys and their order are those of docs/classifier-file.md. */
class PreprocessingJsonTest {

    private static final Preprocessing EVERYTHING = new Preprocessing(
            8,
            6,
            Channels.BGR,
            Fit.STRETCH_CROP,
            9,
            List.of(0.5f, 0.25f, 0f),
            List.of(1f, 2f, 4f),
            0.5f,
            Filter.CUBIC,
            CropOrigin.HALF_TO_EVEN);

    @Test
    void everyKeyIsWrittenInTheOrderOfFilesAndReadBack() {
        Map<String, Object> json = PreprocessingJson.write(EVERYTHING);
        assertEquals(
                "{width=8, height=6, channels=bgr, fit=stretch_crop, resize_to=9, mean=[0.5, 0.25, 0.0], std=[1.0, 2.0, 4.0],"
                        + " scale=0.5, filter=cubic, crop_origin=half_to_even}",
                json.toString());
        assertEquals(EVERYTHING, PreprocessingJson.read(json));
    }

    @Test
    void theUsualFilterAndCropAndASizeThatIsNotUsedAreLeftOut() {
        Preprocessing plain = Preprocessing.plain(8, 6, Channels.GRAY);
        Map<String, Object> json = PreprocessingJson.write(plain);
        assertEquals(List.of("width", "height", "channels", "fit", "mean", "std", "scale"), List.copyOf(json.keySet()));
        assertEquals(plain, PreprocessingJson.read(json));
    }

    @Test
    void numbersMayBeOfTheKindThatTheReaderHas() {
        Map<String, Object> json = new LinkedHashMap<>(PreprocessingJson.write(EVERYTHING));
        json.put("width", 8.0);
        json.put("resize_to", 9L);
        json.put("mean", List.of(0.5, 0.25f, 0));
        assertEquals(EVERYTHING, PreprocessingJson.read(json));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "width|'width': expected a number, found nothing",
                "height|'height': expected a number, found nothing",
                "channels|'channels': expected one of rgb, bgr, gray, found nothing",
                "fit|'fit': expected one of stretch, crop, stretch_crop, found nothing",
                "mean|'mean': expected an array of numbers, found nothing",
                "std|'std': expected an array of numbers, found nothing",
                "scale|'scale': expected a number, found nothing"
            })
    void aMissingKeyIsNamed(String key, String message) {
        Map<String, Object> json = new HashMap<>(PreprocessingJson.write(EVERYTHING));
        json.remove(key);
        assertRefused(message, json);
    }

    @Test
    void aValueThatIsNotPossibleIsNamed() {
        assertRefused("'width': expected an integer, found 8.5", Map.of("width", 8.5));
        assertRefused("'height': expected a number, found \"6\"", Map.of("height", "6"));
        assertRefused("'channels': expected one of rgb, bgr, gray, found \"RGB\"", Map.of("channels", "RGB"));
        assertRefused("'resize_to': expected a number, found true", Map.of("resize_to", true));
        assertRefused("'mean': expected a number, found \"a\"", Map.of("mean", List.of(1, "a", 2)));
        assertRefused("'std': expected an array of numbers, found 7", Map.of("std", 7));
        assertRefused("'scale': expected a number, found []", Map.of("scale", List.of()));
        assertRefused(
                "'crop_origin': expected one of rounded_down, half_to_even, found \"left\"",
                Map.of("crop_origin", "left"));
        assertRefused(
                "'filter': expected one of nearest, box, triangle, hamming, cubic, lanczos, found \"round\"",
                Map.of("filter", "round"));
    }

    private static void assertRefused(String message, Map<String, Object> other) {
        Map<String, Object> json = new HashMap<>(other);
        if (other.size() == 1) {
            PreprocessingJson.write(EVERYTHING).forEach(json::putIfAbsent);
        }
        assertEquals(
                message,
                assertThrows(IllegalArgumentException.class, () -> PreprocessingJson.read(json))
                        .getMessage());
    }
}
